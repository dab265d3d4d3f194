"""When to try again: another half of a day, within the hours in which citizens are called. Pure."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from routing.clock import SHANGHAI

USUAL_HOURS = (("09:00", "12:00"), ("14:00", "20:30"))
A_DAY = timedelta(days=1)


def next_try(now: datetime, *, gap_hours: float, hours: Iterable[Iterable[str]] = USUAL_HOURS) -> datetime:
    """The first moment in calling hours that is in another half-day and at least the gap away."""
    local = now.astimezone(SHANGHAI)
    noon = local.replace(hour=12, minute=0, second=0, microsecond=0)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0) + A_DAY
    other_half = noon if local < noon else midnight
    return _into_hours(max(local + timedelta(hours=gap_hours), other_half), list(hours))


def _into_hours(at: datetime, hours: list) -> datetime:
    """The same moment, or the next opening."""
    for day in (at, at + A_DAY):
        for opens, closes in hours:
            begins, ends = (datetime.combine(day.date(), time.fromisoformat(t), at.tzinfo) for t in (opens, closes))
            if at < ends:
                return max(at, begins)
    return at
