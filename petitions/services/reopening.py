"""A second chance that only supervisors give: a closed case opened again (C22), a second re-handling (C17)."""

from datetime import datetime
from typing import Any

from petitions import errors
from petitions.models import Petition
from petitions.services import callback, clock, dispatch
from petitions.services.door import opened


def reopen(
    petition_id: int, order: dispatch.Order, *, actor: Any, reason: str, now: datetime | None = None
) -> Petition:
    """重开: new evidence or a false closure, within the window; a unit takes it at once."""
    now = now or clock.now()
    with opened(petition_id, actor=actor, now=now) as case:
        closed_at = case.petition.closed_at or now
        within = case.due("reopen", closed_at) - closed_at
        due_at = case.due("handle")
        case.move(case.petition, Petition.reopen, reason=reason, at=now, within=within, due_at=due_at)
        dispatch.hand_to_all(case, dispatch.checked_units(case, order), order, limit_at=due_at)
    return case.petition


def order_rehandling(petition_id: int, *, actor: Any, reason: str, now: datetime | None = None) -> Petition:
    """A supervisor sends a case back a second time."""
    now = now or clock.now()
    if not reason.strip():
        raise errors.NoReason
    with opened(petition_id, actor=actor, now=now) as case:
        callback.order_rehandling(case, {"reason": reason})
    return case.petition
