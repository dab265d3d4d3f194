"""What would have happened: clocks that started lately, counted by the rules of then and by supposed ones."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q, QuerySet

from petitions.models import Assignment, Petition
from routing.models import Stage, Tier
from routing.rulebook import NoLimit, Rulebook

MOST = 5000


@dataclass(frozen=True)
class Outcome:
    """Of one tier: clocks that have ended or would be over by now, how many of them late, then and by the new rule."""

    tier: str
    clocks: int
    late: int
    late_then: int

    @property
    def change(self) -> int:
        return self.late_then - self.late


def can_tell(stage: str) -> bool:
    """Only these steps leave both their start and their end in the rows."""
    return stage in _STARTS


def outcomes(
    book: Rulebook, supposed: Rulebook, *, stage: str, tier: str, since: datetime, now: datetime
) -> Sequence[Outcome]:
    """One line for each tier that the rule is for. One statement; nothing where the step cannot tell."""
    if not can_tell(stage):
        return []
    rows = _STARTS[stage](since, tier)
    found: dict[str, list[tuple[bool, bool]]] = {}
    for of_tier, start, end in rows[:MOST]:
        late = _late(book, stage, of_tier, start, end or now)
        then = _late(supposed, stage, of_tier, start, end or now)
        if late is not None and then is not None:
            found.setdefault(of_tier, []).append((late, then))
    return [_outcome(of_tier, pairs) for of_tier, pairs in sorted(found.items())]


def _outcome(tier: str, pairs: Iterable[tuple[bool, bool]]) -> Outcome:
    kept = list(pairs)
    return Outcome(tier, len(kept), sum(late for late, _ in kept), sum(then for _, then in kept))


def _late(book: Rulebook, stage: str, tier: str, start: datetime, end: datetime) -> bool | None:
    try:
        return end > book.due(stage, tier or Tier.NORMAL, start).at
    except NoLimit:
        return None


def _parts(since: datetime, tier: str, end: str) -> QuerySet:
    rows = Assignment.objects.filter(assigned_at__gte=since)
    rows = rows.filter(petition__tier=tier) if tier else rows
    return rows.order_by("-assigned_at").values_list("petition__tier", "assigned_at", end)


def _handled(since: datetime, tier: str) -> QuerySet:
    """First rounds only: a second one has a limit of its own."""
    rows = Petition.objects.filter(Q(rehandled=0), dispatched_at__gte=since)
    rows = rows.filter(tier=tier) if tier else rows
    return rows.order_by("-dispatched_at").values_list("tier", F("dispatched_at"), F("replied_at"))


_STARTS = {
    Stage.SIGN: lambda since, tier: _parts(since, tier, "signed_at"),
    Stage.FIRST_CONTACT: lambda since, tier: _parts(since, tier, "contacted_at"),
    Stage.HANDLE: _handled,
}
