"""预警: the list, one alert with what it rests on, tasks, events, seasons and forecasts. Constant statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet, Sum
from django.db.models.functions import TruncDate

from petitions import rules
from petitions.insight.alerts import command, counts
from petitions.insight.alerts.judging import visible_to
from petitions.insight.models import (
    Alert,
    AlertCase,
    AlertReceiver,
    CommandEntry,
    CommandEvent,
    Forecast,
    HourCount,
    ProactiveTask,
    Usual,
)
from petitions.models import Petition
from petitions.queries import keyset
from petitions.queries.keyset import Page
from petitions.services.clock import SHANGHAI, local
from routing.models import Season
from routing.places import Place

DAY = timedelta(days=1)
MOST_PROOFS = 50
CHART_DAYS = 28
PAST_WEEKS = 26
LISTS: dict[str, Q] = {
    "new": Q(state=Alert.State.NEW),
    "open": Q(state__in=(Alert.State.ACKNOWLEDGED, Alert.State.TASK)),
    "ended": Q(state__in=(Alert.State.FALSE, Alert.State.CLOSED)),
}


@dataclass(frozen=True)
class Filters:
    """`area` is a path; empty values narrow nothing."""

    kind: str = ""
    area: str = ""

    def apply(self, rows: QuerySet) -> QuerySet:
        wanted = {"kind": self.kind, "area__path__startswith": self.area}
        return rows.filter(**{field: value for field, value in wanted.items() if value})


@dataclass(frozen=True)
class ChartDay:
    """What one day had; `expected` is what an average day usually has now."""

    day: date
    count: int


def listing(staff: Any, which: str, filters: Filters, after: str) -> Page:
    """Newest first. One statement."""
    rows = filters.apply(visible_to(staff)).filter(LISTS[which])
    return keyset.by_id(rows.select_related("area", "category", "acknowledged_by"), after)


def tallies(staff: Any, filters: Filters) -> dict[str, int]:
    """How many in each list. One statement."""
    rows = filters.apply(visible_to(staff))
    return rows.order_by().aggregate(**{name: Count("pk", filter=wanted) for name, wanted in LISTS.items()})


def one(staff: Any, pk: int) -> Alert | None:
    receivers = Prefetch("receivers", AlertReceiver.objects.select_related("unit"))
    tasks = Prefetch("tasks", ProactiveTask.objects.select_related("unit", "reported_by"))
    rows = visible_to(staff)
    found = rows.select_related("area", "category", "acknowledged_by").prefetch_related(receivers, tasks, "events")
    return found.filter(pk=pk).first()


def proofs(alert: Alert, staff: Any) -> tuple[list[Petition], int]:
    """The newest cases it rests on that this person may open, and how many there are in all. Two statements."""
    every = AlertCase.objects.filter(alert=alert)
    seen = Petition.objects.visible_to(staff).filter(pk__in=every.values("petition"))
    rows = seen.select_related("main_department", "area").defer("text", "answer", "search").order_by("-pk")
    return list(rows[:MOST_PROOFS]), every.count()


def days(alert: Alert, place: Place) -> tuple[list[ChartDay], float | None]:
    """The weeks up to the alert, and what a day usually has; empty for a rule that counts no matter. Two statements."""
    if alert.category_id is None or alert.kind == Alert.Kind.FORECAST:
        return [], None
    last = local(alert.ends - timedelta(seconds=1)).date()
    first = last - (CHART_DAYS - 1) * DAY
    rows = _received(place, first, last + DAY).filter(category=alert.category_id)
    counted = dict(
        rows.annotate(day=TruncDate("hour", tzinfo=SHANGHAI)).values_list("day").annotate(cases=Sum("received"))
    )
    usual = Usual.objects.filter(area=alert.area_id, category=alert.category_id).values_list("per_day", flat=True)
    days_shown = [first + number * DAY for number in range(CHART_DAYS)]
    return [ChartDay(day, counted.get(day, 0)) for day in days_shown], usual.first()


def tasks(staff: Any, *, is_done: bool, after: str) -> Page:
    """A unit's own, or everybody's. One statement."""
    rows = ProactiveTask.objects.select_related("alert__area", "alert__category", "unit", "reported_by")
    if not staff.has_role(*rules.SEE_ALERTS):
        rows = rows.filter(unit=staff.department_id)
    return keyset.by_id(rows.filter(reported_at__isnull=not is_done), after)


def seasons(year: int) -> list[Season]:
    return list(Season.objects.filter(starts_on__year__lte=year, ends_on__year__gte=year))


def forecasts(place: Place, today: date) -> list[tuple[Any, Sequence[int], list[Forecast]]]:
    """(leaf, its last weeks, its next weeks) of one place, the fullest leaves first. Two statements."""
    monday = today - today.weekday() * DAY
    coming: dict[int, list[Forecast]] = {}
    for row in Forecast.objects.filter(area=place.id, week__gte=monday).select_related("category"):
        coming.setdefault(row.category_id, []).append(row)
    largest = sorted(coming.values(), key=lambda rows: (-rows[0].expected, rows[0].category_id))[:12]
    leaves = [rows[0].category_id for rows in largest]
    first = monday - 7 * PAST_WEEKS * DAY
    past = {leaf: [0] * PAST_WEEKS for leaf in leaves}
    daily = _received(place, first, monday).filter(category__in=leaves)
    for leaf, day, cases in (
        daily.annotate(day=TruncDate("hour", tzinfo=SHANGHAI))
        .values_list("category_id", "day")
        .annotate(cases=Sum("received"))
    ):
        past[leaf][(day - first).days // 7] += cases
    return [(rows[0].category, past[rows[0].category_id], rows) for rows in largest]


def event(staff: Any, pk: int) -> CommandEvent | None:
    entries = Prefetch("entries", CommandEntry.objects.select_related("unit", "by", "answers"))
    rows = CommandEvent.objects.filter(pk__in=command.visible_to(staff).values("pk"))
    found = rows.select_related("area", "alert", "opened_by", "closed_by").prefetch_related("units__unit", entries)
    return found.filter(pk=pk).first()


def events(staff: Any) -> list[CommandEvent]:
    """Those that still run. One statement."""
    rows = CommandEvent.objects.filter(pk__in=command.visible_to(staff).values("pk"), closed_at=None)
    return list(rows.select_related("area")[:10])


def _received(place: Place, first: date, end: date) -> QuerySet:
    rows = HourCount.objects.filter(hour__gte=counts.midnight(first), hour__lt=counts.midnight(end), received__gt=0)
    if place.level != "city":
        rows = rows.filter(area__path__startswith=place.path)
    return rows.order_by()
