"""Did a measure change how many cases come in? Before and after, against what it was not meant for. Pure.

The treated series is compared with a weighted mean of its controls (areas or matters that the measure left alone):
difference-in-differences of logarithms, the weights fitted to the time before and held near the precision of each
control. How far such a comparison goes astray by itself is learned by making it where nothing was done: for every
control in place of the treated series, and for all of them at earlier moments. What those placebos show beyond chance
counts (over-dispersion, moods that last for weeks, seasons that differ) widens the interval. bench/effects.py measures
how often the interval holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, log, sqrt

from petitions.insight import student
from petitions.insight.control_weights import HALF_A_CASE, Courses

COVERED = 0.95
LEAST_BEFORE = 6  # periods; fewer show neither a level nor how it varies
LEAST_COUNT = 10  # cases before: below that one case more or less is a tenth of everything
LEAST_CONTROLS = 2
MOST_CONTROLS = 12  # more hardly narrow the interval and cost time with their third power
BLOCKS = 4  # earlier moments that are looked at


@dataclass(frozen=True)
class Effect:
    """change_percent: −30 means three in ten fewer than without the measure; low, high: 95 % interval; p: two-sided.

    None (p: 1) where the data are too few. `controls`: name → weight, 0–1. `expected`: per period, what the treated
    series would have been by its controls. `words`: the sentence for people.
    """

    change_percent: float | None
    low: float | None
    high: float | None
    p: float
    controls: Mapping[str, float]
    expected: tuple[float, ...]
    words: str

    @property
    def is_shown(self) -> bool:
        """Whether the interval leaves out "no change"."""
        return self.low is not None and self.high is not None and not self.low <= 0 <= self.high


@dataclass(frozen=True)
class _Gap:
    """How much more one series grew at a moment than its controls did (log), with what chance counts explain of it.

    `counting`: variance by counting; `scale`: what one period's further variance would add.
    """

    value: float
    counting: float
    scale: float


def compare(treated: Sequence[int], controls: Mapping[str, Sequence[int]], *, since: int) -> Effect:
    """Counts per period of equal length; the measure begins with period number `since` (from 0).

    Raises ValueError where the series differ in length.
    """
    if any(len(series) != len(treated) for series in controls.values()):
        raise ValueError("series of different length")
    usable = _usable(treated, controls, since)
    too_few = _too_few(treated, usable, since)
    if too_few:
        return Effect(None, None, None, 1.0, {}, (), too_few)
    panel = [treated, *usable.values()]
    weights = Courses(panel, since).weights(0)
    gap = _gap(panel, 0, weights, since, len(treated))
    placebos, freedom = _placebos(panel, since)
    error = sqrt(gap.counting + _further(placebos) * gap.scale)
    reach = student.reach(COVERED, freedom) * error
    change, low, high = (100 * (exp(value) - 1) for value in (gap.value, gap.value - reach, gap.value + reach))
    kept = {name: weights[number] for number, name in enumerate(usable, start=1) if number in weights}
    expected = _expected(panel, weights, since)
    p = student.chance(gap.value / error, freedom)
    return Effect(change, low, high, p, kept, expected, in_words(change, low, high))


def in_words(change: float, low: float, high: float) -> str:
    span = f"95% 区间 {low:+.0f}% 至 {high:+.0f}%"
    if low <= 0 <= high:
        return f"看不出效果（{span}，包含 0）。"
    return f"比没有采取措施时约{'少' if change < 0 else '多'} {abs(change):.0f}%（{span}）。"


def _usable(treated: Sequence[int], controls: Mapping[str, Sequence[int]], since: int) -> dict[str, Sequence[int]]:
    """The controls that were nearest in size before: they vary as much as the treated series does."""
    totals = {name: sum(series[:since]) for name, series in controls.items()}
    enough = sorted(name for name, total in totals.items() if total >= LEAST_COUNT)
    size = max(sum(treated[:since]), 1)
    nearest = sorted(enough, key=lambda name: abs(log(totals[name] / size)))[:MOST_CONTROLS]
    return {name: controls[name] for name in sorted(nearest)}


def _too_few(treated: Sequence[int], controls: Mapping[str, Sequence[int]], since: int) -> str:
    if since >= len(treated):
        return "看不出效果：措施开始以后还没有完整的一期。"
    if since < LEAST_BEFORE:
        return f"看不出效果：措施以前只有 {since} 期，至少要 {LEAST_BEFORE} 期。"
    if sum(treated[:since]) < LEAST_COUNT:
        return f"看不出效果：措施以前不足 {LEAST_COUNT} 件。"
    if len(controls) < LEAST_CONTROLS:
        return f"看不出效果：可作对照的不足 {LEAST_CONTROLS} 个。"
    return ""


# ── one comparison ──
def _gap(panel: list[Sequence[int]], which: int, weights: Mapping[int, float], since: int, end: int) -> _Gap:
    value = _growth(panel[which], since, end) - sum(w * _growth(panel[k], since, end) for k, w in weights.items())
    counting = _counting(panel[which], since, end)
    counting += sum(w * w * _counting(panel[k], since, end) for k, w in weights.items())
    scale = (1 / since + 1 / (end - since)) * (1 + sum(w * w for w in weights.values()))
    return _Gap(value, counting, scale)


def _growth(series: Sequence[int], since: int, end: int) -> float:
    before, after = sum(series[:since]), sum(series[since:end])
    return log((after + HALF_A_CASE) / (end - since)) - log((before + HALF_A_CASE) / since)


def _counting(series: Sequence[int], since: int, end: int) -> float:
    """Variance of the growth of a Poisson count."""
    return 1 / (sum(series[:since]) + HALF_A_CASE) + 1 / (sum(series[since:end]) + HALF_A_CASE)


def _expected(panel: list[Sequence[int]], weights: Mapping[int, float], since: int) -> tuple[float, ...]:
    means = {k: sum(panel[k][:since]) / since for k in (0, *weights)}
    return tuple(
        means[0] * sum(w * panel[k][period] / means[k] for k, w in weights.items()) for period in range(len(panel[0]))
    )


# ── placebos ──
def _placebos(panel: list[Sequence[int]], since: int) -> tuple[list[_Gap], int]:
    """The same comparison where nothing was done, and how many independent ones these amount to.

    Never with less than half the time before: a short past goes astray in other ways than a long one.
    """
    end, count = len(panel[0]), len(panel)
    found, freedom = [], 0
    if count > LEAST_CONTROLS + 1:
        courses = Courses(panel, since)
        found += [_gap(panel, k, courses.weights(k, without=0), since, end) for k in range(1, count)]
        freedom += count - 2
    block = max(1, min(end - since, since // 3))
    for number in range(min(BLOCKS, since // 2 // block)):
        stop = since - number * block
        start = stop - block
        courses = Courses(panel, start)
        found += [_gap(panel, k, courses.weights(k), start, stop) for k in range(count)]
        freedom += count - 1
    return found, max(1, freedom)


def _further(placebos: list[_Gap]) -> float:
    """Variance of one period beyond counting, so that the placebos spread as wide as they do (Paule and Mandel)."""

    def spread(further: float) -> float:
        return sum(gap.value**2 / (gap.counting + further * gap.scale) for gap in placebos)

    if spread(0.0) <= len(placebos):
        return 0.0
    low, high = 0.0, 1.0
    while spread(high) > len(placebos):
        high *= 2
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if spread(middle) > len(placebos) else (low, middle)
    return high
