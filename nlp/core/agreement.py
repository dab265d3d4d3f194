"""How far two people agree beyond chance, and shares with their intervals."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

Z_95 = 1.96


@dataclass(frozen=True)
class Share:
    """`hits` of `of`, with Wilson's 95 % interval; `value` is None when there is nothing to count."""

    hits: int
    of: int

    @property
    def value(self) -> float | None:
        return self.hits / self.of if self.of else None

    @property
    def low(self) -> float:
        return _wilson(self.hits, self.of)[0]

    @property
    def high(self) -> float:
        return _wilson(self.hits, self.of)[1]


def _wilson(hits: int, of: int, z: float = Z_95) -> tuple[float, float]:
    if not of:
        return 0.0, 1.0
    share, spread = hits / of, z * z / of
    middle, half = share + spread / 2, z * sqrt(share * (1 - share) / of + spread / (4 * of))
    return (middle - half) / (1 + spread), (middle + half) / (1 + spread)


@dataclass(frozen=True)
class Agreement:
    """Cohen's κ of two labellers: 1 is full agreement, 0 what chance would give."""

    kappa: float | None
    low: float
    high: float
    observed: Share


def kappa(pairs: Sequence[tuple[str, str]]) -> Agreement:
    """Agreement over (first label, second label) of the same texts.

    The interval is Wilson's of the observed agreement, carried over with the chance agreement held fixed; it stays
    honest for few pairs and for full agreement, where the usual formula gives a width of zero.
    κ is None without pairs, or when both used one single label throughout.
    """
    observed = Share(sum(one == other for one, other in pairs), len(pairs))
    first, second = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    chance = sum(count * second[label] for label, count in first.items()) / max(len(pairs), 1) ** 2
    if not pairs or chance == 1:
        return Agreement(None, -1.0, 1.0, observed)
    return Agreement(
        _beyond(observed.hits / observed.of, chance),
        _beyond(observed.low, chance),
        _beyond(observed.high, chance),
        observed,
    )


def _beyond(share: float, chance: float) -> float:
    return (share - chance) / (1 - chance)
