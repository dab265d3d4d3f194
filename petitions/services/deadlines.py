"""What happens because time passed: automatic signing, expiry to call-back, waiting for information that never came.

Rows are claimed by index in batches with SKIP LOCKED, so two sweepers share the work and neither doubles it: the
transition itself refuses a second time. Safe to run at any moment, catches up after downtime in order of the clock.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from petitions import errors
from petitions.models import Assignment, Petition
from petitions.services import rating
from petitions.services.door import OpenCase, opened, system
from petitions.states import AssignmentState, CaseState


@dataclass(frozen=True)
class Swept:
    """How many of each kind a sweep moved."""

    signed: int = 0
    expired: int = 0
    info_expired: int = 0


def sweep(*, now: datetime, batch: int = 200) -> Swept:
    """Do everything that is due at `now`, one commit per case."""
    return Swept(
        signed=_each(_unsigned(now, batch), _auto_sign, now),
        expired=_each(_in_state(CaseState.IN_PROGRESS, now, batch), _expire, now),
        info_expired=_each(_in_state(CaseState.AWAITING_INFO, now, batch), _expire_info, now),
    )


def _in_state(state: str, now: datetime, batch: int) -> list[int]:
    due = Petition.objects.filter(state=state, due_at__lte=now).order_by("due_at")
    return list(due.values_list("id", flat=True)[:batch])


def _unsigned(now: datetime, batch: int) -> list[int]:
    late = Assignment.objects.filter(state=AssignmentState.PENDING_SIGN, sign_by__lte=now).order_by("sign_by")
    return list(dict.fromkeys(late.values_list("petition_id", flat=True)[:batch]))


def _each(ids: list[int], act: Callable[[OpenCase], Any], now: datetime) -> int:
    done = 0
    for petition_id in ids:
        with transaction.atomic():
            # Whoever holds the row is acting on the case right now; the next sweep looks again.
            if not Petition.objects.select_for_update(skip_locked=True).filter(pk=petition_id).exists():
                continue
            try:
                with opened(petition_id, actor=system(), now=now) as case:
                    act(case)
                    done += bool(case.events)
            except errors.WrongState:
                pass  # somebody was faster between the look and the lock: nothing to do, nothing lost
    return done


def _auto_sign(case: OpenCase) -> None:
    for part in case.active:
        if part.state == AssignmentState.PENDING_SIGN and part.sign_by <= case.now:
            case.move(part, Assignment.auto_sign, at=case.now)
            case.tell("signed-late", once=f"signed-{part.pk}", department=part.department_id)


def _expire(case: OpenCase) -> None:
    due_at = case.petition.due_at
    if due_at is None or due_at > case.now:
        raise errors.WrongState
    case.move(case.petition, Petition.expire, call_by=case.due("callback"))
    rating.begin_round(case)
    case.tell(
        "case-overdue", once=f"overdue-{case.petition.promised_at:%Y%m%d%H%M}", department=case.main.department_id
    )


def _expire_info(case: OpenCase) -> None:
    case.move(case.petition, Petition.expire_info, at=case.now, review_by=case.due("review"))
