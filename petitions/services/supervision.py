"""督办 as a side process: raised, issued with a receipt, answered, accepted; the case itself goes on meanwhile.

Also what only supervisors do to a case: reopening a closed one, ordering a second re-handling.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from petitions import errors
from petitions.models import Petition, Supervision
from petitions.services import callback, clock, dispatch
from petitions.services.door import opened
from petitions.states import SupervisionState


def raise_and_issue(
    petition_id: int, *, actor: Any, level: str, reason: str, now: datetime | None = None
) -> Supervision:
    """Start a supervision of the main unit and issue it in one step."""
    now = now or clock.now()
    if not reason.strip() or level not in Supervision.Level.values:
        raise errors.NoReason
    if not actor.has_role("supervisor"):
        raise errors.NotYours
    with opened(petition_id, actor=actor, now=now) as case:
        running = case.petition.supervisions.filter(department=case.main.department_id, level=level)
        if running.exclude(state=SupervisionState.CLOSED).exists():
            raise errors.AlreadySupervised
        supervision = Supervision.objects.create(
            petition=case.petition,
            assignment=case.main,
            department=case.main.department,
            level=level,
            reason=reason,
            raised_by=actor,
            raised_at=now,
        )
        case.record("supervise", note=reason, data={"level": level}, about=supervision)
        answer_by = now + timedelta(hours=float(case.rules.parameter("supervision.answer_hours", 24)))
        case.move(supervision, Supervision.issue, answer_by=answer_by)
        case.tell("supervision-issued", once=f"supervision-{supervision.pk}", department=case.main.department_id)
    return supervision


def step(
    supervision_id: int, transition: Callable, *, actor: Any, now: datetime | None = None, **details: Any
) -> Supervision:
    """One step of the side machine: ask_to_return, keep, report, reject, accept, close."""
    now = now or clock.now()
    found = Supervision.objects.filter(pk=supervision_id).first()
    if found is None:
        raise errors.Unknown("没有找到这件督办。")
    with opened(found.petition_id, actor=actor, now=now) as case:
        supervision = Supervision.objects.get(pk=found.pk)
        case.move(supervision, transition, **details)
    return supervision


def acknowledge(supervision_id: int, *, actor: Any, now: datetime | None = None) -> Supervision:
    """The unit's receipt: without it, a supervision that nobody read looks like one that nobody answered."""
    now = now or clock.now()
    found = Supervision.objects.filter(pk=supervision_id).first()
    if found is None:
        raise errors.Unknown("没有找到这件督办。")
    if actor.department_id != found.department_id:
        raise errors.NotYours
    with opened(found.petition_id, actor=actor, now=now) as case:
        supervision = Supervision.objects.get(pk=found.pk)
        if supervision.acknowledged_at is None:
            supervision.acknowledged_at = now
            case.record("acknowledge", about=supervision)
    return supervision


def reopen(
    petition_id: int, order: dispatch.Order, *, actor: Any, reason: str, now: datetime | None = None
) -> Petition:
    """重开 (C22): new evidence or a false closure, within the window; a unit takes it at once."""
    now = now or clock.now()
    with opened(petition_id, actor=actor, now=now) as case:
        closed_at = case.petition.closed_at or now
        within = case.due("reopen", closed_at) - closed_at
        due_at = case.due("handle")
        case.move(case.petition, Petition.reopen, reason=reason, at=now, within=within, due_at=due_at)
        dispatch.hand_to_all(case, dispatch.checked_units(case, order), order, limit_at=due_at)
    return case.petition


def order_rehandling(petition_id: int, *, actor: Any, reason: str, now: datetime | None = None) -> Petition:
    """A supervisor sends a case back a second time (C17)."""
    now = now or clock.now()
    if not reason.strip():
        raise errors.NoReason
    with opened(petition_id, actor=actor, now=now) as case:
        callback.order_rehandling(case, {"reason": reason})
    return case.petition
