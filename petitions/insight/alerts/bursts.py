"""异动: a place has far more of a matter than the same hours of the week and the season usually bring. Pure.

Looked at every hour through five windows: a sudden burst shows in the last hour, a slow one in the last week.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from math import sqrt
from statistics import NormalDist
from typing import Any

from petitions.insight.alerts.usual import Usual
from petitions.insight.detectors.tails import negative_binomial

WINDOWS = (1, 4, 24, 72, 168)  # hours
WEEK = 168
# Windows of neighbouring hours mostly see the same cases: about three independent looks per window's length.
LOOKS = 3
# Fewer expected cases than this do not become ten by chance: such a window asks no question.
OPEN_TO_CHANCE = 2.0
NORMAL = NormalDist()
HIGHEST = 8.0  # z of a tail too small to be told apart


@dataclass(frozen=True)
class Limits:
    """How unusual is unusual; each is the parameter `alert.burst_<name>`.

    z: standard deviations of a normal count that is as unlikely. least: fewest cases. ratio: times the usual.
    false_per_week: false alarms the whole city may have a week; with many series, z rises until that holds.
    """

    z: float = 4.0
    least: int = 10
    ratio: float = 1.5
    false_per_week: float = 0.75

    @classmethod
    def of(cls, rules: Any) -> Limits:
        return cls(**{name: rules.parameter(f"alert.burst_{name}", value) for name, value in asdict(cls()).items()})

    def z_among(self, per_day: Iterable[float]) -> float:
        """The z that a burst has to reach when series with so many cases a day are looked at every hour."""
        series = sorted(per_day)
        questions = sum(
            LOOKS * WEEK / hours * (len(series) - bisect_left(series, OPEN_TO_CHANCE * 24 / hours)) for hours in WINDOWS
        )
        return max(self.z, NORMAL.inv_cdf(1 - min(self.false_per_week / max(questions, 1.0), 0.5)))


@dataclass(frozen=True)
class Seen:
    """What one window had, and what it usually has."""

    count: int
    expected: float


@dataclass(frozen=True)
class Burst:
    """The window in which the burst shows clearest, and how unusual it is there."""

    hours: int
    count: int
    expected: float
    z: float

    @property
    def excess(self) -> float:
        return self.count - self.expected


def z_of(hours: int, seen: Seen, usual: Usual) -> float:
    """How unusual the count is, in standard deviations of a normal one; below 2 it is not worked out (0)."""
    count, expected = seen.count, seen.expected
    variance = max(usual.variance(expected, hours), 1e-9)
    if count - expected < 2 * sqrt(variance):
        return 0.0
    return min(NORMAL.inv_cdf(1 - min(negative_binomial(count, max(expected, 1e-9), variance), 0.5)), HIGHEST)


def look(windows: Mapping[int, Seen], usual: Usual, limits: Limits, *, z: float) -> Burst | None:
    """The clearest of the windows that reach z (Limits.z_among, made stricter by false alarms). None: as usual."""
    found = [
        Burst(hours, seen.count, seen.expected, z_of(hours, seen, usual))
        for hours, seen in windows.items()
        if seen.count >= limits.least and seen.count >= limits.ratio * seen.expected
    ]
    reached = [burst for burst in found if burst.z >= z]
    return max(reached, key=lambda burst: (burst.z, -burst.hours), default=None)
