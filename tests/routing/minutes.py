"""A counter of minutes, written as plainly as possible and sharing nothing with routing/clock.py but its tables.

It knows of every minute of its years whether it counts, and finds a deadline by counting them off.
"""

from bisect import bisect_left
from datetime import datetime, time, timedelta

from routing.clock import SHANGHAI, Calendar

MINUTE = timedelta(minutes=1)
A_DAY = 24 * 60


class Minutes:
    """All minutes from the first day of `first` to the last day of `last` (years)."""

    def __init__(self, calendar: Calendar, first: int, last: int):
        self.begins = datetime(first, 1, 1)
        days = (datetime(last + 1, 1, 1) - self.begins).days
        office = [minute for minute in range(A_DAY) if _is_open(minute, calendar)]
        self.counted: dict[str, list[int]] = {"office_hours": [], "working_day": []}
        for number in range(days):
            if _is_worked((self.begins + timedelta(days=number)).date(), calendar):
                self.counted["office_hours"] += [number * A_DAY + minute for minute in office]
                self.counted["working_day"] += range(number * A_DAY, (number + 1) * A_DAY)

    def due(self, start: datetime, minutes: int, mode: str) -> datetime:
        """The end of the last of so many counted minutes from `start` on."""
        at = self._number(start)
        if mode == "natural":
            return self._moment(at + minutes)
        if mode == "working_day":
            at = self._next("office_hours", at)
        counted = self.counted[mode]
        return self._moment(counted[bisect_left(counted, at) + minutes - 1] + 1)

    def between(self, start: datetime, end: datetime, mode: str) -> int:
        """How many minutes count from `start` to `end`."""
        one, other = self._number(start), self._number(end)
        if mode == "natural":
            return other - one
        if mode == "working_day":
            one = self._next("office_hours", one)
        counted = self.counted[mode]
        return max(bisect_left(counted, other) - bisect_left(counted, one), 0)

    def _next(self, mode: str, at: int) -> int:
        counted = self.counted[mode]
        return counted[bisect_left(counted, at)]

    def _number(self, moment: datetime) -> int:
        return int((moment.astimezone(SHANGHAI).replace(tzinfo=None) - self.begins) / MINUTE)

    def _moment(self, number: int) -> datetime:
        return (self.begins + number * MINUTE).replace(tzinfo=SHANGHAI)


def _is_open(minute: int, calendar: Calendar) -> bool:
    now = time(minute // 60, minute % 60)
    return any(opens <= now < closes for opens, closes in calendar.office_hours)


def _is_worked(day, calendar: Calendar) -> bool:
    if day in calendar.make_up_days:
        return True
    return day.isoweekday() <= 5 and day not in calendar.days_off
