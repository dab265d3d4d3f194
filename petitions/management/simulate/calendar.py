"""When things happen: days of the year, hours of the day, numbers that vary. Pure; chance is an argument."""

import random
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
OPENS, CLOSES = time(8, 30), time(19, 30)


def within(day: date, begins: str, ends: str) -> bool:
    """Whether the day lies between two days of the year ('11-10' to '03-15' goes over the new year)."""
    today = f"{day:%m-%d}"
    return begins <= today <= ends if begins <= ends else today >= begins or today <= ends


def moment(rng: random.Random, day: date, hours: Sequence[float]) -> datetime:
    """A moment of this day; `hours` are 24 weights."""
    hour = rng.choices(range(24), weights=hours)[0]
    seconds = rng.randrange(3600)
    return datetime.combine(day, time(hour, seconds // 60, seconds % 60), tzinfo=ZONE)


def by_day(rng: random.Random, at: datetime) -> datetime:
    """The same moment, or some time the next morning when nobody would be called."""
    here = at.astimezone(ZONE)
    if OPENS <= here.time() < CLOSES:
        return at
    morning = datetime.combine(here.date() + timedelta(days=here.time() >= CLOSES), OPENS, tzinfo=ZONE)
    return morning + timedelta(seconds=rng.randrange(5400))


def about(rng: random.Random, mean: float) -> int:
    """A count around its mean, as counts vary (the normal law stands in for Poisson's)."""
    return max(0, round(rng.gauss(mean, mean**0.5))) if mean > 0 else 0


def minutes(rng: random.Random, least: float, most: float) -> timedelta:
    return timedelta(seconds=round(60 * rng.uniform(least, most)))
