"""What people say about alerts moves the threshold of the same rule in the same place. Pure.

The rule, shown on the page: each false alarm makes it stricter by one step (10 %), each alert that became a task or an
event takes one step back. Never below the city's own threshold, never more than twice as strict. A person may take a
step back by hand; what was judged stays on record.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil

FALSE, TRUE = 1, -1


@dataclass(frozen=True)
class Steps:
    """size: of one step, as a share of the threshold; most: how many times the threshold it may become."""

    size: float = 0.1
    most: float = 2.0


def strictness(judged: Iterable[int], steps: Steps = Steps()) -> float:
    """How many times the rule's own threshold, after judgements in their order (FALSE or TRUE); 1.0 is the floor."""
    level, top = 0, round((steps.most - 1) / steps.size)
    for step in judged:
        level = min(max(level + step, 0), top)
    return 1 + level * steps.size


def stricter_count(threshold: int, factor: float) -> int:
    """A threshold that counts cases: a third of a case is a whole one more."""
    return ceil(threshold * factor - 1e-9)
