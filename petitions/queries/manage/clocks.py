"""Clocks that run now, and which of them would end at another time if the rules were others.

A deadline is fixed when its clock starts and no change of a rule moves it. So a clock is "other" where counting it anew
by the rules of today gives what is stored, and by the supposed rules something else; one that was prolonged or set by
a person is neither.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from petitions.models import Assignment, Event, Petition, Request
from petitions.states import ACTIVE, AssignmentState, CaseState
from routing.models import Stage, Tier
from routing.rulebook import NoLimit, Rulebook

# More than these a page does not count; it says "at least".
MOST = 5000
MOST_SHOWN = 12
STAGES_OF_STATE = {
    CaseState.PENDING_REVIEW: (Stage.REVIEW,),
    CaseState.PENDING_DISPATCH: (Stage.DISPATCH,),
    CaseState.IN_PROGRESS: (Stage.HANDLE, Stage.REHANDLE),
    CaseState.REHANDLING: (Stage.DISPATCH, Stage.REHANDLE),
    CaseState.IN_CONFERENCE: (Stage.CONFERENCE,),
    CaseState.REPLY_REVIEW: (Stage.REPLY_REVIEW,),
    CaseState.PENDING_CALLBACK: (Stage.CALLBACK,),
    CaseState.AWAITING_INFO: (Stage.AWAITING_INFO,),
}
REQUEST_STAGES = (Stage.RETURN_RULING, Stage.APPEAL_DECIDE)


@dataclass(frozen=True)
class Clock:
    """`stages`: what it may be counted by; the one whose limit gives `due_at` is meant."""

    no: str
    stages: tuple[str, ...]
    tier: str
    start: datetime
    due_at: datetime


@dataclass(frozen=True)
class Other:
    """A clock that would end at `at` by the supposed rules."""

    clock: Clock
    stage: str
    at: datetime

    @property
    def word(self) -> str:
        return str(Stage(self.stage).label)


@dataclass(frozen=True)
class Effect:
    """What a change of rules would do to the clocks that run: how many of how many, and the first of them."""

    looked_at: int
    others: Sequence[Other]

    @property
    def is_cut(self) -> bool:
        return self.looked_at >= MOST

    @property
    def count(self) -> int:
        return len(self.others)

    @property
    def shown(self) -> Sequence[Other]:
        return self.others[:MOST_SHOWN]

    @property
    def words(self) -> str:
        least = _("至少 ") if self.is_cut else ""
        return _("正在走的时限看了 %(least)s%(looked)s 个，其中 %(n)s 个按新规则会是另一个时间") % {
            "least": least,
            "looked": self.looked_at,
            "n": self.count,
        }


def effect(book: Rulebook, supposed: Rulebook, *, due_from: datetime, stages: Iterable[str] = Stage.values) -> Effect:
    """At most four statements, whatever is running."""
    clocks = list(running(due_from=due_from, stages=frozenset(stages)))
    found = (other_of(clock, book, supposed) for clock in clocks)
    return Effect(len(clocks), sorted((o for o in found if o), key=lambda o: (o.clock.due_at, o.clock.no)))


def other_of(clock: Clock, book: Rulebook, supposed: Rulebook) -> Other | None:
    for stage in clock.stages:
        try:
            if book.due(stage, clock.tier, clock.start).at != clock.due_at:
                continue
            at = supposed.due(stage, clock.tier, clock.start).at
        except NoLimit:
            continue
        return Other(clock, stage, at) if at != clock.due_at else None
    return None


def running(*, due_from: datetime, stages: frozenset[str]) -> Iterator[Clock]:
    """Clocks that end at `due_from` or later, of cases, of units' parts and of requests; at most MOST of each."""
    yield from _of_cases(due_from, stages)
    yield from _of_parts(due_from, stages)
    yield from _of_requests(due_from, stages)


def _of_cases(due_from: datetime, stages: frozenset[str]) -> Iterator[Clock]:
    states = [state for state, by in STAGES_OF_STATE.items() if stages.intersection(by)]
    began = Event.objects.filter(petition=OuterRef("pk"), subject="case", after=OuterRef("state")).order_by("-seq")
    rows = Petition.objects.filter(state__in=states, due_at__gte=due_from).annotate(
        began=Subquery(began.values("at")[:1])
    )
    for no, state, tier, start, due_at in _first(rows, "no", "state", "tier", "began", "due_at"):
        by = tuple(stage for stage in STAGES_OF_STATE[state] if stage in stages)
        if start:
            yield Clock(no, by, tier or Tier.NORMAL, start, due_at)


def _of_parts(due_from: datetime, stages: frozenset[str]) -> Iterator[Clock]:
    if Stage.SIGN in stages:
        rows = Assignment.objects.filter(state=AssignmentState.PENDING_SIGN, sign_by__gte=due_from)
        yield from _parts(rows, Stage.SIGN, "sign_by")
    if Stage.FIRST_CONTACT in stages:
        rows = Assignment.objects.filter(state__in=ACTIVE, contacted_at=None, contact_by__gte=due_from)
        yield from _parts(rows, Stage.FIRST_CONTACT, "contact_by")


def _parts(rows: QuerySet, stage: str, field: str) -> Iterator[Clock]:
    for no, tier, start, due_at in _first(rows, "petition__no", "petition__tier", "assigned_at", field):
        yield Clock(no, (stage,), tier or Tier.NORMAL, start, due_at)


def _of_requests(due_from: datetime, stages: frozenset[str]) -> Iterator[Clock]:
    by = tuple(stage for stage in REQUEST_STAGES if stage in stages)
    if not by:
        return
    rows = Request.objects.filter(decided_at=None, due_at__gte=due_from)
    for no, tier, start, due_at in _first(rows, "petition__no", "petition__tier", "filed_at", "due_at"):
        yield Clock(no, by, tier or Tier.NORMAL, start, due_at)


def _first(rows: QuerySet, *fields: str) -> QuerySet:
    return rows.order_by(fields[-1], "pk").values_list(*fields)[:MOST]
