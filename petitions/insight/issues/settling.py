"""Which issue keeps its number when all cases are grouped anew. Pure.

What people decided stays: a case they placed (pinned) does not move, and cases they put into different issues are
never put together. All other groups keep the number of the issue that most of their cases were in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Placed:
    """Where a case is now, and whether a person put it there."""

    issue: int
    is_pinned: bool = False


@dataclass(frozen=True)
class Home:
    """Cases that belong together; `issue` is None where a new one has to be started."""

    issue: int | None
    cases: tuple[int, ...]


Nearest = Callable[[int, Mapping[int, Sequence[int]]], int]


def settle(groups: Iterable[Sequence[int]], placed: Mapping[int, Placed], nearest: Nearest) -> list[Home]:
    """Every case of the groups in exactly one home, each issue in at most one.

    `nearest(case, pinned)` says which of these issues (issue → its pinned cases) a case is closest to: asked where a
    group has cases that people put into different issues.
    """
    held: dict[int, list[int]] = {}
    free: list[tuple[int, ...]] = []
    for group in groups:
        pinned = _pinned(group, placed)
        others = tuple(case for case in group if not placed[case].is_pinned)
        for issue, cases in pinned.items():
            held.setdefault(issue, []).extend(cases)
        if not pinned:
            free.append(others)
        elif len(pinned) == 1:
            held[next(iter(pinned))].extend(others)
        else:
            for case in others:
                held[nearest(case, pinned)].append(case)
    kept = [Home(issue, tuple(cases)) for issue, cases in held.items()]
    return kept + _numbered(free, placed, taken=held.keys())


def _pinned(group: Iterable[int], placed: Mapping[int, Placed]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for case in group:
        if placed[case].is_pinned:
            found.setdefault(placed[case].issue, []).append(case)
    return found


def _numbered(groups: Sequence[tuple[int, ...]], placed: Mapping[int, Placed], *, taken: Collection[int]) -> list[Home]:
    """The largest overlap chooses first; of equal ones the older issue."""
    overlaps = [
        (-count, issue, at)
        for at, group in enumerate(groups)
        for issue, count in Counter(placed[case].issue for case in group).items()
        if issue not in taken
    ]
    owner: dict[int, int] = {}
    used: set[int] = set()
    for _, issue, at in sorted(overlaps):
        if at not in owner and issue not in used:
            owner[at] = issue
            used.add(issue)
    return [Home(owner.get(at), group) for at, group in enumerate(groups)]
