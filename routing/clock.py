"""When a limit ends: natural, working-day and office-hour arithmetic over a table of holidays. Pure.

natural       every minute counts.
working_day   whole days of 24 h on working days; an order that arrives outside office hours starts at the
              next opening, so "3 working days" from Friday 15:00 end on Wednesday 15:00.
office_hours  only the minutes in which the office is open; a day is one full day of opening.

A make-up day (调休) is a working day although it is a Saturday or Sunday. Years whose table has not been announced
are counted by weekday and the days already known, and named in `Due.provisional_years`.

A clock that stands still while the citizen is asked goes on with what was left of it (`resumed`); an extension is
measured in the time that the limit itself counts (`as_long_again`), so three working days are prolonged by three.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
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
    return _later(start, span(limit, calendar), calendar, limit.mode)


def subtract(end: datetime, limit: Limit, calendar: Calendar) -> Due:
    """The inverse of `add`: what starts before this moment is due at `end` at the latest, what starts later is not.

    It is the very last start whenever `end` is a moment at which a limit of this mode can end.
    """
    if limit.mode == "natural":
        return _shifted(end, -span(limit, calendar), calendar)
    stop = _local(end, calendar)
    counted = _closing(stop, calendar) if limit.mode == "working_day" else stop
    start = _backward(counted, span(limit, calendar), limit.mode, calendar)
    return replace(_due(start, stop, calendar), at=start.replace(tzinfo=calendar.zone))


def resumed(due: datetime, calendar: Calendar, mode: str, *, paused_at: datetime, resumed_at: datetime) -> Due:
    """When a clock is due that stood still in between: what was left at the pause counts from the resumption on.

    A clock that had run out before the pause stays where it was.
    """
    left = between(paused_at, due, calendar, mode)
    return _later(resumed_at, left, calendar, mode) if left else _later(due, left, calendar, mode)


def as_long_again(start: datetime, due: datetime, calendar: Calendar, mode: str) -> Due:
    """The longest extension of a limit that ran from `start` to `due`: its own length once more."""
    return _later(due, between(start, due, calendar, mode), calendar, mode)


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


def _later(start: datetime, left: timedelta, calendar: Calendar, mode: str) -> Due:
    """So much counted time after `start`."""
    if mode == "natural" or not left:
        return _shifted(start, left, calendar)
    begin = _local(start, calendar)
    opens = _opening(begin, calendar) if mode == "working_day" else begin
    return _due(begin, _forward(opens, left, mode, calendar), calendar)


def _shifted(moment: datetime, by: timedelta, calendar: Calendar) -> Due:
    """Every minute counts, whatever the wall clock does meanwhile."""
    return Due((_aware(moment).astimezone(UTC) + by).astimezone(calendar.zone))


def _forward(begin: datetime, left: timedelta, mode: str, calendar: Calendar) -> datetime:
    """The first moment at which so much counted time has passed; naive local time."""
    for opens, closes in _windows(begin, mode, calendar):
        if left <= closes - opens:
            return opens + left
        left -= closes - opens
    raise NeverOpen(NeverOpen.__doc__)


def _backward(stop: datetime, left: timedelta, mode: str, calendar: Calendar) -> datetime:
    """The last moment from which so much counted time passes until `stop`; naive local time."""
    for opens, closes in _windows_before(stop, mode, calendar):
        if left <= closes - opens:
            return closes - left
        left -= closes - opens
    raise NeverOpen(NeverOpen.__doc__)


def _opening(moment: datetime, calendar: Calendar) -> datetime:
    for opens, _closes in _windows(moment, "office_hours", calendar):
        return opens
    raise NeverOpen(NeverOpen.__doc__)


def _closing(moment: datetime, calendar: Calendar) -> datetime:
    """The moment itself while the office is open, else the last closing before it."""
    if _opening(moment, calendar) == moment:
        return moment
    for _opens, closes in _windows_before(moment, "office_hours", calendar):
        return closes
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


def _windows_before(stop: datetime, mode: str, calendar: Calendar) -> Iterator[tuple[datetime, datetime]]:
    """Counted stretches up to `stop`, the last first; naive local time."""
    day = stop.date()
    while day >= stop.date() - FAR:
        if calendar.is_workday(day):
            for opens, closes in reversed(_stretches(day, mode, calendar)):
                if opens < stop:
                    yield opens, min(closes, stop)
        day -= ONE_DAY


def _stretches(day: date, mode: str, calendar: Calendar) -> list[tuple[datetime, datetime]]:
    midnight = datetime.combine(day, time())
    if mode == "working_day":
        return [(midnight, midnight + ONE_DAY)]
    return [(datetime.combine(day, opens), datetime.combine(day, closes)) for opens, closes in calendar.office_hours]


def _due(begin: datetime, end: datetime, calendar: Calendar) -> Due:
    """The end, with the unannounced years that were counted through on the way; naive local times."""
    provisional = (year for year in range(begin.year, end.year + 1) if year not in calendar.announced_years)
    return Due(end.replace(tzinfo=calendar.zone), tuple(provisional))


def _length(opens: time, closes: time) -> timedelta:
    return datetime.combine(date.min, closes) - datetime.combine(date.min, opens)


def _local(moment: datetime, calendar: Calendar) -> datetime:
    return _aware(moment).astimezone(calendar.zone).replace(tzinfo=None)


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise NaiveTime(NaiveTime.__doc__)
    return moment
