"""高频: one matter stays at the top of a street, period after period. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Frequent:
    """The leaf at the top of the last period, for how many periods running, and its cases in each (newest first)."""

    leaf: int
    periods: int
    counts: tuple[int, ...]


def frequent(periods: Sequence[Mapping[int, int]], *, running: int, least: int) -> Frequent | None:
    """periods: leaf → cases of one street, the newest first. None: no leaf leads `running` of them with `least` each.

    Two leaves that share the top lead neither.
    """
    leader = _leader(periods[0], least) if periods else None
    if leader is None:
        return None
    counts = []
    for period in periods:
        if _leader(period, least) != leader:
            break
        counts.append(period[leader])
    return Frequent(leader, len(counts), tuple(counts)) if len(counts) >= running else None


def _leader(period: Mapping[int, int], least: int) -> int | None:
    top = max(period.values(), default=0)
    leaders = [leaf for leaf, count in period.items() if count == top]
    return leaders[0] if top >= least and len(leaders) == 1 else None
