"""When a limit ends: natural, working-day and office-hour arithmetic over a table of holidays. Pure.

natural       every minute counts.
working_day   whole days of 24 h on working days; an order that arrives outside office hours starts at the
              next opening, so "3 working days" from Friday 15:00 end on Wednesday 15:00.
office_hours  only the minutes in which the office is open; a day is one full day of opening.

A make-up day (调休) is a working day although it is a Saturday or Sunday. Years whose table has not been announced
are counted by weekday and the days already known, and named in `Due.provisional_years`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
# 8 h with the usual noon break; a city sets its own by the parameter office.hours.
OFFICE_HOURS = ((time(9), time(12)), (time(13), time(18)))
# Longer than any limit; reached only by a calendar in which nobody ever works.
FAR = timedelta(days=3660)
ONE_DAY = timedelta(days=1)
UNITS = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": ONE_DAY}
MODES = ("natural", "working_day", "office_hours")


class NaiveTime(ValueError):
    """时间必须带时区。"""


class BadLimit(ValueError):
    """时限写法不对：数值须为正，单位为分钟、小时或天；工作日计时只能以天为单位。"""


class NeverOpen(ValueError):
    """日历里找不到工作时间，无法推算时限。"""


@dataclass(frozen=True)
class Limit:
    """How long something may take, e.g. Limit(3, "day", "working_day")."""

    amount: int
    unit: str
    mode: str = "natural"

    def __post_init__(self) -> None:
        known = self.unit in UNITS and self.mode in MODES
        if not known or self.amount <= 0 or (self.mode == "working_day" and self.unit != "day"):
            raise BadLimit(BadLimit.__doc__)


@dataclass(frozen=True)
class Calendar:
    """Which days are worked, and when the office is open on them (local time)."""

    days_off: frozenset[date] = frozenset()
    make_up_days: frozenset[date] = frozenset()
    announced_years: frozenset[int] = frozenset()
    office_hours: tuple[tuple[time, time], ...] = OFFICE_HOURS
    zone: ZoneInfo = SHANGHAI

    def is_workday(self, day: date) -> bool:
        if day in self.make_up_days:
            return True
        return day not in self.days_off and day.weekday() < 5

    @property
    def office_day(self) -> timedelta:
        """The length of one full day of opening."""
        return sum((_length(opens, closes) for opens, closes in self.office_hours), timedelta())


@dataclass(frozen=True)
class Due:
    """A deadline, and the years on its way whose holidays are not announced yet."""

    at: datetime
    provisional_years: tuple[int, ...] = ()

    @property
    def warning(self) -> str:
        """What to tell people about it; empty when the date is firm."""
        if not self.provisional_years:
            return ""
        return f"{'、'.join(map(str, self.provisional_years))}年节假日安排尚未公布，期限为暂算，公布后可能变化"


def add(start: datetime, limit: Limit, calendar: Calendar) -> Due:
    """The first moment at which `limit` has passed since `start`, in the calendar's zone."""
    if limit.mode == "natural":
        return Due((_aware(start).astimezone(UTC) + span(limit, calendar)).astimezone(calendar.zone))
    begin, left = _local(start, calendar), span(limit, calendar)
    if limit.mode == "working_day":
        begin = _opening(begin, calendar)
    for opens, closes in _windows(begin, limit.mode, calendar):
        if left <= closes - opens:
            end = opens + left
            return Due(end.replace(tzinfo=calendar.zone), _unannounced(_local(start, calendar), end, calendar))
        left -= closes - opens
    raise NeverOpen(NeverOpen.__doc__)


def between(start: datetime, end: datetime, calendar: Calendar, mode: str = "natural") -> timedelta:
    """How much time counts between two moments; zero when `end` is not after `start`."""
    if mode == "natural":
        return max(_aware(end) - _aware(start), timedelta())
    begin, stop = _local(start, calendar), _local(end, calendar)
    if begin >= stop:
        return timedelta()
    if mode == "working_day":
        begin = _opening(begin, calendar)
    total = timedelta()
    for opens, closes in _windows(begin, mode, calendar):
        if opens >= stop:
            break
        total += min(closes, stop) - opens
    return total


def opening(moment: datetime, calendar: Calendar) -> datetime:
    """The moment itself when the office is open, else the next opening."""
    return _opening(_local(moment, calendar), calendar).replace(tzinfo=calendar.zone)


def span(limit: Limit, calendar: Calendar) -> timedelta:
    """How much counted time the limit is."""
    if limit.mode == "office_hours" and limit.unit == "day":
        return limit.amount * calendar.office_day
    return limit.amount * UNITS[limit.unit]


def _opening(moment: datetime, calendar: Calendar) -> datetime:
    for opens, _closes in _windows(moment, "office_hours", calendar):
        return opens
    raise NeverOpen(NeverOpen.__doc__)


def _windows(begin: datetime, mode: str, calendar: Calendar) -> Iterator[tuple[datetime, datetime]]:
    """Counted stretches from `begin` on, in order; naive local time."""
    day = begin.date()
    while day <= begin.date() + FAR:
        if calendar.is_workday(day):
            for opens, closes in _stretches(day, mode, calendar):
                if closes > begin:
                    yield max(opens, begin), closes
        day += ONE_DAY


def _stretches(day: date, mode: str, calendar: Calendar) -> list[tuple[datetime, datetime]]:
    midnight = datetime.combine(day, time())
    if mode == "working_day":
        return [(midnight, midnight + ONE_DAY)]
    return [(datetime.combine(day, opens), datetime.combine(day, closes)) for opens, closes in calendar.office_hours]


def _unannounced(begin: datetime, end: datetime, calendar: Calendar) -> tuple[int, ...]:
    return tuple(year for year in range(begin.year, end.year + 1) if year not in calendar.announced_years)


def _length(opens: time, closes: time) -> timedelta:
    return datetime.combine(date.min, closes) - datetime.combine(date.min, opens)


def _local(moment: datetime, calendar: Calendar) -> datetime:
    return _aware(moment).astimezone(calendar.zone).replace(tzinfo=None)


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise NaiveTime(NaiveTime.__doc__)
    return moment
