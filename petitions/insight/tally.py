"""From marks to the columns of a tally row, and from tally rows to counts per calibre. Pure.

The key of a tally row keeps apart what calibres treat differently, so one table serves all three.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from petitions.insight.fold import NONE, RESPONSE_ONLY, Mark
from petitions.insight.rates import Counts
from petitions.insight.sums import Sums
from petitions.insight.windows import half_of

COLUMNS = ("n", "good", "amount", "contacted", "solved", "partly", "satisfied", "basically")


class Key(NamedTuple):
    half: int
    department: int | None
    kind: str
    assessment: str
    excluded: bool
    not_counted: bool


def tallied(marks: Iterable[Mark]) -> dict[Key, Sums]:
    """The tally rows of these marks."""
    sums: dict[Key, Counter] = defaultdict(Counter)
    for mark in marks:
        key = Key(half_of(mark.at), mark.department, mark.kind, mark.assessment, mark.excluded, mark.not_counted)
        sums[key].update(columns_of(mark))
    return {key: tuple(counted[name] for name in COLUMNS) for key, counted in sums.items()}


def columns_of(mark: Mark) -> dict[str, int]:
    return {
        "n": 1,
        "good": int(bool(mark.good)),
        "amount": mark.amount or 0,
        "contacted": int(bool(mark.contacted)),
        "solved": int(mark.solved == "yes"),
        "partly": int(mark.solved == "partly"),
        "satisfied": int(mark.satisfaction in {"satisfied", "very_satisfied"}),
        "basically": int(mark.satisfaction == "basically"),
    }


def belongs(calibre: str, assessment: str, excluded: bool, not_counted: bool) -> bool:
    """Whether a mark of this class is counted in the calibre at all."""
    if calibre == "A":
        return True
    if calibre == "C":
        return not_counted
    return not (excluded or not_counted or assessment == NONE)


def counts_of(rows: Iterable[tuple[str, str, Sums]], calibre: str) -> Counts:
    """Counts from (kind, assessment, sums) rows that belong to the calibre."""
    found: Counter = Counter()
    for kind, assessment, sums in rows:
        row = dict(zip(COLUMNS, sums, strict=True))
        if kind == "verdict":
            found["valid"] += row["n"]
            found["contacted"] += row["contacted"]
            if calibre == "A" or assessment != RESPONSE_ONLY:
                found["assessed"] += row["n"]
                found["first_time_solved"] += row["good"]
                found.update({name: row[name] for name in ("solved", "partly", "satisfied", "basically")})
        else:
            _count_other(found, kind, row)
    return Counts(**found)


def _count_other(found: Counter, kind: str, row: Mapping[str, int]) -> None:
    target, good = _TARGETS[kind]
    found[target] += row["n"]
    if good:
        found[good] += row["n"] - row["good"] if kind == "returned" else row["good"]
    if kind == "contact":
        found["contact_minutes"] += row["amount"]


_TARGETS = {
    "received": ("received", ""),
    "direct": ("direct", ""),
    "signing": ("signed", "signed_in_time"),
    "contact": ("contacts", ""),
    "closed": ("closed", "closed_in_time"),
    "returned": ("returned", "returned_unfounded"),
    "rehandled": ("rehandled", ""),
    "repeat": ("repeats", ""),
    "false_reply": ("false_replies", ""),
    "ledger": ("on_ledger", ""),
}
