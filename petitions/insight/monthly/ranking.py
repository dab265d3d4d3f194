"""What makes a matter a candidate: many cases, everywhere, for long, unsolved here and solved there. Pure.

Every term is a share between 0 and 1 times its weight; the score is their sum, so a page can show where it comes from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

WEIGHTS = {"volume": 30.0, "breadth": 20.0, "lasting": 15.0, "unsolved": 20.0, "solvable": 15.0}


@dataclass(frozen=True)
class Facts:
    """One matter in one month. cases: received; areas: streets with at least one; months: of the last ones, those with
    enough cases; judged, solved: answers of citizens; units: with enough answers; solving: those of them that solve.
    """

    category: int
    cases: int
    areas: int
    months: int
    judged: int
    solved: int
    units: int
    solving: int


@dataclass(frozen=True)
class Yardstick:
    """What full marks are: cases of the largest matter, streets that had any case, months looked at."""

    cases: int
    areas: int
    months: int


@dataclass(frozen=True)
class Term:
    """`count` of `of` is the share; `points` of at most `weight`."""

    name: str
    count: int
    of: int
    weight: float

    @property
    def points(self) -> float:
        return self.weight * self.count / self.of if self.of else 0.0

    def as_json(self) -> dict[str, Any]:
        return {"name": self.name, "count": self.count, "of": self.of, "weight": self.weight, "points": self.points}


def terms_of(facts: Facts, yardstick: Yardstick, weights: Mapping[str, float]) -> tuple[Term, ...]:
    """In the order shown. Where nobody answered, nothing is known to be unsolved or solvable."""
    shares = {
        "volume": (facts.cases, yardstick.cases),
        "breadth": (facts.areas, yardstick.areas),
        "lasting": (facts.months, yardstick.months),
        "unsolved": (facts.judged - facts.solved, facts.judged),
        "solvable": (facts.solving, facts.units),
    }
    whole = sum(weights.get(name, 0.0) for name in WEIGHTS) or 1.0
    return tuple(Term(name, *share, 100 * weights.get(name, 0.0) / whole) for name, share in shares.items())


def ranked(
    matters: Iterable[Facts], yardstick: Yardstick, weights: Mapping[str, float]
) -> list[tuple[Facts, tuple[Term, ...], float]]:
    """(matter, terms, score 0–100), highest first."""
    found = [(facts, terms_of(facts, yardstick, weights)) for facts in matters]
    scored = [(facts, terms, sum(term.points for term in terms)) for facts, terms in found]
    return sorted(scored, key=lambda row: (-row[2], -row[0].cases, row[0].category))
