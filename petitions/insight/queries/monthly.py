"""每月一题: the themes a person may see, the candidates of a month, and one file with everything in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from petitions import rules
from petitions.insight.models import MonthlyCandidate, MonthlyIssue, MonthlyItem, MonthlyMeasure
from petitions.insight.monthly import asking
from petitions.insight.monthly.measuring import Measured
from petitions.models import Job
from petitions.queries import keyset
from petitions.queries.keyset import Page

MONTHS_OFFERED = 12
MEASURES_SHOWN = 24  # two years of one a month


@dataclass(frozen=True)
class File:
    """One theme with its rows; lists by kind in the order of the paper."""

    issue: MonthlyIssue
    items: list[MonthlyItem]
    measures: list[MonthlyMeasure]  # the newest first, at most MEASURES_SHOWN
    job: Job | None  # that measures it, or did so last

    @property
    def measure(self) -> MonthlyMeasure | None:
        return self.measures[0] if self.measures else None

    @property
    def measured(self) -> Measured | None:
        return Measured.of(self.measure.content) if self.measure else None

    @property
    def history(self) -> list[tuple[MonthlyMeasure, Measured]]:
        return [(row, Measured.of(row.content)) for row in self.measures]

    def of(self, kind: str) -> list[MonthlyItem]:
        return [item for item in self.items if item.kind == kind]

    @property
    def done(self) -> int:
        return sum(item.done_on is not None for item in self.items)

    @property
    def may_conclude(self) -> bool:
        """Whether there is a measure that no decision rests on yet."""
        used = {decision.measure_id for decision in self.issue.decisions.all()}
        return self.measure is not None and self.measure.pk not in used


def visible_to(staff: Any) -> QuerySet[MonthlyIssue]:
    """All themes for the hotline; for a unit those that it leads, assists or has a line in."""
    rows = MonthlyIssue.objects.select_related("lead", "topic")
    if staff.has_role(*rules.SEE_MONTHLY):
        return rows
    if not staff.has_role(*rules.UNIT) or staff.department_id is None:
        return rows.none()
    helps = MonthlyIssue.assisting.through.objects.filter(monthlyissue=OuterRef("pk"), department=staff.department_id)
    has_line = MonthlyItem.objects.filter(issue=OuterRef("pk"), unit=staff.department_id)
    return rows.filter(Q(lead=staff.department_id) | Exists(helps) | Exists(has_line))


def themes(staff: Any, after: str) -> Page:
    """Newest first, each with `lines` and `lines_done`, and `measured`: what was found last. Two statements."""
    found = keyset.by_id(
        visible_to(staff).annotate(
            lines=Count("items", distinct=True),
            lines_done=Count("items", distinct=True, filter=Q(items__done_on__isnull=False)),
        ),
        after,
    )
    measures = MonthlyMeasure.objects.filter(issue__in=[row.pk for row in found.rows])
    last = {row.issue_id: row for row in measures.order_by("issue_id", "-pk").distinct("issue_id")}
    for row in found.rows:
        row.measured = Measured.of(last[row.pk].content) if row.pk in last else None
    return found


def months() -> list[date]:
    """With candidates, newest first."""
    return list(MonthlyCandidate.objects.order_by("-month").values_list("month", flat=True).distinct()[:MONTHS_OFFERED])


def candidates(month: date | None) -> list[MonthlyCandidate]:
    return list(MonthlyCandidate.objects.filter(month=month).select_related("category")) if month else []


def file(pk: int, staff: Any) -> File | None:
    """Eight statements, however long the lists are."""
    rows = visible_to(staff).prefetch_related("categories", "areas", "assisting", "progress__by", "decisions__by")
    issue = rows.filter(pk=pk).first()
    if issue is None:
        return None
    measures = list(issue.measures.select_related("by")[:MEASURES_SHOWN])
    return File(issue, list(issue.items.select_related("unit", "done_by")), measures, asking.newest(pk))
