"""What the hour counters say, in the shapes that the rules want. The table of cases is never read here."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, time, timedelta

import numpy as np
from django.db.models import IntegerField, Min, Q, Sum
from django.db.models.functions import ExtractHour, TruncDate

from petitions.insight.alerts.places import Tree
from petitions.insight.models import HourCount
from petitions.services.clock import SHANGHAI, local
from routing.models import Category
from routing.rulebook import Rulebook

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
Series = tuple[int, int]  # place, leaf


def midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=SHANGHAI)


def full_hour(at: datetime) -> datetime:
    """The last hour that is over ends here."""
    return at.replace(minute=0, second=0, microsecond=0)


def first_day() -> date | None:
    """Since when there are counts. One statement."""
    first = HourCount.objects.aggregate(first=Min("hour"))["first"]
    return local(first).date() if first else None


def branches() -> dict[int, int]:
    """Leaf → its first-level category. One statement."""
    return dict(Category.objects.leaves().order_by().values_list("pk", "parent__parent_id"))


def by_day(first: date, days: int, tree: Tree, rules: Rulebook) -> dict[Series, np.ndarray]:
    """Cases received a day, in the place and all above it. One statement."""
    rows = (
        _received(midnight(first), midnight(first + days * DAY))
        .annotate(day=TruncDate("hour", tzinfo=SHANGHAI))
        .values_list("area_id", "category_id", "day")
        .annotate(cases=Sum("received"))
    )
    found: dict[Series, np.ndarray] = defaultdict(lambda: np.zeros(days))
    for area, leaf, day, cases in rows.iterator(chunk_size=5000):
        for place in tree.counting(area, rules):
            found[place, leaf][(day - first).days] += cases
    return dict(found)


def of_city_by_day(first: date, days: int) -> dict[int, np.ndarray]:
    """The same for the whole city alone: leaf → days. One statement."""
    rows = (
        _received(midnight(first), midnight(first + days * DAY))
        .annotate(day=TruncDate("hour", tzinfo=SHANGHAI))
        .values_list("category_id", "day")
        .annotate(cases=Sum("received"))
    )
    found: dict[int, np.ndarray] = defaultdict(lambda: np.zeros(days))
    for leaf, day, cases in rows.iterator(chunk_size=5000):
        found[leaf][(day - first).days] += cases
    return dict(found)


def by_hour_of_day(first: date, days: int) -> dict[int, np.ndarray]:
    """First-level category → days × 24, of the whole city. One statement."""
    rows = (
        _received(midnight(first), midnight(first + days * DAY))
        .annotate(day=TruncDate("hour", tzinfo=SHANGHAI), at=ExtractHour("hour", tzinfo=SHANGHAI))
        .values_list("category__parent__parent_id", "day", "at")
        .annotate(cases=Sum("received"))
    )
    found: dict[int, np.ndarray] = defaultdict(lambda: np.zeros((days, 24)))
    for branch, day, at, cases in rows.iterator(chunk_size=5000):
        found[branch][(day - first).days, at] += cases
    return dict(found)


def windows(until: datetime, hours: tuple[int, ...], tree: Tree, rules: Rulebook) -> dict[Series, dict[int, int]]:
    """Cases of the last hours before `until`, by window; places with none of a leaf are left out. One statement."""
    sums = {
        f"last{length}": Sum(
            "received", filter=Q(hour__gte=until - length * HOUR), default=0, output_field=IntegerField()
        )
        for length in hours
    }
    rows = _received(until - max(hours) * HOUR, until).values_list("area_id", "category_id").annotate(**sums)
    found: dict[Series, dict[int, int]] = defaultdict(lambda: dict.fromkeys(hours, 0))
    for area, leaf, *counts in rows.iterator(chunk_size=5000):
        for place in tree.counting(area, rules):
            own = found[place, leaf]
            for length, count in zip(hours, counts, strict=True):
                own[length] += count
    return dict(found)


def by_week(first: date, weeks: int, tree: Tree, rules: Rulebook) -> dict[Series, np.ndarray]:
    """Whole weeks from the Monday `first`. One statement."""
    daily = by_day(first, 7 * weeks, tree, rules)
    return {key: days.reshape(weeks, 7).sum(axis=1) for key, days in daily.items()}


def _received(since: datetime, until: datetime):
    return HourCount.objects.filter(hour__gte=since, hour__lt=until, received__gt=0, category__isnull=False).order_by()
