"""Which half-days belong to a report: assessment periods (考核期), noon-to-noon days, weeks, months. Pure.

Everything counted is counted by half-day of the city's clock (00:00–12:00, 12:00–24:00): a calendar month, a period
from the 19th and a day report from noon to noon are then all sums of whole half-days.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
HALF = timedelta(hours=12)


@dataclass(frozen=True, order=True)
class Window:
    """From the first half-day (inclusive) to the last (exclusive)."""

    first: int
    end: int

    @property
    def begins(self) -> datetime:
        return moment_of(self.first)

    @property
    def ends(self) -> datetime:
        return moment_of(self.end)

    @property
    def last_day(self) -> date:
        return (self.ends - timedelta(microseconds=1)).date()

    def before(self) -> Window:
        """The stretch of the same length just before: what a trend compares with."""
        return Window(2 * self.first - self.end, self.first)


def half_of(at: datetime) -> int:
    """The number of the half-day: twice the day's ordinal, plus one after noon."""
    local = at.astimezone(SHANGHAI)
    return 2 * local.toordinal() + (local.hour >= 12)


def moment_of(half: int) -> datetime:
    """When the half-day begins."""
    return datetime.combine(date.fromordinal(half // 2), time(12 * (half % 2)), tzinfo=SHANGHAI)


def days(first: date, last: date) -> Window:
    """Whole days, both included."""
    return Window(2 * first.toordinal(), 2 * last.toordinal() + 2)


def assessment_period(closing: date, start_day: int) -> Window:
    """考核期 named after the month it closes in: from `start_day` of the month before to the day before it."""
    begins, ends = _period_start(closing, -1, start_day), _period_start(closing, 0, start_day)
    return days(begins, ends - timedelta(days=1))


def assessment_period_of(day: date, start_day: int) -> date:
    """The first day of the closing month of the period that `day` belongs to."""
    closing = day.replace(day=1)
    return closing if day < _period_start(closing, 0, start_day) else _next_month(closing)


def month(day: date) -> Window:
    first = day.replace(day=1)
    return days(first, _next_month(first) - timedelta(days=1))


def week(day: date) -> Window:
    """Monday to Sunday."""
    monday = day - timedelta(days=day.weekday())
    return days(monday, monday + timedelta(days=6))


def day_report(day: date, hour: int) -> Window:
    """The report named after `day`: from noon to its noon, or the whole day where `hour` is before noon."""
    end = 2 * day.toordinal() + (1 if hour >= 12 else 2)
    return Window(end - 2, end)


def _period_start(closing: date, offset: int, start_day: int) -> date:
    """`start_day` of the month `offset` months from the closing one; a month without that day: its last."""
    first = closing.replace(day=1)
    if offset < 0:
        first = (first - timedelta(days=1)).replace(day=1)
    last = _next_month(first) - timedelta(days=1)
    return first.replace(day=min(start_day, last.day))


def _next_month(first: date) -> date:
    return (first.replace(day=1) + timedelta(days=32)).replace(day=1)
