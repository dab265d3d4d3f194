"""How much a place usually has of a matter, from its own days and from the same season of the year before. Pure.

All series at once: rows are series (a place × a leaf), columns are days, the oldest first and yesterday last.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

DAYS = 56  # eight weeks: what a level is taken from
LEAST_DAYS = 14  # fewer say nothing about a week
HALF_LIFE = 14.0  # days after which a day counts half
NEAR = 3  # days before and after the same day of last year that its season is read from
CERTAIN = 20.0  # cases: a seasonal change seen in fewer is believed less
MOST_SEASON = 6.0  # heating starts with several times the usual; more than that is no season
PRIOR_SPREAD = 0.03
DRIFT = 0.01  # levels wander by about a tenth (standard deviation) for reasons that nobody knows
PRIOR_WEIGHT = 30.0  # days a series' own spread has to outweigh what is common to all
OUTLIER = 3.0  # standard deviations; what a past burst had above counts no further


@dataclass(frozen=True)
class Usual:
    """`per_day`: cases of an average day now. `spread`: variance beyond chance of a day = spread × mean².

    `weight`: how many cases the level rests on; with few, the level itself is unsure.
    """

    per_day: float
    spread: float
    weight: float

    def variance(self, mean: float, hours: int = 24) -> float:
        """Of a count of so many hours whose mean is `mean` by this level. Days differ; a week evens out."""
        spread = self.spread / max(hours / 24, 1.0) + DRIFT + 1 / max(self.weight, 1.0)
        return mean + spread * mean * mean


# Of a matter that the place never had: a first one is no burst, ten of them are.
UNHEARD = Usual(per_day=0.1, spread=PRIOR_SPREAD, weight=5.0)


def usual(days: np.ndarray, weekdays: np.ndarray, seasons: np.ndarray | None = None) -> list[Usual]:
    """For each series (row) of up to DAYS days.

    weekdays: what each day usually has, 1.0 being an average day, by series and day. seasons: how many times today is
    usually what those days had, by series (1.0 where nothing is known).
    """
    factors = np.maximum(weekdays, 0.05)
    ages = np.arange(days.shape[1])[::-1]
    weights = 0.5 ** (ages / HALF_LIFE)
    level = _level(days, factors, weights)
    for _ in range(2):
        mean = level[:, None] * factors
        cap = mean + OUTLIER * np.sqrt(mean + PRIOR_SPREAD * mean * mean) + 1
        level = _level(np.minimum(days, cap), factors, weights)
    spread = _spread(np.minimum(days, cap), level[:, None] * factors)
    # As many cases as would tell an even level equally well.
    known = (days @ weights) ** 2 / np.maximum(days @ weights**2, 1e-9)
    change = np.ones(len(days)) if seasons is None else seasons
    return [
        Usual(float(per_day * season), float(each), float(cases))
        for per_day, season, each, cases in zip(level, change, spread, known, strict=True)
    ]


def season(last_year: np.ndarray, at: int) -> np.ndarray:
    """How many times what the DAYS before it had the days around day `at` of last year had, by series.

    last_year: whole-city days of each leaf; `at`: the column that corresponds to today. 1.0 where it cannot be told.
    """
    if at < LEAST_DAYS:
        return np.ones(len(last_year))
    before = last_year[:, max(at - DAYS, 0) : at]
    ages = np.arange(before.shape[1])[::-1]
    weights = 0.5 ** (ages / HALF_LIFE)
    base = before @ weights / weights.sum()
    around = last_year[:, max(at - NEAR, 0) : at + NEAR + 1]
    now, cases = around.mean(axis=1), around.sum(axis=1)
    trust = cases / (cases + CERTAIN)
    change = np.where(base > 0, now / np.maximum(base, 1e-9), 1.0)
    return np.clip(1 + trust * (change - 1), 1 / MOST_SEASON, MOST_SEASON)


def _level(days: np.ndarray, factors: np.ndarray, weights: np.ndarray) -> np.ndarray:
    return (days @ weights) / np.maximum(factors @ weights, 1e-9)


def _spread(days: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """By moments, pulled towards what all series have in common."""
    beyond, square = ((days - mean) ** 2 - mean).sum(axis=1), (mean * mean).sum(axis=1)
    common = max(float(beyond.sum() / max(square.sum(), 1e-9)), PRIOR_SPREAD)
    own = np.clip(beyond / np.maximum(square, 1e-9), 0.0, 1.0)
    # A series with few cases says little about its spread.
    sure = square / (square + PRIOR_WEIGHT * np.maximum(mean.mean(axis=1), 1.0))
    return np.maximum(sure * own + (1 - sure) * common, PRIOR_SPREAD)
