"""What another formula would do to the figures of a period: composite, rank and grade of every unit. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from petitions.insight import rates
from petitions.insight.rates import Counts, Formula, Placed
from petitions.insight.scorecard import Unit


@dataclass(frozen=True)
class Effect:
    """One unit before and after."""

    unit: Unit
    before: float | None
    after: float | None
    rank_before: int | None
    rank_after: int | None
    grade_before: str
    grade_after: str

    @property
    def change(self) -> float | None:
        return None if self.before is None or self.after is None else round(self.after - self.before, 1)

    @property
    def is_other(self) -> bool:
        return bool(self.change) or (self.rank_before, self.grade_before) != (self.rank_after, self.grade_after)


def effect(members: Mapping[int, Counts], known: Mapping[int, Unit], old: Formula, new: Formula) -> list[Effect]:
    """In the order that the new formula gives."""
    was = {placed.unit: placed for placed in rates.place(members, old)}
    return [
        _effect(placed, was[placed.unit], members[placed.unit], known, (old, new))
        for placed in rates.place(members, new)
    ]


def _effect(
    now: Placed, was: Placed, counts: Counts, known: Mapping[int, Unit], formulas: tuple[Formula, Formula]
) -> Effect:
    before, after = (rates.scores(counts, formula).composite for formula in formulas)
    return Effect(known[now.unit], before, after, was.rank, now.rank, was.grade, now.grade)
