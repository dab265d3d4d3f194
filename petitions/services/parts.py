"""What every step of a unit begins with: its part of the case, opened and checked."""

from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from petitions import errors, rules
from petitions.models import Assignment, Petition, Request
from petitions.services.door import OpenCase, opened
from petitions.states import AssignmentState, CaseState
from routing.models import Department


def opened_part(assignment_id: int, *, actor: Any, now: datetime) -> AbstractContextManager[OpenCase]:
    """Open the case that a part belongs to. Raises Unknown."""
    petition_id = Assignment.objects.filter(pk=assignment_id).values_list("petition_id", flat=True).first()
    if petition_id is None:
        raise errors.Unknown
    return opened(petition_id, actor=actor, now=now)


def must_work_on(part: Assignment, actor: Any) -> None:
    if not (actor.has_role(*rules.UNIT) and rules.works_for(part, actor)):
        raise errors.NotYours
    if not part.is_active:
        raise errors.WrongState


def active_unit(pk: int | None) -> Department:
    unit = Department.objects.active().filter(pk=pk).first() if pk else None
    if unit is None:
        raise errors.NoMainUnit("没有找到所选的单位，请重新选择。")
    return unit


def refuse_unit_twice(case: OpenCase, units: list[Department], kind: str, *, but: Assignment | None = None) -> None:
    """A unit calls in others, not itself, and nobody twice for the same."""
    there = {a.department_id for a in case.active if a.part == kind} | ({but.department_id} if but else set())
    if any(unit.pk in there for unit in units):
        raise errors.SameUnitTwice("该单位已经在办这件工单，不用再派一次。")


def file_request(case: OpenCase, part: Assignment, kind: str, **wish: Any) -> Request:
    """One row and one event for what a unit asks for."""
    request = wished(case, part, kind, **wish)
    request.save(force_insert=True)
    say_filed(case, request)
    return request


def wished(case: OpenCase, part: Assignment, kind: str, **wish: Any) -> Request:
    """The row, not saved yet."""
    return Request(
        petition=case.petition,
        assignment=part,
        department=part.department,
        kind=kind,
        filed_by=case.actor,
        filed_at=case.now,
        **wish,
    )


def say_filed(case: OpenCase, request: Request) -> None:
    said = {key: getattr(request, key) for key in ("subtype", "until") if getattr(request, key)}
    case.record("file_request", note=request.reason, data={"kind": request.kind, **said}, about=request)


def submit_if_all_answered(case: OpenCase) -> None:
    """C12: one answer for the citizen, from the main unit, as soon as nobody who takes part owes anything."""
    waiting = [part for part in case.active if part.state != AssignmentState.ANSWERED]
    if waiting or case.petition.state != CaseState.IN_PROGRESS:
        return  # an assist may answer first; the main unit's answer completes the case
    answer = case.main.replies.order_by("-at", "-id").first()
    case.move(
        case.petition,
        Petition.submit_reply,
        open_assists=0,
        public_answer=answer.public_answer,
        at=case.now,
        review_by=case.due("reply_review"),
    )
