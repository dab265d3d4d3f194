"""The counts behind a theme: week by week for its own cases and for what can be compared with them, and by month.

Measures in some places are compared with the streets elsewhere; measures in the whole city with other matters, of
other classes and in no theme that has begun itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Min, Q, QuerySet, Sum
from django.db.models.functions import TruncDate

from petitions.insight import windows
from petitions.insight.models import HourCount, Mark, MonthlyIssue
from petitions.insight.windows import SHANGHAI
from routing import rulebook
from routing.models import Area, Category

WEEK, WEEKS_BEFORE = timedelta(days=7), 26


@dataclass(frozen=True)
class Weeks:
    """Whole weeks counted from the day the measures began; week number `since` is the first with measures."""

    first: date
    since: int
    count: int

    @classmethod
    def of(cls, issue: MonthlyIssue, today: date) -> Weeks:
        """As far back as the city's parameter says and the counters go."""
        before = rulebook.current().parameter("monthly.weeks_before", WEEKS_BEFORE)
        earliest = HourCount.objects.aggregate(first=Min("hour"))["first"]
        known = max((issue.starts_on - earliest.astimezone(SHANGHAI).date()) // WEEK, 0) if earliest else 0
        since = min(before, known)
        after = max((today - issue.starts_on) // WEEK, 0)
        return cls(issue.starts_on - since * WEEK, since, since + after)

    def starts(self) -> list[date]:
        return [self.first + number * WEEK for number in range(self.count)]

    def number_of(self, day: date) -> int:
        return (day - self.first) // WEEK


def by_week(issue: MonthlyIssue, weeks: Weeks) -> tuple[list[int], dict[str, list[int]], bool]:
    """Counts of the theme's cases, counts of each possible control by name, and whether controls are places."""
    own = set(issue.categories.values_list("pk", flat=True))
    areas = list(issue.areas.all())
    if areas:
        sums, inside = _by_place(_within(weeks, own), weeks), set(_places_in(areas))
        streets = Area.objects.at_level(Area.Level.STREET).exclude(pk__in=inside)
        names = dict(streets.values_list("pk", "name"))
    else:
        inside, others = own, _other_matters(issue, own)
        sums = _by_category(_within(weeks, own | others), weeks)
        names = dict(Category.objects.filter(pk__in=others).values_list("pk", "full_name"))
    treated = [sum(row[number] for pk, row in sums.items() if pk in inside) for number in range(weeks.count)]
    return treated, {names[pk]: row for pk, row in sums.items() if pk in names}, bool(areas)


def month_figures(issue: MonthlyIssue, month: date) -> dict[str, Any]:
    """cases: received in the month; judged, solved: citizens' answers in it."""
    own, window = issue.categories.values_list("pk", flat=True), windows.month(month)
    counts = HourCount.objects.filter(hour__gte=window.begins, hour__lt=window.ends, category__in=own)
    answers = Mark.objects.filter(
        kind="verdict", half__gte=window.first, half__lt=window.end, petition__category__in=own
    )
    areas = list(issue.areas.all())
    if areas:
        inside = _places_in(areas)
        counts, answers = counts.filter(area__in=inside), answers.filter(petition__area__in=inside)
    told = answers.aggregate(judged=Count("pk"), solved=Count("pk", filter=Q(solved="yes")))
    return {"cases": counts.aggregate(sum=Sum("received"))["sum"] or 0, **told}


def _within(weeks: Weeks, categories: Collection[int]) -> QuerySet[HourCount]:
    begins, ends = (_midnight(weeks.first + number * WEEK) for number in (0, weeks.count))
    rows = HourCount.objects.filter(hour__gte=begins, hour__lt=ends, category__in=categories, received__gt=0)
    return rows.annotate(day=TruncDate("hour", tzinfo=SHANGHAI))


def _by_category(rows: QuerySet[HourCount], weeks: Weeks) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(lambda: [0] * weeks.count)
    for day, category, count in rows.values_list("day", "category").annotate(count=Sum("received")):
        found[category][weeks.number_of(day)] += count
    return found


def _by_place(rows: QuerySet[HourCount], weeks: Weeks) -> dict[int, list[int]]:
    """Cases whose place is not known count nowhere."""
    found: dict[int, list[int]] = defaultdict(lambda: [0] * weeks.count)
    for day, area, count in rows.exclude(area=None).values_list("day", "area").annotate(count=Sum("received")):
        found[area][weeks.number_of(day)] += count
    return found


def _places_in(areas: Collection[Area]) -> list[int]:
    return [place.id for place in rulebook.current().places if any(place.path.startswith(area.path) for area in areas)]


def _other_matters(issue: MonthlyIssue, own: Collection[int]) -> set[int]:
    """Leaves of other classes that no theme has taken up."""
    classes = Category.objects.filter(pk__in=own).values("parent__parent")
    taken = MonthlyIssue.objects.filter(starts_on__isnull=False).exclude(pk=issue.pk).values("categories")
    leaves = Category.objects.leaves().exclude(parent__parent__in=classes).exclude(pk__in=taken)
    return set(leaves.values_list("pk", flat=True))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=SHANGHAI)
