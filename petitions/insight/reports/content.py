"""What a report says, as values that can be kept and drawn again: the same content always gives the same files. Pure.

Lines carry counts; every rate is computed from them by rates.py with the formula that is kept beside them, so a figure
in a report and the same figure on the scorecard cannot differ.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from petitions.insight.rates import CALIBRES, Counts, Formula, Scores, scores
from petitions.insight.reports.lists import Lists

ASSESSED = "B"  # the calibre that ranks are about
ALL = "A"
UNNAMED = "未分类"
SHOWN = 10  # lines of a list in the text; the workbook has all of them


@dataclass(frozen=True)
class Volume:
    """How many were received under one name, now and in the period before. `code`: '' where the name alone was kept."""

    name: str
    now: int
    before: int
    code: str = ""

    @property
    def change(self) -> float | None:
        """Share of the period before; None where there was nothing to compare with."""
        return (self.now - self.before) / self.before if self.before else None

    @property
    def surprise(self) -> float:
        """How far it rose, in standard deviations of a Poisson count like the one before."""
        return (self.now - self.before) / max(self.before, 1) ** 0.5


@dataclass(frozen=True)
class Line:
    """One unit in one calibre. `change`: points of the composite against the period before, then from `n_before`.

    `unit`: its id; 0 where the name alone was kept.
    """

    name: str
    counts: Counts
    rank: int | None = None
    grade: str = ""
    change: float | None = None
    n_before: int = 0
    unit: int = 0


@dataclass(frozen=True)
class Group:
    """Units that are compared with each other, in their order, in one calibre."""

    name: str
    calibre: str
    lines: tuple[Line, ...]
    code: str = ""

    @property
    def pooled(self) -> Counts:
        return Counts.sum(line.counts for line in self.lines)

    @property
    def ranked(self) -> int:
        return sum(line.rank is not None for line in self.lines)


@dataclass(frozen=True)
class Exclusion:
    """How many requests of one type for one unit one approver granted in the third tier."""

    unit: str
    kind: str
    subtype: str
    approver: str
    count: int
    code: str = ""  # of the type; '' where the names alone were kept
    unit_id: int = 0
    approver_id: int = 0


@dataclass(frozen=True)
class Seal:
    """The publication that the figures were taken from."""

    hash: str
    at: str
    number: int


@dataclass(frozen=True)
class Content:
    """A whole report. Times are ISO 8601; `before` is what it is compared with: totals per calibre, and its name."""

    kind: str
    name: str
    before_name: str
    begins: str
    ends: str
    made_at: str
    formula: Formula
    groups: tuple[Group, ...]
    before: dict[str, Counts]
    channels: tuple[Volume, ...]
    types: tuple[Volume, ...]
    leaves: tuple[Volume, ...]
    exclusions: tuple[Exclusion, ...]
    overdue_now: int
    seal: Seal | None = None
    before_begins: str = ""  # '' where reports were kept without it
    before_ends: str = ""

    @property
    def lists(self) -> Lists:
        return Lists(self.kind, self.begins, self.ends)

    @property
    def lists_before(self) -> Lists:
        return Lists(self.kind, self.before_begins, self.before_ends)

    @property
    def received(self) -> Volume:
        """All that came in, whoever answered it."""
        return Volume("受理量", sum(v.now for v in self.channels), sum(v.before for v in self.channels))

    @property
    def matters(self) -> tuple[Volume, ...]:
        """The categories of this period; what has none is counted, but is no matter."""
        return tuple(leaf for leaf in self.leaves if leaf.now and leaf.name != UNNAMED)

    @property
    def rising(self) -> tuple[Volume, ...]:
        """Matters that rose most for their size."""
        risen = [leaf for leaf in self.matters if leaf.now > leaf.before]
        return tuple(sorted(risen, key=lambda leaf: (-leaf.surprise, leaf.name))[:SHOWN])

    def of(self, calibre: str) -> tuple[Group, ...]:
        return tuple(group for group in self.groups if group.calibre == calibre)

    def total(self, calibre: str) -> Counts:
        """All units of all groups together."""
        return Counts.sum(group.pooled for group in self.of(calibre))

    def scores(self, counts: Counts) -> Scores:
        return scores(counts, self.formula)

    def movers(self, group: Group) -> tuple[list[Line], list[Line]]:
        """Up most and down most, of the units that had enough answers in both periods."""
        least = self.formula.min_n
        known = [
            line
            for line in group.lines
            if line.change and line.rank is not None and line.n_before >= least and line.counts.assessed >= least
        ]
        known.sort(key=lambda line: (line.change or 0.0, line.name))
        down = [line for line in known if (line.change or 0) < 0][:3]
        up = [line for line in reversed(known) if (line.change or 0) > 0][:3]
        return up, down

    def late(self) -> list[Line]:
        """Units with something signed or closed too late, returned without cause or logged falsely; most first."""
        lines = [line for group in self.of(ALL) for line in group.lines if any(of(line.counts) for _, of, _ in LAPSES)]
        return sorted(lines, key=lambda line: (-sum(of(line.counts) for _, of, _ in LAPSES), line.name))


# What it is called, how many there are, and the list behind them.
LAPSES: tuple[tuple[str, Callable[[Counts], int], str], ...] = (
    ("超时签收", lambda c: c.signed - c.signed_in_time, "signed_late"),
    ("超期办结", lambda c: c.closed - c.closed_in_time, "closed_late"),
    ("退单不成立", lambda c: c.returned_unfounded, "returned_unfounded"),
    ("重新办理", lambda c: c.rehandled, "rehandled"),
    ("虚假联系", lambda c: c.false_replies, "false_replies"),
)
# A rate leads to the answers that are missing in it, as on the scorecard; a composite to all that it is made of.
BEHIND_RATES = {"response": "not_contacted", "solved": "unsolved", "satisfied": "dissatisfied", "composite": "assessed"}


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


# ── kept as JSON ──
def as_json(content: Content) -> dict:
    return asdict(content)


def from_json(kept: dict) -> Content:
    """What as_json() gave, after a stay in the database."""
    formula = kept["formula"]
    values = kept | {
        "formula": Formula(**formula | {"bands": tuple((name, least) for name, least in formula["bands"])}),
        "groups": tuple(_group(group) for group in kept["groups"]),
        "before": {calibre: Counts(**counts) for calibre, counts in kept["before"].items()},
        "exclusions": tuple(Exclusion(**row) for row in kept["exclusions"]),
        "seal": Seal(**kept["seal"]) if kept["seal"] else None,
        **{name: _volumes(kept[name]) for name in ("channels", "types", "leaves")},
    }
    return Content(**values)


def _group(kept: dict) -> Group:
    return Group(kept["name"], kept["calibre"], tuple(_line(line) for line in kept["lines"]), kept.get("code", ""))


def _line(kept: dict) -> Line:
    return replace(Line(**kept), counts=Counts(**kept["counts"]))


def _volumes(kept: Iterable[dict]) -> tuple[Volume, ...]:
    return tuple(Volume(**row) for row in kept)


__all__ = [
    "ALL",
    "ASSESSED",
    "CALIBRES",
    "Content",
    "Exclusion",
    "Group",
    "Line",
    "Seal",
    "Volume",
    "as_json",
    "from_json",
]
