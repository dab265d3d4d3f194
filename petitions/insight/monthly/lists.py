"""The three lists of a theme and its monthly progress: what units promise, and what shows that it was done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from petitions import errors, rules
from petitions.insight.models import MonthlyIssue, MonthlyItem, MonthlyProgress
from petitions.insight.monthly.deciding import State, at_step
from petitions.insight.monthly.series import month_figures
from petitions.insight.windows import SHANGHAI
from routing.models import Department


@dataclass(frozen=True)
class Line:
    kind: str
    text: str
    unit: Department
    due_on: date


def add(pk: int, line: Line, *, actor: Any) -> MonthlyItem:
    """Raises NotYours, Unknown, NoReason, MonthlyMoved, MonthlyUnitOutside."""
    if not rules.may_choose_monthly(None, actor):
        raise errors.NotYours
    if line.kind not in MonthlyItem.Kind.values:
        raise errors.Unknown
    if not line.text.strip():
        raise errors.NoReason("请写明这一条要做什么。")
    with transaction.atomic():
        issue = at_step(pk, State.CHOSEN, State.PLANNED, State.RUNNING)
        if line.unit.pk not in units_of(issue):
            raise errors.MonthlyUnitOutside
        return issue.items.create(kind=line.kind, text=line.text.strip(), unit=line.unit, due_on=line.due_on)


def done(pk: int, *, on: date, evidence: str, actor: Any, now: datetime) -> MonthlyItem:
    """A unit says that its line is done, and what shows it.

    Raises Unknown, NotYours, NoReason, MonthlyMoved, MonthlyItemDone, MonthlyDateWrong.
    """
    item = MonthlyItem.objects.filter(pk=pk).first()
    if item is None:
        raise errors.Unknown
    if not rules.may_report_monthly_item(item, actor):
        raise errors.NotYours
    if not evidence.strip():
        raise errors.NoReason("请写明完成的依据：文号、照片、台账或结果。")
    if on > now.astimezone(SHANGHAI).date():
        raise errors.MonthlyDateWrong
    with transaction.atomic():
        at_step(item.issue_id, State.RUNNING)
        item.refresh_from_db()
        if item.done_on:
            raise errors.MonthlyItemDone
        item.done_on, item.evidence, item.done_by = on, evidence.strip(), actor
        item.save(update_fields=["done_on", "evidence", "done_by"])
    return item


def report_progress(pk: int, *, month: date, text: str, actor: Any, now: datetime) -> MonthlyProgress:
    """What was done in a month, with its figures as they stand. Raises Unknown, NotYours, NoReason, MonthlyMoved."""
    if not text.strip():
        raise errors.NoReason("请写明这个月做了什么。")
    with transaction.atomic():
        issue = at_step(pk, State.RUNNING)
        if not rules.may_report_monthly_progress(issue, actor):
            raise errors.NotYours
        month = month.replace(day=1)
        return issue.progress.create(
            month=month, text=text.strip(), figures=month_figures(issue, month), by=actor, at=now
        )


def units_of(issue: MonthlyIssue) -> set[int]:
    return {issue.lead_id, *issue.assisting.values_list("pk", flat=True)}
