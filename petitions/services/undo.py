"""撤销派单: for a few seconds a slip of the finger is taken back as if it had not happened.

The notices of a person's dispatch wait in the outbox until the window is over; undoing drops them, so nobody was told.
After that only `dispatch.take_back` helps, with a reason.
"""

from datetime import datetime, timedelta
from typing import Any

from django.utils.dateparse import parse_datetime

from petitions import errors
from petitions.models import Assignment, Event, Outbox, Petition, Suggestion
from petitions.services import clock
from petitions.services.door import OpenCase, opened
from petitions.states import AssignmentState
from routing.rulebook import Rulebook

DISPATCHES = ("dispatch", "redispatch")
NOTICES = ("case-dispatched", "unit-assigned")


def window(rules: Rulebook) -> timedelta:
    return timedelta(seconds=float(rules.parameter("undo.dispatch_seconds", 10)))


def hold_notices(case: OpenCase) -> None:
    """What this step tells waits as long as the step can be undone."""
    case.tell_at = case.now + window(case.rules)


def facts_before(petition: Petition) -> dict[str, Any]:
    """What a dispatch is about to change; kept in its event, so that undoing needs no guess."""
    return {name: getattr(petition, name) for name in ("due_at", "promised_at", "dispatched_at", "tier")}


def undo_dispatch(petition_id: int, *, actor: Any, now: datetime | None = None) -> Petition:
    """Take back one's own dispatch. Raises UndoTooLate, AlreadySigned, NotYours or WrongState."""
    now = now or clock.now()
    with opened(petition_id, actor=actor, now=now) as case:
        sent = _last_dispatch(case)
        if now > sent.at + window(case.rules):
            raise errors.UndoTooLate
        if any(part.state != AssignmentState.PENDING_SIGN for part in case.active):
            raise errors.AlreadySigned
        _drop_notices(case, sent)
        _unlearn(case)
        for part in case.active:
            case.move(part, Assignment.recall, at=now, note="撤销派单")
        case.move(case.petition, Petition.undo_dispatch, data={"undone": sent.seq}, **_before(case, sent))
        case.petition.main_department = None
    return case.petition


def _last_dispatch(case: OpenCase) -> Event:
    events = case.petition.events.filter(subject=Event.Subject.CASE).exclude(after="").order_by("-seq")
    sent = events.first()
    if sent is None or sent.action not in DISPATCHES or "was" not in sent.data:
        raise errors.WrongState("这件工单刚才没有派过，或者已经有了别的进展，没有可以撤销的派单。")
    if sent.actor_id != case.actor.pk:
        raise errors.NotYours("只能撤销自己刚派出的工单。")
    return sent


def _before(case: OpenCase, sent: Event) -> dict[str, Any]:
    was = sent.data["was"]
    known = {name: parse_datetime(was[name]) if was[name] else None for name in ("due_at", "dispatched_at")}
    # A new round of handling promises anew when it is dispatched; the limit of the round before it has passed.
    promised = was["promised_at"] if sent.action == "dispatch" else None
    return known | {"promised_at": parse_datetime(promised) if promised else None, "tier": was["tier"]}


def _unlearn(case: OpenCase) -> None:
    """The slip is no verdict on the proposed unit."""
    routes = Suggestion.objects.filter(petition=case.petition, kind=Suggestion.Kind.ROUTE, decided_by=case.actor)
    routes.filter(chosen=str(case.main.department_id)).update(chosen="", decided_by=None, accepted=None)


def _drop_notices(case: OpenCase, sent: Event) -> None:
    """A notice that is on its way (locked, or sent already) cannot be called back: then it is too late to undo."""
    notices = Outbox.objects.filter(petition=case.petition, topic__in=NOTICES, made_at=sent.at)
    # Never wait here: the courier that holds a notice waits for the case, which we hold.
    waiting = notices.filter(state=Outbox.State.WAITING).select_for_update(skip_locked=True)
    held = list(waiting.values_list("pk", flat=True))
    if len(held) != notices.count():
        raise errors.UndoTooLate
    for notice in Outbox.objects.filter(pk__in=held):
        notice.state = Outbox.State.DROPPED
        notice.save(update_fields=["state"])
