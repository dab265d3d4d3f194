"""What a board is about: a stretch of days, the whole city, an area or a unit. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from petitions.insight import windows
from petitions.insight.windows import Window

RANGES = {"day": 1, "week": 7, "month": 30}
RIVER_DAYS = 30
HEAT_DAYS = 28  # whole weeks, so that each weekday weighs the same
RATE_DAYS = 7  # of one day there are too few call-backs to say anything
MOST_DAYS = 31


@dataclass(frozen=True)
class Scope:
    """`first` and `last` are local days, both included; `areas` are the ids of everything inside `area`."""

    name: str
    first: date
    last: date
    today: date
    area: int | None = None
    areas: tuple[int, ...] = ()
    unit: int | None = None

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def earliest(self) -> date:
        """The first day that any of the pictures needs."""
        return min(self.first, self.today - timedelta(days=RIVER_DAYS))

    @property
    def river_days(self) -> list[date]:
        """Whole days: today is not over, and would look like a fall."""
        return [self.today - timedelta(days=ago) for ago in range(RIVER_DAYS, 0, -1)]

    @property
    def heat_since(self) -> date:
        """Of whole days too."""
        return self.today - timedelta(days=HEAT_DAYS)

    @property
    def rates(self) -> Window:
        """The half-days of the rates: never fewer than RATE_DAYS days."""
        return windows.days(min(self.first, self.last - timedelta(days=RATE_DAYS - 1)), self.last)


def scope_of(name: str, first: date | None, last: date | None, today: date) -> tuple[str, date, date]:
    """(range, first day, last day); a custom range is cut to what is kept ready and never reaches beyond today."""
    if name == "custom" and first and last:
        last = min(last, today)
        first = min(max(first, last - timedelta(days=MOST_DAYS - 1)), last)
        return name, first, last
    name = name if name in RANGES else "day"
    return name, today - timedelta(days=RANGES[name] - 1), today
