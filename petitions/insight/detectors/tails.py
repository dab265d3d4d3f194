"""How unlikely is a count? Upper tails, what counts as unusual among a group, and many questions at once. Pure."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, exp, lgamma, log
from typing import TypeVar

K = TypeVar("K", bound=Hashable)
MOST_SPREAD = 0.5
# Fewer others than this say nothing about what is usual.
LEAST_OTHERS = 5
# The highest of the others may be cheating too: this share of them is taken down to the next.
WINSORISED = 0.10


@dataclass(frozen=True)
class Excess:
    """A unit's count beside its group's: `share` is what the others have, `p` how likely so many would be."""

    count: int
    of: int
    share: float
    p: float

    @property
    def expected(self) -> float:
        return self.share * self.of


def binomial(count: int, of: int, share: float) -> float:
    """P(at least `count` of `of`), each with probability `share`."""
    if count <= 0:
        return 1.0
    if share <= 0.0:
        return 0.0
    if share >= 1.0:
        return 1.0
    return _sum(_choose(of, k) + k * log(share) + (of - k) * log(1 - share) for k in range(count, of + 1))


def beta_binomial(count: int, of: int, share: float, spread: float) -> float:
    """The same where the units' own shares differ: `spread` is the correlation within a unit (0: all the same)."""
    if spread < 1e-6 or not 0.0 < share < 1.0:
        return binomial(count, of, share)
    if count <= 0:
        return 1.0
    total = 1 / spread - 1
    a, b = share * total, (1 - share) * total
    whole = _beta(a, b)
    return _sum(_choose(of, k) + _beta(k + a, of - k + b) - whole for k in range(count, of + 1))


def negative_binomial(count: int, mean: float, variance: float) -> float:
    """P(at least `count`) of a count that varies at least as much as a Poisson count does."""
    if count <= 0:
        return 1.0
    if mean <= 0:
        return 0.0
    if variance <= mean * (1 + 1e-9):
        below = (k * log(mean) - mean - lgamma(k + 1) for k in range(count))
    else:
        size = mean * mean / (variance - mean)
        stop, go = size * log(size / (size + mean)), log(mean / (size + mean))
        below = (lgamma(k + size) - lgamma(size) - lgamma(k + 1) + stop + k * go for k in range(count))
    return max(1.0 - _sum(below), 1e-16)


def excess(counts: Mapping[K, tuple[int, int]], *, differ: float) -> dict[K, Excess]:
    """Each unit against the others of its group: (count, of) → how unusual. Too few others: nothing is unusual.

    differ: how much honest units' shares are taken to differ at least (standard deviation ÷ mean), since a handful of
    small counts cannot show it.
    """
    found = {}
    for key, (count, of) in counts.items():
        others = [pair for other, pair in counts.items() if other != key and pair[1]]
        if of and len(others) >= LEAST_OTHERS:
            share, spread = usual(others)
            odds = share / (1 - share)
            # What the others had is itself known from few cases: the rarer it was, the less surely.
            unsure = odds / (share * sum(of for _, of in others) + 0.5)
            spread = min(max(spread, differ * differ * odds) + unsure, MOST_SPREAD)
            found[key] = Excess(count, of, share, beta_binomial(count, of, share, spread))
    return found


def usual(others: Sequence[tuple[int, int]]) -> tuple[float, float]:
    """The share that is usual among these units, and how much it differs between them (by moments)."""
    taken_down = _winsorised(others)
    whole = sum(of for _, of in others)
    # Half a case more: where it never happened yet, it is rare and not impossible.
    share = (sum(count for count, _ in taken_down) + 0.5) / (whole + 1)
    varied = sum(of * (count / of - share) ** 2 for count, of in taken_down) / (share * (1 - share))
    weights = [1 - of / whole for _, of in others]
    by_chance = sum(weights)
    by_unit = sum((of - 1) * weight for (_, of), weight in zip(others, weights, strict=True))
    spread = (varied - by_chance) / by_unit if by_unit > 0 else 0.0
    return share, min(max(spread, 0.0), MOST_SPREAD)


def adjusted(chances: Mapping[K, float], questions: int | None = None) -> dict[K, float]:
    """Benjamini–Hochberg: each p made good for all that was asked. Keeping those ≤ q leaves a share ≤ q of false ones.

    `questions`: how many were asked, where only the smallest p are handed in.
    """
    asked = max(questions or 0, len(chances))
    order = sorted(chances, key=lambda key: chances[key], reverse=True)
    found, least = {}, 1.0
    for place, key in enumerate(order):
        rank = len(order) - place
        least = min(least, chances[key] * asked / rank)
        found[key] = least
    return found


def _winsorised(pairs: Sequence[tuple[int, int]]) -> list[tuple[float, int]]:
    ordered = sorted(pairs, key=lambda pair: pair[0] / pair[1])
    tops = ceil(WINSORISED * len(ordered))
    limit = ordered[-tops - 1][0] / ordered[-tops - 1][1]
    return [(min(count / of, limit) * of, of) for count, of in ordered]


def _choose(of: int, k: int) -> float:
    return lgamma(of + 1) - lgamma(k + 1) - lgamma(of - k + 1)


def _beta(a: float, b: float) -> float:
    return lgamma(a) + lgamma(b) - lgamma(a + b)


def _sum(logs) -> float:
    return min(sum(exp(value) for value in logs), 1.0)
