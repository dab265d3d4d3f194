"""The list behind a figure: its marks, newest first, by key. The list and the figure count the same rows."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet

from petitions.insight.fold import NONE, RESPONSE_ONLY
from petitions.insight.models import Mark
from petitions.insight.rates import Counts
from petitions.insight.windows import Window
from petitions.queries.keyset import PAGE, Page
from petitions.row_keys import row_key

SATISFIED = ("satisfied", "very_satisfied")
DISSATISFIED = ("unsatisfied", "very_unsatisfied")


@dataclass(frozen=True)
class Figure:
    """Which marks are counted, and where the count stands in a line. `is_assessed`: the outcome has to count."""

    kind: str
    of: Callable[[Counts], int]
    only: Q = field(default_factory=Q)
    is_assessed: bool = False


FIGURES = {
    "received": Figure("received", lambda c: c.received),
    "closed": Figure("closed", lambda c: c.closed),
    "valid": Figure("verdict", lambda c: c.valid),
    "contacted": Figure("verdict", lambda c: c.contacted, Q(contacted=True)),
    "not_contacted": Figure("verdict", lambda c: c.valid - c.contacted, ~Q(contacted=True)),
    "assessed": Figure("verdict", lambda c: c.assessed, is_assessed=True),
    "solved": Figure("verdict", lambda c: c.solved, Q(solved="yes"), is_assessed=True),
    "unsolved": Figure("verdict", lambda c: c.assessed - c.solved, ~Q(solved="yes"), is_assessed=True),
    "satisfied": Figure("verdict", lambda c: c.satisfied, Q(satisfaction__in=SATISFIED), is_assessed=True),
    "basically": Figure("verdict", lambda c: c.basically, Q(satisfaction="basically"), is_assessed=True),
    "dissatisfied": Figure(
        "verdict",
        lambda c: c.assessed - c.satisfied - c.basically,
        ~Q(satisfaction__in=(*SATISFIED, "basically")),
        is_assessed=True,
    ),
    "first_time_solved": Figure("verdict", lambda c: c.first_time_solved, Q(good=True), is_assessed=True),
    "signed_late": Figure("signing", lambda c: c.signed - c.signed_in_time, ~Q(good=True)),
    "closed_late": Figure("closed", lambda c: c.closed - c.closed_in_time, ~Q(good=True)),
    "contacts": Figure("contact", lambda c: c.contacts),
    "returned": Figure("returned", lambda c: c.returned),
    "returned_unfounded": Figure("returned", lambda c: c.returned_unfounded, ~Q(good=True)),
    "rehandled": Figure("rehandled", lambda c: c.rehandled),
    "repeats": Figure("repeat", lambda c: c.repeats),
    "false_replies": Figure("false_reply", lambda c: c.false_replies),
    "on_ledger": Figure("ledger", lambda c: c.on_ledger),
}


@dataclass(frozen=True)
class Only:
    """A part of a figure, as reports count it; None narrows nothing, '' are the cases that have none."""

    channel: str | None = None
    type: str | None = None
    category: str | None = None

    @property
    def narrowed(self) -> dict[str, Any]:
        said = {"petition__channel": self.channel, "petition__request_type": self.type}
        known: dict[str, Any] = {name: value for name, value in said.items() if value is not None}
        return known if self.category is None else known | {"petition__category__code": self.category or None}


EVERYTHING = Only()


def marks(
    figure: Figure, window: Window, *, calibre: str, units: Collection[int] | None, only: Only = EVERYTHING
) -> QuerySet[Mark]:
    """All marks that the figure counts. `units` None: of whichever unit, and of none."""
    rows = Mark.objects.filter(figure.only, kind=figure.kind, half__gte=window.first, half__lt=window.end)
    if units is not None:
        rows = rows.filter(department__in=units)
    if only != EVERYTHING:
        rows = rows.filter(**only.narrowed)
    if calibre == "C":
        rows = rows.filter(not_counted=True)
    elif calibre == "B":
        rows = rows.filter(excluded=False, not_counted=False).exclude(assessment=NONE)
    return rows.exclude(assessment=RESPONSE_ONLY) if figure.is_assessed and calibre != "A" else rows


def page(rows: QuerySet[Mark], *, after: str, size: int = PAGE) -> Page:
    """One page of marks with their cases; one statement. A cursor that makes no sense starts from the top."""
    key = _cursor(after)
    if key:
        half, case, pk = key
        same_half = Q(half=half)
        rows = rows.filter(
            Q(half__lt=half) | same_half & Q(petition__lt=case) | same_half & Q(petition=case, pk__lt=pk)
        )
    rows = rows.select_related("petition__category", "department").defer(
        "petition__text", "petition__answer", "petition__search"
    )
    found = list(rows.order_by("-half", "-petition_id", "-pk")[: size + 1])
    last = found[size - 1] if len(found) > size else None
    return Page(found[:size], f"{last.half}~{last.petition_id}~{last.pk}" if last else "")


def _cursor(after: str) -> tuple[int, int, int] | None:
    parts = [row_key(part) for part in after.split("~")]
    if len(parts) != 3 or None in parts:
        return None
    half, case, pk = parts
    return (half, case, pk) if half < 2**31 else None
