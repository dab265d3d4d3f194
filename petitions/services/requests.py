"""剔除, 挂账, 只评响应率, 不计入总量, 申诉: what climbs three tiers (承办单位 → 主管部门 → 分中心).

Approving changes nothing silently: the last tier of a ledger request moves the case in the same commit, the others
leave its state alone and are read by the assessment.
"""

from datetime import datetime
from typing import Any

from petitions import errors, rules
from petitions.models import Assignment, Petition, Request
from petitions.services import clock, members
from petitions.services.door import OpenCase, opened, opened_request
from petitions.services.parts import file_request, opened_part
from petitions.states import UNIT_OWES, Outcome, RequestState
from routing.models import Assessment, Tier
from routing.rulebook import Rulebook

THREE_TIER = tuple(kind for kind in Request.Kind if kind not in Request.ONE_STEP)
NEXT_TIER = {
    RequestState.FILED: Request.approve_for_unit,
    RequestState.UNIT_APPROVED: Request.approve_for_department,
    RequestState.DEPARTMENT_APPROVED: Request.grant,
}


def file(
    assignment_id: int,
    *,
    kind: str,
    actor: Any,
    reason: str,
    evidence: str,
    subtype: str = "",
    plan: str = "",
    until: datetime | None = None,
    now: datetime | None = None,
) -> Request:
    """A unit asks. A ledger request carries its plan and its 销账日期; the type comes from the city's list."""
    now = now or clock.now()
    if kind not in THREE_TIER:
        raise errors.WrongState("请选择申请类型。")
    if not evidence.strip():
        raise errors.NoEvidence
    if not reason.strip():
        raise errors.NoReason
    if kind == Request.Kind.LEDGER and not (plan.strip() and until):
        raise errors.LedgerIncomplete
    with opened_part(assignment_id, actor=actor, now=now) as case:
        part = case.assignment(assignment_id)
        if not rules.may_file_request(part, actor):
            raise errors.NotYours
        if subtype not in known_subtypes(case.rules, kind):
            raise errors.UnknownSubtype
        _refuse_late(case, kind)
        refuse_second(case, part, kind)
        wish = {"reason": reason, "evidence": evidence, "subtype": subtype, "plan": plan, "until": until}
        return file_request(case, part, kind, due_at=_decide_by(case, kind), **wish)


def subtypes(rulebook: Rulebook, kind: str) -> dict[str, list[str]]:
    """The two-level list of a kind of request, as the city keeps it: group → types."""
    return rulebook.parameter("request.subtypes", {}).get(kind, {})


def known_subtypes(rulebook: Rulebook, kind: str) -> set[str]:
    """A kind without a list needs no type."""
    return {name for names in subtypes(rulebook, kind).values() for name in names} or {""}


def approve(
    request_id: int, *, actor: Any, note: str = "", citizen_told: bool = False, now: datetime | None = None
) -> Request:
    """One tier up. The third tier grants, and a granted ledger request puts the case on the ledger (C19)."""
    now = now or clock.now()
    with opened_request(request_id, actor=actor, now=now) as (case, request):
        if not request.climbs:
            raise errors.WrongKind
        step = NEXT_TIER.get(RequestState(request.state))
        if step is None:
            raise errors.WrongState("这项申请已经有结论。")
        details = {"by": actor, "at": now, "decision": note} if step is Request.grant else {}
        case.move(request, step, note=note, **details)
        request.due_at = _decide_by(case, request.kind) if request.is_open else None
        if request.state == RequestState.GRANTED:
            take_effect(case, request, citizen_told)
    return request


def refuse(request_id: int, *, actor: Any, note: str, now: datetime | None = None) -> Request:
    now = now or clock.now()
    with opened_request(request_id, actor=actor, now=now) as (case, request):
        if not request.climbs:
            raise errors.WrongKind
        case.move(request, Request.refuse, by=actor, at=now, decision=note, note=note)
        request.due_at = None
        case.tell("request-refused", department=request.department_id, request=request.pk)
    return request


def refuse_second(case: OpenCase, part: Assignment, kind: str) -> None:
    """The same unit may not have the same request open twice. Raises AlreadyAsked."""
    same = case.petition.requests.filter(department=part.department_id, kind=kind)
    if any(request.is_open for request in same):
        raise errors.AlreadyAsked


def _decide_by(case: OpenCase, kind: str) -> datetime | None:
    """Each tier that looks at an appeal has its own time (domain.md §9.1)."""
    return case.due("appeal_decide") if kind == Request.Kind.APPEAL else None


def _refuse_late(case: OpenCase, kind: str) -> None:
    """A10: once the citizen's verdict is known, there are only the days that the city allows, whatever is asked for."""
    closed_at = case.petition.closed_at
    if closed_at is None and kind == Request.Kind.APPEAL:
        raise errors.WrongState("申诉要在回访结束、工单结案之后提出。")
    if closed_at is not None and case.now > appeal_until(case.petition, case.rules):
        raise errors.AppealTooLate


def appeal_until(petition: Petition, rulebook: Rulebook) -> datetime | None:
    """Until when something may be asked for about a closed case; None while it is open."""
    if petition.closed_at is None:
        return None
    return rulebook.due("appeal_file", petition.tier or Tier.NORMAL, petition.closed_at).at


def take_effect(case: OpenCase, request: Request, citizen_told: bool) -> None:
    if request.kind == Request.Kind.LEDGER:
        case.move(
            case.petition,
            Petition.put_on_ledger,
            kind=request.subtype or "挂账",
            plan=request.plan,
            citizen_told=citizen_told,
            settle_at=request.until,
            data={"plan": request.plan},
        )
        case.main.limit_at = request.until
        if case.main.state in UNIT_OWES:  # a unit that has answered owes nothing while the case is on the ledger
            case.main.due_at = request.until
        case.touch(case.main)
    elif request.kind == Request.Kind.RESPONSE_ONLY:
        case.petition.assessment = Assessment.RESPONSE_ONLY
    case.tell("request-granted", department=request.department_id, request=request.pk)


def settle(petition_id: int, *, actor: Any, evidence: str, outcome: str, now: datetime | None = None) -> Petition:
    """销账: the ledger case ends with its outcome (C20)."""
    now = now or clock.now()
    with opened(petition_id, actor=actor, now=now) as case:
        for part in case.active:
            case.move(part, Assignment.finish, at=now)
        case.move(case.petition, Petition.settle, outcome=Outcome(outcome), evidence=evidence, at=now, note=evidence)
        case.tell("case-closed", once=f"settled-{case.petition.event_seq}", outcome=outcome)
        members.are_told_of_closing(case, outcome)
    return case.petition


def resume(petition_id: int, *, actor: Any, evidence: str, now: datetime | None = None) -> Petition:
    """条件具备: handling goes on with a new limit (C20)."""
    now = now or clock.now()
    with opened(petition_id, actor=actor, now=now) as case:
        due_at = case.due("handle")
        case.move(case.petition, Petition.resume, evidence=evidence, due_at=due_at, note=evidence)
        main = case.main
        main.limit_at = due_at
        if main.due_at is None:
            case.move(main, Assignment.answer_again, note=evidence)
        main.due_at = due_at
        case.touch(main)
    return case.petition
