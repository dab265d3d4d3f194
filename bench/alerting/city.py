"""A city's counts by hour, made up: what is usual, its seasons and moods, and bursts of known size put into it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

FIRST = date(2023, 1, 2)  # a Monday
DISTRICTS, STREETS, LEAVES, BRANCHES = 4, 5, 40, 8
DAYS_OFF = {(1, 1), (5, 1), (5, 2), (5, 3), (10, 1), (10, 2), (10, 3), (10, 4), (10, 5), (10, 6), (10, 7)}
SPRING = {2023: (1, 21), 2024: (2, 10), 2025: (1, 28), 2026: (2, 16)}  # eve of the Spring Festival
HOURS = np.array([1, 1, 1, 1, 1, 1, 2, 4, 8, 13, 13, 10, 6, 7, 12, 13, 12, 8, 5, 4, 4, 3, 2, 1]) / 133
DAY = timedelta(days=1)


@dataclass(frozen=True)
class City:
    """counts: streets × leaves × hours. branch: of each leaf. off: which days are days off."""

    counts: np.ndarray
    branch: np.ndarray
    off: np.ndarray
    first: date = FIRST

    @property
    def days(self) -> int:
        return self.counts.shape[2] // 24

    def districts(self) -> np.ndarray:
        return self.counts.reshape(DISTRICTS, STREETS, *self.counts.shape[1:]).sum(axis=1, dtype=np.int32)


@dataclass(frozen=True)
class Injected:
    """`times` the usual rate from hour `start` for `hours`, in one street, one district or everywhere."""

    level: str
    place: int
    leaf: int
    start: int
    hours: int
    times: float
    per_day: float


def is_off(day: date) -> bool:
    eve = date(day.year, *SPRING[day.year])
    return day.weekday() >= 5 or (day.month, day.day) in DAYS_OFF or eve <= day <= eve + 7 * DAY


def city(seed: int, *, years: int = 2, scale: float = 60.0) -> tuple[City, np.ndarray]:
    """Counts and their means; `scale`: cases a street has a day."""
    chance = np.random.default_rng(seed)
    days = 365 * years
    dates = [FIRST + number * DAY for number in range(days)]
    off = np.array([is_off(day) for day in dates])
    streets = DISTRICTS * STREETS
    sizes = chance.permutation(1 / np.arange(1, LEAVES + 1) ** 0.9)
    base = (
        scale * sizes / sizes.sum() * chance.gamma(6, 1 / 6, (streets, LEAVES)) * chance.gamma(8, 1 / 8, (streets, 1))
    )
    branch = np.arange(LEAVES) % BRANCHES
    daily = base[:, :, None] * _seasons(chance, dates)[None] * _moods(chance, streets, days)
    daily *= np.where(off, chance.uniform(0.5, 0.9, BRANCHES)[branch][:, None], 1.0)[None]
    # A day of its own: spread 0.04 in the district, 0.04 in the street.
    daily *= np.repeat(chance.gamma(25, 1 / 25, (DISTRICTS, LEAVES, days)), STREETS, axis=0)
    daily *= chance.gamma(25, 1 / 25, daily.shape)
    hours = HOURS[None] * chance.gamma(12, 1 / 12, (BRANCHES, 24))
    hours /= hours.sum(axis=1, keepdims=True)
    means = (daily[:, :, :, None] * hours[branch][None, :, None, :]).reshape(streets, LEAVES, -1).astype(np.float32)
    return City(chance.poisson(means).astype(np.int16), branch, off), means


def inject(made: City, means: np.ndarray, bursts: Iterable[Injected], seed: int) -> City:
    """The same city with the further cases of the bursts."""
    chance = np.random.default_rng(seed)
    counts = made.counts.copy()
    for burst in bursts:
        rows = rows_of(burst)
        span = slice(burst.start, burst.start + burst.hours)
        counts[rows, burst.leaf, span] += chance.poisson(means[rows, burst.leaf, span] * (burst.times - 1)).astype(
            np.int16
        )
    return City(counts, made.branch, made.off)


def rows_of(burst: Injected) -> slice:
    if burst.level == "street":
        return slice(burst.place, burst.place + 1)
    if burst.level == "district":
        return slice(burst.place * STREETS, (burst.place + 1) * STREETS)
    return slice(0, DISTRICTS * STREETS)


def _seasons(chance: np.random.Generator, dates: list[date]) -> np.ndarray:
    """leaves × days: a third swings with the year, one in ten has a season with a sharp beginning, the rest is even."""
    found = np.ones((LEAVES, len(dates)))
    angle = 2 * np.pi * np.array([day.timetuple().tm_yday for day in dates]) / 365.25
    years = {day.year: chance.normal(0, 0.1) for day in dates}
    for leaf in range(LEAVES):
        kind = chance.random()
        if kind < 0.35:
            found[leaf] = 1 + chance.uniform(0.2, 0.7) * np.sin(angle + chance.uniform(0, 2 * np.pi))
        elif kind < 0.45:
            found[leaf] = _sharp(chance, dates)
        found[leaf] *= np.exp([years[day.year] for day in dates])
    return found


def _sharp(chance: np.random.Generator, dates: list[date]) -> np.ndarray:
    """Like heating: three to five times the usual within four days, falling off slowly; a few days off each year."""
    start, length, height = int(chance.integers(30, 330)), int(chance.integers(60, 120)), chance.uniform(2, 4)
    found = np.ones(len(dates))
    for year in {day.year for day in dates}:
        begins = date(year, 1, 1) + (start + int(chance.integers(-2, 3))) * DAY
        for number, day in enumerate(dates):
            past = (day - begins).days
            if 0 <= past < length:
                found[number] = 1 + height * min((past + 1) / 4, 1.0) * (0.4 + 0.6 * np.exp(-past / 20))
    return found


def _moods(chance: np.random.Generator, streets: int, days: int) -> np.ndarray:
    """streets × leaves × days: slow drifts, a tenth either way, that nothing explains."""
    noise = chance.normal(0, 0.1 * np.sqrt(1 - 0.97**2), (streets, LEAVES, days))
    noise[:, :, 0] = chance.normal(0, 0.1, (streets, LEAVES))
    for day in range(1, days):
        noise[:, :, day] += 0.97 * noise[:, :, day - 1]
    return np.exp(noise)
