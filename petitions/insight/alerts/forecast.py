"""How many cases of a matter a place will have in each of the next weeks. Pure.

With a year known, the season is read from the whole city's matter, a level from the place itself; with two, a
Holt-Winters smoothing of the place's own weeks is mixed in; with three, the same weeks of last year as well. Every
method is tried on the past first: where none beats a smoothed mean, the mean is all that is told, and no line is drawn.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

YEAR = 52
AHEAD = 8
TRIALS = 26  # past weeks from which the methods are tried
LEAST_WEEKS = 16
FIRST_TRIAL = 12  # weeks known; less is nothing to try a method on
LEVEL_WEEKS = 10  # the smoothed mean: half of its weight lies on the last LEVEL_WEEKS × 0.4
BETTER = 0.97  # of the mean's error; a method that does not get below is no better
COVERED = 0.90
HALF = 0.5  # keeps logarithms of empty weeks finite
SMOOTHING = ((0.1, 0.1), (0.2, 0.1), (0.3, 0.1), (0.2, 0.3))  # level, season


@dataclass(frozen=True)
class Path:
    """The next AHEAD weeks. method: mean, pooled, smoothed (with Holt-Winters), three. ratio: error ÷ the mean's."""

    expected: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    method: str
    ratio: float

    @property
    def is_drawn(self) -> bool:
        return self.method != "mean"


def forecast(weeks: np.ndarray, pool: np.ndarray) -> Path | None:
    """weeks: the place's weekly counts, oldest first; pool: the whole city's of the same weeks. None: too few weeks."""
    length = len(weeks)
    if length < LEAST_WEEKS:
        return None
    y, city = np.log(weeks + HALF), np.log(pool + HALF)
    chosen = method_for(length)
    mean, line = _past(y, city, "mean"), _past(y, city, chosen)
    ratio = _error(line, y) / max(_error(mean, y), 1e-9)
    if ratio > BETTER:
        chosen, line = "mean", mean
    middle = ahead_of(y, city, chosen)
    below, above = _margins(line, y)
    expected = np.maximum(np.exp(middle) - HALF, 0.0)
    low, high = np.maximum(np.exp(middle + below) - HALF, 0.0), np.maximum(np.exp(middle + above) - HALF, 0.0)
    return Path(
        *(tuple(map(float, each)) for each in (expected, np.minimum(low, expected), np.maximum(high, expected))),
        chosen,
        float(ratio),
    )


def method_for(weeks: int) -> str:
    """Which method so much history carries."""
    if weeks < YEAR:
        return "mean"
    return "pooled" if weeks < 2 * YEAR else "smoothed" if weeks < 3 * YEAR else "three"


def ahead_of(y: np.ndarray, city: np.ndarray, method: str) -> np.ndarray:
    """The next AHEAD logarithms by one method."""
    level = _level(y)
    if method == "mean" or len(y) < YEAR:
        return np.full(AHEAD, level)
    season = _season(city)
    phases = (np.arange(AHEAD) + len(y)) % YEAR
    pooled = _level(y - season[np.arange(len(y)) % YEAR]) + season[phases]
    if method == "pooled" or len(y) < 2 * YEAR:
        return pooled
    own = _holt_winters(y, season)
    if method == "smoothed" or len(y) < 3 * YEAR:
        return (pooled + own) / 2
    grown = _level(y) - _level(y[:-YEAR])
    last_year = y[len(y) - YEAR : len(y) - YEAR + AHEAD] + grown
    return (pooled + own + last_year) / 3


def _level(y: np.ndarray) -> float:
    recent = y[-3 * LEVEL_WEEKS :]
    weights = 0.5 ** (np.arange(len(recent))[::-1] / (0.4 * LEVEL_WEEKS))
    return float(recent @ weights / weights.sum())


def _season(city: np.ndarray) -> np.ndarray:
    """What each week of the year has beyond the year's level (log), by phase; neighbours smoothed, trends taken out."""
    weeks = np.arange(len(city))
    kernel = np.ones(YEAR) / YEAR
    whole = np.convolve(city, kernel, mode="valid")
    trend = np.interp(weeks, np.arange(len(whole)) + (YEAR - 1) / 2, whole)
    apart = city - trend
    phases = weeks % YEAR
    index = np.array([apart[phases == phase].mean() for phase in range(YEAR)])
    smooth = (np.roll(index, 1) + 2 * index + np.roll(index, -1)) / 4
    return smooth - smooth.mean()


def _holt_winters(y: np.ndarray, season: np.ndarray) -> np.ndarray:
    """Level and season smoothed along the series, from the city's season on; the smoothing that erred least is kept."""
    best, least = None, np.inf
    for alpha, gamma in SMOOTHING:
        level, own, error = float(np.mean(y[:YEAR] - season[:YEAR])), season.copy(), 0.0
        for week, value in enumerate(y):
            phase = week % YEAR
            miss = value - level - own[phase]
            error += miss * miss if week >= YEAR else 0.0
            level += alpha * miss
            own[phase] += gamma * (1 - alpha) * miss
        if error < least:
            best, least = level + own[(np.arange(AHEAD) + len(y)) % YEAR], error
    return best


def _past(y: np.ndarray, city: np.ndarray, method: str) -> np.ndarray:
    """What the method would have said at earlier weeks: trials × AHEAD, nan where the week is yet to come."""
    first = max(len(y) - TRIALS, FIRST_TRIAL)
    found = np.full((len(y) - first, AHEAD), np.nan)
    for row, known in enumerate(range(first, len(y))):
        span = min(AHEAD, len(y) - known)
        found[row, :span] = ahead_of(y[:known], city[:known], method)[:span]
    return found


def _misses(said: np.ndarray, y: np.ndarray) -> np.ndarray:
    first = len(y) - len(said)
    rows, steps = np.nonzero(~np.isnan(said))
    misses = np.full(said.shape, np.nan)
    misses[rows, steps] = y[first + rows + steps] - said[rows, steps]
    return misses


def _error(said: np.ndarray, y: np.ndarray) -> float:
    return float(np.nanmean(np.abs(_misses(said, y))))


def _margins(said: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How far below and above the truth may lie, by step: quantiles of the past misses, no narrower further ahead."""
    misses = _misses(said, y)
    known = misses[~np.isnan(misses)]
    # Neighbouring trials miss alike; a few more in a hundred are left out on either side than the plain count says.
    tail = (1 - COVERED) / 2 * 0.8
    below, above = np.quantile(known, tail), np.quantile(known, 1 - tail)
    return np.full(AHEAD, min(below, 0.0)), np.full(AHEAD, max(above, 0.0))
