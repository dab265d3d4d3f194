"""A second chance that only supervisors give: a closed case opened again (C22), a second re-handling (C17).

A citizen may ask for the first (services/wishes.py); the answer and its reason go to the citizen.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from petitions import errors, rules
from petitions.models import Petition, ReopenWish
from petitions.services import callback, clock, dispatch
from petitions.services.door import OpenCase, opened


def reopen(
    petition_id: int, order: dispatch.Order, *, actor: Any, reason: str, now: datetime | None = None
) -> Petition:
    """重开: new evidence or a false closure, within the window; a unit takes it at once."""
    now = now or clock.now()
    with opened(petition_id, actor=actor, now=now) as case:
        _reopen(case, order, reason)
    return case.petition


def _reopen(case: OpenCase, order: dispatch.Order, reason: str) -> None:
    closed_at = case.petition.closed_at or case.now
    within = case.due("reopen", closed_at) - closed_at
    due_at = case.due("handle")
    case.move(case.petition, Petition.reopen, reason=reason, at=case.now, within=within, due_at=due_at)
    dispatch.hand_to_all(case, dispatch.checked_units(case, order), order, limit_at=due_at)


def accept(
    wish_id: int, *, actor: Any, decision: str, unit_id: int | None = None, now: datetime | None = None
) -> Petition:
    """The citizen was right to ask: the case goes to the unit it had, or to another; the citizen is told."""
    now = now or clock.now()
    with _opened_wish(wish_id, actor=actor, decision=decision, now=now) as (case, wish):
        _reopen(case, dispatch.Order(main_id=unit_id or case.petition.main_department_id), wish.reason)
        _decided(case, wish, decision, accepted=True)
        case.tell("case-reopened", once=f"wish-{wish.pk}", said=decision)
    return case.petition


def refuse(wish_id: int, *, actor: Any, decision: str, now: datetime | None = None) -> Petition:
    """The case stays closed, and the citizen reads why."""
    now = now or clock.now()
    with _opened_wish(wish_id, actor=actor, decision=decision, now=now) as (case, wish):
        case.record("reopen_refused", note=decision)
        _decided(case, wish, decision, accepted=False)
        case.tell("reopen-refused", once=f"wish-{wish.pk}", said=decision)
    return case.petition


@contextmanager
def _opened_wish(wish_id: int, *, actor: Any, decision: str, now: datetime) -> Iterator[tuple[OpenCase, ReopenWish]]:
    """Raises NotYours, NoReason (the citizen is told why), Unknown, or WrongState when it was answered before."""
    if not rules.may_reopen(None, actor):
        raise errors.NotYours
    if not decision.strip():
        raise errors.NoReason("请写明给市民的说明。")
    petition_id = ReopenWish.objects.filter(pk=wish_id).values_list("petition_id", flat=True).first()
    if petition_id is None:
        raise errors.Unknown("没有找到这个重开请求。")
    with opened(petition_id, actor=actor, now=now) as case:
        wish = ReopenWish.objects.get(pk=wish_id)
        if wish.decided_at:
            raise errors.WrongState("这个重开请求已经有人答复过了。")
        yield case, wish


def _decided(case: OpenCase, wish: ReopenWish, decision: str, *, accepted: bool) -> None:
    wish.decided_by, wish.decided_at, wish.accepted, wish.decision = case.actor, case.now, accepted, decision.strip()
    wish.save()


def order_rehandling(petition_id: int, *, actor: Any, reason: str, now: datetime | None = None) -> Petition:
    """A supervisor sends a case back a second time."""
    now = now or clock.now()
    if not reason.strip():
        raise errors.NoReason
    with opened(petition_id, actor=actor, now=now) as case:
        callback.order_rehandling(case, {"reason": reason})
    return case.petition
