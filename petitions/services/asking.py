"""退单 and 延期: what one ruling decides. A granted return takes a main unit's case back to dispatch; the second return
of a case is no longer ruled on by one person but brings it to conference (会商).
"""

from datetime import datetime
from typing import Any

from petitions import errors
from petitions.models import Assignment, CatalogueProposal, Petition, Request
from petitions.services import catalogue_proposals, clock, conference, dispatch
from petitions.services.door import OpenCase, opened_request
from petitions.services.parts import file_request, opened_part, submit_if_all_answered
from petitions.services.requests import refuse_second
from petitions.states import CaseState, RequestState
from routing.models import Department, Tier


def request_return(
    assignment_id: int, *, actor: Any, reason: str, proposed_id: int | None, evidence: str, now: datetime | None = None
) -> Request:
    """退单申请, by the main unit or an assisting one."""
    now = now or clock.now()
    proposed = Department.objects.active().filter(pk=proposed_id).first() if proposed_id else None
    with opened_part(assignment_id, actor=actor, now=now) as case:
        part, rule_by = case.assignment(assignment_id), case.due("return_ruling")
        _refuse_second_return(case, part)
        case.move(
            part,
            Assignment.request_return,
            reason=reason,
            proposed_unit=proposed.name if proposed else "",
            evidence=evidence,
            at=now,
            rule_by=rule_by,
            data={"proposed": proposed.name if proposed else ""},
        )
        wish = {"reason": reason, "evidence": evidence, "due_at": rule_by, "proposed_department": proposed}
        request = file_request(case, part, Request.Kind.RETURN, **wish)
        conference.call_if_contested(case)
    return request


def rule_on_return(request_id: int, *, actor: Any, granted: bool, note: str, now: datetime | None = None) -> Petition:
    """退单裁定: granted → the unit leaves and the case is dispatched anew; refused → it goes on and may not return."""
    now = now or clock.now()
    with opened_request(request_id, actor=actor, now=now) as (case, request):
        if case.petition.state == CaseState.IN_CONFERENCE:
            raise errors.InConference
        part = _part_of(case, request, Request.Kind.RETURN)
        if granted:
            case.move(request, Request.grant_at_once, by=actor, at=now, decision=note, note=note)
            case.move(part, Assignment.grant_return, at=now, note=note)
            if part.part == Assignment.Part.MAIN:
                lesson = {"kind": CatalogueProposal.Kind.RETURN, "reason": note}
                catalogue_proposals.propose(case, to=request.proposed_department, **lesson)
            _after_leaving(case, part, note)
        else:
            case.move(request, Request.refuse, by=actor, at=now, decision=note, note=note)
            case.move(part, Assignment.refuse_return, reason=note, at=now)
        case.tell("return-ruled", department=part.department_id, granted=granted)
    return case.petition


def request_extension(
    assignment_id: int, *, actor: Any, reason: str, until: datetime, now: datetime | None = None
) -> Request:
    """延期申请: once, before the limit, at most as long again and within the total."""
    now = now or clock.now()
    with opened_part(assignment_id, actor=actor, now=now) as case:
        part = case.assignment(assignment_id)
        refuse_second(case, part, Request.Kind.EXTENSION)
        tier = case.petition.tier or Tier.NORMAL
        longest = case.rules.as_long_again("handle", tier, part.assigned_at, part.limit_at)
        latest = min(longest, case.due("extension_total", part.assigned_at))
        case.move(part, Assignment.request_extension, reason=reason, until=until, latest=latest, at=now)
        return file_request(case, part, Request.Kind.EXTENSION, reason=reason, due_at=part.limit_at, until=until)


def rule_on_extension(
    request_id: int, *, actor: Any, granted: bool, note: str = "", now: datetime | None = None
) -> Petition:
    """延期裁定: a granted extension is told to the citizen at once."""
    now = now or clock.now()
    with opened_request(request_id, actor=actor, now=now) as (case, request):
        part = _part_of(case, request, Request.Kind.EXTENSION)
        if granted:
            case.move(request, Request.grant_at_once, by=actor, at=now, decision=note, note=note)
            case.move(part, Assignment.grant_extension, until=request.until, note=note)
            if part.part == Assignment.Part.MAIN:
                promise(case.petition, request.until)
            case.tell("case-extended", until=clock.local(request.until).isoformat())
        else:
            case.move(request, Request.refuse, by=actor, at=now, decision=note, note=note)
            case.move(part, Assignment.refuse_extension, reason=note)
    return case.petition


def take_back_request(request_id: int, *, actor: Any, note: str, now: datetime | None = None) -> Request:
    """撤回申请 by the unit that made it, at any tier before it is decided; its part goes on."""
    now = now or clock.now()
    if not note.strip():
        raise errors.NoReason
    with opened_request(request_id, actor=actor, now=now) as (case, request):
        case.move(request, Request.cancel, by=actor, at=now, decision=note, note=note)
        if not request.climbs:
            case.move(case.assignment(request.assignment_id), Assignment.drop_request, at=now)
    return request


# ── inside ──
def _after_leaving(case: OpenCase, part: Assignment, note: str) -> None:
    """A main unit that left takes the case back to dispatch; its helpers leave with it. Without a helper it goes on."""
    if part.part != Assignment.Part.MAIN:
        with case.as_system():
            submit_if_all_answered(case)
        return
    for other in case.active:
        case.move(other, Assignment.recall, at=case.now, note="主办单位退单")
    dispatch.back_to_dispatch(case, note)


def _part_of(case: OpenCase, request: Request, kind: str) -> Assignment:
    if request.kind != kind:
        raise errors.WrongKind
    return case.assignment(request.assignment_id)


def _refuse_second_return(case: OpenCase, part: Assignment) -> None:
    """Once per unit and case, also when the case came back to the unit by a later dispatch."""
    earlier = case.petition.requests.filter(kind=Request.Kind.RETURN, department=part.department_id)
    if earlier.exclude(state=RequestState.CANCELLED).exists():
        raise errors.ReturnNotAllowed


def promise(petition: Petition, until: datetime) -> None:
    """A new limit for the citizen. Where another clock runs meanwhile (会商, 回访), that one goes on."""
    petition.promised_at = until
    if petition.state == CaseState.IN_PROGRESS:
        petition.due_at = until
