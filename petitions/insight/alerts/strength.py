"""强度: how often, how broad, how fierce and how hard (频度、广度、烈度、难度), each graded 1–4. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# Where the second, third and fourth grade begin; the parameter alert.strength.
CUTS: Mapping[str, Sequence[float]] = {
    "frequency": (5, 15, 40),  # cases
    "breadth": (2, 4, 8),  # communities or streets they come from
    "fierceness": (0.1, 0.3, 0.6),  # share that is urgent, sensitive or was urged
    "hardness": (0.1, 0.25, 0.5),  # share that was sent back, handled again, unsolved or late
}


@dataclass(frozen=True)
class Strength:
    """Four grades of 1–4; their sum, 4–16, orders alerts."""

    frequency: int
    breadth: int
    fierceness: int
    hardness: int

    @property
    def total(self) -> int:
        return self.frequency + self.breadth + self.fierceness + self.hardness


def strength(
    *, cases: int, places: int, fierce: int, hard: int, cuts: Mapping[str, Sequence[float]] = CUTS
) -> Strength:
    """Of so many cases from so many places, of which some were fierce and some were hard."""
    of = max(cases, 1)
    values = {"frequency": cases, "breadth": places, "fierceness": fierce / of, "hardness": hard / of}
    return Strength(**{name: 1 + bisect_right(list(cuts[name]), value) for name, value in values.items()})
