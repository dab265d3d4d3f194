"""One unit's page: its periods so far, what was excluded and by whom, and what people were not content with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Case, Count, IntegerField, Q, Sum, Value, When

from petitions.insight import scorecard
from petitions.insight.models import Mark, Tally
from petitions.insight.queries.behind import DISSATISFIED
from petitions.insight.queries.spans import Span
from petitions.insight.rates import Counts
from petitions.insight.tally import COLUMNS, Key
from petitions.insight.windows import Window
from petitions.models import Callback, Rating, Request
from petitions.states import RequestState

# What takes a case out of a calibre, or out of a rate.
EXCLUDING = (Request.Kind.EXCLUSION, Request.Kind.RESPONSE_ONLY, Request.Kind.NOT_COUNTED, Request.Kind.APPEAL)
MOST_CAUSES = 8


@dataclass(frozen=True)
class Exclusion:
    """How many requests of a type one approver granted in the third tier."""

    kind: str
    subtype: str
    approver: str
    count: int


@dataclass(frozen=True)
class Leaf:
    """A category with its verdicts, and how many of them were not solved or not content."""

    name: str
    verdicts: int
    unsolved: int
    dissatisfied: int


@dataclass(frozen=True)
class Causes:
    leaves: tuple[Leaf, ...]
    reasons: tuple[tuple[str, int], ...]


def trend(unit: int, spans: Sequence[Span], calibre: str) -> list[Counts]:
    """The unit's counts in each of these spans, which follow one another. One statement."""
    places = [
        When(half__gte=span.window.first, half__lt=span.window.end, then=Value(at)) for at, span in enumerate(spans)
    ]
    key = ("kind", "assessment", "excluded", "not_counted")
    rows = (
        Tally.objects.filter(department=unit, half__gte=spans[0].window.first, half__lt=spans[-1].window.end)
        .order_by()
        .annotate(place=Case(*places, output_field=IntegerField()))
        .values_list("place", *key)
        .annotate(*(Sum(name) for name in COLUMNS))
    )
    # The place stands where a unit would stand: the same sums, of periods instead of units.
    found = scorecard.lines_of((Key(0, *row[:5]), tuple(row[5:])) for row in rows)[calibre]
    return [found.get(at, Counts()) for at in range(len(spans))]


def exclusions(unit: int, window: Window) -> list[Exclusion]:
    """Granted in the window, by type and approver, most first. One statement."""
    granted = Request.objects.filter(
        department=unit,
        kind__in=EXCLUDING,
        state=RequestState.GRANTED,
        decided_at__gte=window.begins,
        decided_at__lt=window.ends,
    )
    rows = granted.order_by().values_list("kind", "subtype", "decided_by__name").annotate(n=Count("pk"))
    return [Exclusion(*row) for row in rows.order_by("-n", "kind", "subtype", "decided_by__name")]


def causes(unit: int, window: Window) -> Causes:
    """Where answers were not solved or not content: the categories, and what citizens said. Three statements."""
    verdicts = Mark.objects.filter(
        department=unit, kind="verdict", half__gte=window.first, half__lt=window.end
    ).order_by()
    unsolved, dissatisfied = ~Q(solved="yes"), Q(satisfaction__in=DISSATISFIED)
    rows = verdicts.values_list("petition__category__name").annotate(
        n=Count("pk"), unsolved=Count("pk", filter=unsolved), dissatisfied=Count("pk", filter=dissatisfied)
    )
    worst = rows.filter(Q(unsolved__gt=0) | Q(dissatisfied__gt=0)).order_by(
        "-unsolved", "-dissatisfied", "petition__category__name"
    )
    leaves = tuple(Leaf(name or "—", *counts) for name, *counts in worst[:MOST_CAUSES])
    cases = verdicts.filter(unsolved | dissatisfied).values("petition")
    return Causes(leaves, tuple(_reasons(cases, window).most_common(MOST_CAUSES)))


def _reasons(cases, window: Window) -> Counter:
    """The reasons noted with the valid answers, word for word."""
    between = {"gte": window.begins, "lt": window.ends}
    called = Callback.objects.filter(petition__in=cases, is_valid=True).filter(
        **{f"at__{name}": moment for name, moment in between.items()}
    )
    rated = Rating.objects.filter(petition__in=cases).filter(
        **{f"used_at__{name}": moment for name, moment in between.items()}
    )
    found: Counter = Counter()
    for answers in (called, rated):
        counted = answers.order_by().exclude(reason="").values_list("reason").annotate(n=Count("pk"))
        found.update(dict(counted.order_by("-n", "reason")[:MOST_CAUSES]))
    return found
