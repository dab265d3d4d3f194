"""回访台: who is to be called, in the order of their deadline; those tried a moment ago come later.

Whoever calls shall not know whose work they ask about: units and persons are taken out of what the desk shows.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from petitions.models import Callback, Petition
from petitions.queries import keyset
from petitions.states import CaseState

SHOWN = 60
SHORTEST_NAME = 2
UNIT, PERSON = "承办单位", "承办人员"


def waiting(staff: Any, *, now: datetime) -> tuple[Petition, ...]:
    """One statement."""
    cases = _to_call(staff).filter(Q(next_call_at=None) | Q(next_call_at__lte=now))
    return tuple(cases.select_related("caller").defer("search").order_by("due_at", "pk")[:SHOWN])


def counts(staff: Any, *, now: datetime) -> dict[str, int]:
    """How many wait for another half of a day, and how many the sample left out: one statement."""
    rows = Petition.objects.visible_to(staff).filter(state=CaseState.PENDING_CALLBACK)
    return rows.aggregate(
        paused=Count("pk", filter=Q(next_call_at__gt=now, is_left_out=False)),
        left_out=Count("pk", filter=Q(is_left_out=True)),
    )


def _to_call(staff: Any) -> QuerySet:
    """What the sample left out is not called: there the citizen's own rating speaks."""
    return Petition.objects.visible_to(staff).filter(state=CaseState.PENDING_CALLBACK, is_left_out=False)


def blinded(case: Petition, text: str) -> str:
    """A text of a prefetched case (queries/casefile.py) without the names of the units and people who handled it."""
    for name, stand_in in sorted(_names(case), key=lambda pair: -len(pair[0])):
        text = text.replace(name, stand_in)
    return text


def _names(case: Petition) -> Iterator[tuple[str, str]]:
    units = {part.department for part in case.assignments.all()}
    people = {reply.author for reply in case.replies.all()} | {reply.approved_by for reply in case.replies.all()}
    people |= {contact.by for contact in case.contacts.all()}
    people |= {event.actor for event in case.events.all() if event.actor.department_id in {u.pk for u in units}}
    yield from ((unit.name, UNIT) for unit in units)
    yield from ((person.name, PERSON) for person in people if person and len(person.name) >= SHORTEST_NAME)


def to_hear(staff: Any, *, after: str) -> keyset.Page:
    """Calls of others that nobody has listened to yet, newest first: one statement."""
    rows = Callback.objects.filter(is_valid=True, heard_at=None).exclude(by=staff.pk)
    return keyset.by_id(_with_case(rows, staff), after)


def disagreed(staff: Any, *, after: str) -> keyset.Page:
    """Calls whose recording says something else than what was written down, newest first: one statement."""
    return keyset.by_id(_with_case(Callback.objects.filter(heard_agrees=False), staff), after)


def _with_case(rows: QuerySet, staff: Any) -> QuerySet:
    near = rows.filter(petition__in=Petition.objects.visible_to(staff)).select_related("petition", "by", "heard_by")
    return near.defer("petition__search", "petition__text")


def attempts(callbacks: Iterable[Callback], number: int) -> list[Callback]:
    """The attempts of this round, the first first."""
    return [call for call in callbacks if call.round == number]
