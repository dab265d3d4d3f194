"""How cases flow: counts by day, hour, way and place, from the hour counters in one pass.

The days before today hardly change, so what they add up to is kept for a minute; today is read every time.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from django.core.cache import cache
from django.db import connection

from petitions.insight.board.scope import Scope
from petitions.insight.windows import SHANGHAI

PAST_SECONDS = 60

# Which columns stay in each grouping set, as GROUPING() says it: a bit for each column that was summed away.
BY_DAY_AND_KIND, BY_HOUR, BY_WAY, BY_AREA = 0b010111, 0b001111, 0b110001, 0b111100
SQL = """
SELECT GROUPING(day, clock, category_id, channel, result, area_id), day, clock, category_id, channel, result, area_id,
    sum(received), sum(closed), sum(overdue), coalesce(sum(received) FILTER (WHERE is_asked), 0)
FROM (
    SELECT (hour AT TIME ZONE 'Asia/Shanghai')::date AS day, extract(hour FROM hour AT TIME ZONE 'Asia/Shanghai')::int
        AS clock, category_id, channel, result, area_id, received, closed, overdue,
        hour >= %(first)s AND hour < %(end)s AS is_asked
    FROM insight_hourcount WHERE hour >= %(since)s AND hour < %(until)s {narrowed}
) AS kept
GROUP BY GROUPING SETS ((day, category_id), (day, clock), (category_id, channel, result), (result, area_id))
"""


class Hour(NamedTuple):
    received: int = 0
    closed: int = 0
    overdue: int = 0


@dataclass(frozen=True)
class Flow:
    """Counters; `ways` and `places` are of the days asked for, the rest of all days read. Categories are leaves."""

    kinds: Counter[tuple[date, int | None]] = field(default_factory=Counter)
    hours: dict[tuple[date, int], Hour] = field(default_factory=dict)
    ways: Counter[tuple[str, int | None, str]] = field(default_factory=Counter)
    places: Counter[tuple[int | None, str]] = field(default_factory=Counter)

    def __add__(self, other: Flow) -> Flow:
        """Two stretches that have no hour in common."""
        return Flow(
            self.kinds + other.kinds, self.hours | other.hours, self.ways + other.ways, self.places + other.places
        )

    def hour(self, day: date, clock: int) -> Hour:
        return self.hours.get((day, clock), Hour())

    def day(self, day: date) -> Hour:
        found = [self.hour(day, clock) for clock in range(24)]
        return Hour(*(sum(column) for column in zip(*found, strict=True)))


def read(scope: Scope, *, now: datetime) -> Flow:
    """One statement for today, and one a minute for the days before it."""
    key = f"board:{scope.today}:{scope.earliest}:{scope.first}:{scope.last}:{scope.area}:{scope.unit}"
    past = cache.get_or_set(key, lambda: between(scope, scope.earliest, scope.today), PAST_SECONDS)
    return past + between(scope, scope.today, now.astimezone(SHANGHAI).date() + timedelta(days=1))


def between(scope: Scope, first: date, end: date) -> Flow:
    """What the counters say from the first day to the day before `end`. One statement."""
    narrowed, named = [], {"areas": list(scope.areas), "unit": scope.unit}
    if scope.area is not None:
        narrowed.append("AND area_id = ANY(%(areas)s)")
    if scope.unit is not None:
        narrowed.append("AND department_id = %(unit)s")
    named |= {"first": _begins(scope.first), "end": _begins(scope.last + timedelta(days=1))}
    named |= {"since": _begins(first), "until": _begins(end)}
    flow = Flow()
    with connection.cursor() as cursor:
        cursor.execute(SQL.format(narrowed=" ".join(narrowed)), named)
        for row in cursor.fetchall():
            _take(flow, *row)
    return flow


def _take(flow: Flow, grouping, day, clock, category, channel, result, area, received, closed, overdue, asked) -> None:
    if grouping == BY_DAY_AND_KIND:
        flow.kinds[day, category] = received
    elif grouping == BY_HOUR:
        flow.hours[day, clock] = Hour(received, closed, overdue)
    elif grouping == BY_WAY:
        flow.ways[channel, category, result] = asked
    elif grouping == BY_AREA:
        flow.places[area, result] = asked


def _begins(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=SHANGHAI)
