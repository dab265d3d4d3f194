"""A unit at work: sign, contact, reply, and everything it may ask for on the way."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from petitions import errors, rules
from petitions.models import Assignment, ContactLog, Petition, Reply, Request
from petitions.services import clock, dispatch
from petitions.services.door import OpenCase, opened, opened_request
from petitions.services.requests import refuse_second
from petitions.states import AssignmentState, CaseState, RequestState
from routing.models import Department


@dataclass(frozen=True)
class Answer:
    """What a handler writes once: what was done, and what the citizen reads. Everything else is derived."""

    measures: str
    public_answer: str
    internal_note: str = ""
    legal_basis: str = ""
    solved: bool | None = None
    unsolved_reason: str = ""
    verified: bool | None = None
    in_remit: bool = True
    not_contacted_because: str = ""


def _opened_for(assignment_id: int, actor: Any, now: datetime):
    petition_id = Assignment.objects.filter(pk=assignment_id).values_list("petition_id", flat=True).first()
    if petition_id is None:
        raise errors.Unknown
    return opened(petition_id, actor=actor, now=now)


def sign(assignment_id: int, *, actor: Any, now: datetime | None = None) -> Assignment:
    """签收."""
    now = now or clock.now()
    with _opened_for(assignment_id, actor, now) as case:
        part = case.assignment(assignment_id)
        case.move(part, Assignment.sign, at=now)
    return part


def log_contact(
    assignment_id: int,
    *,
    actor: Any,
    how: str,
    reached: bool,
    note: str = "",
    seconds: int | None = None,
    recording: str = "",
    now: datetime | None = None,
) -> ContactLog:
    """联系诉求人: the time and the person are logged by the system, never typed."""
    now = now or clock.now()
    if how not in ContactLog.How.values:
        raise errors.NoReason("请选择联系方式。")
    with _opened_for(assignment_id, actor, now) as case:
        part = case.assignment(assignment_id)
        _must_work_on(part, actor)
        log = ContactLog.objects.create(
            petition=case.petition,
            assignment=part,
            by=actor,
            at=now,
            how=how,
            reached=reached,
            note=note,
            seconds=seconds,
            recording=recording,
        )
        if reached and part.contacted_at is None:
            part.contacted_at = now
        case.record("contact", note=note, data={"how": how, "reached": reached, "log": log.pk}, about=part)
    return log


def submit_reply(assignment_id: int, answer: Answer, *, actor: Any, now: datetime | None = None) -> Reply:
    """交本单位负责人审核."""
    now = now or clock.now()
    with _opened_for(assignment_id, actor, now) as case:
        part = case.assignment(assignment_id)
        contacted = case.petition.contacts.filter(assignment=part).exists()
        case.move(
            part,
            Assignment.hand_in,
            contacted=contacted,
            why_not=answer.not_contacted_because,
            measures=answer.measures,
            public_answer=answer.public_answer,
        )
        reply = Reply.objects.create(
            petition=case.petition,
            assignment=part,
            author=actor,
            at=now,
            round=case.petition.rehandled + case.petition.reopened + 1,
            **answer.__dict__,
        )
    return reply


def approve_reply(assignment_id: int, *, actor: Any, now: datetime | None = None) -> Petition:
    """负责人同意. When the main unit and every assisting unit have answered, the case goes to reply review (C12)."""
    now = now or clock.now()
    with _opened_for(assignment_id, actor, now) as case:
        part = case.assignment(assignment_id)
        reply = _waiting_reply(part)
        case.move(part, Assignment.approve_reply, author_id=reply.author_id, approver_id=actor.pk, at=now)
        reply.approved_by, reply.approved_at = actor, now
        reply.save(update_fields=["approved_by", "approved_at"])
        _submit_if_all_answered(case)
    return case.petition


def send_back(assignment_id: int, *, actor: Any, reason: str, now: datetime | None = None) -> Assignment:
    """负责人退回修改."""
    now = now or clock.now()
    with _opened_for(assignment_id, actor, now) as case:
        part = case.assignment(assignment_id)
        case.move(part, Assignment.send_back, reason=reason)
    return part


def waive_assist(assignment_id: int, *, actor: Any, reason: str, now: datetime | None = None) -> Petition:
    """免除协办, with the reason; the case may then be ready for review."""
    now = now or clock.now()
    if not reason.strip():
        raise errors.NoReason
    with _opened_for(assignment_id, actor, now) as case:
        part = case.assignment(assignment_id)
        if part.part == Assignment.Part.MAIN:
            raise errors.WrongState("主办单位不能免除，请改派。")
        if not (actor.has_role("dispatcher", "center") or rules.works_for(case.main, actor)):
            raise errors.NotYours
        case.move(part, Assignment.finish, at=now, note=reason)
        with case.as_system():
            _submit_if_all_answered(case)
    return case.petition


# ── asking for something ──
def request_return(
    assignment_id: int, *, actor: Any, reason: str, proposed_id: int | None, evidence: str, now: datetime | None = None
) -> Request:
    """退单申请."""
    now = now or clock.now()
    proposed = Department.objects.active().filter(pk=proposed_id).first() if proposed_id else None
    with _opened_for(assignment_id, actor, now) as case:
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
        return _file(case, part, Request.Kind.RETURN, reason, evidence, due_at=rule_by, proposed_department=proposed)


def rule_on_return(request_id: int, *, actor: Any, granted: bool, note: str, now: datetime | None = None) -> Petition:
    """退单裁定: granted → the unit leaves and the case is dispatched anew; refused → it goes on and may not return."""
    now = now or clock.now()
    with opened_request(request_id, actor=actor, now=now) as (case, request):
        part = _part_of(case, request, Request.Kind.RETURN)
        if granted:
            case.move(request, Request.grant_at_once, by=actor, at=now, decision=note, note=note)
            case.move(part, Assignment.grant_return, at=now, note=note)
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
    with _opened_for(assignment_id, actor, now) as case:
        part = case.assignment(assignment_id)
        refuse_second(case, part, Request.Kind.EXTENSION)
        longest = part.limit_at + (part.limit_at - part.assigned_at)
        latest = min(longest, case.due("extension_total", part.assigned_at))
        case.move(part, Assignment.request_extension, reason=reason, until=until, latest=latest, at=now)
        return _file(case, part, Request.Kind.EXTENSION, reason, "", due_at=part.limit_at, until=until)


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
                _promise(case.petition, request.until)
            case.tell("case-extended", until=clock.local(request.until).isoformat())
        else:
            case.move(request, Request.refuse, by=actor, at=now, decision=note, note=note)
            case.move(part, Assignment.refuse_extension, reason=note)
    return case.petition


# ── calling in others ──
def delegate(
    assignment_id: int, *, actor: Any, to_id: int, limit_at: datetime, opinion: str, now: datetime | None = None
) -> Assignment:
    """下派 to a community or grid, with a limit before our own."""
    now = now or clock.now()
    unit = _active_unit(to_id)
    with _opened_for(assignment_id, actor, now) as case:
        part = case.assignment(assignment_id)
        _refuse_unit_twice(case, part, [unit], Assignment.Part.CHILD)
        case.move(part, Assignment.delegate, child_limit=limit_at, note=opinion, data={"to": unit.name})
        order = dispatch.Order(main_id=unit.pk, opinion=opinion)
        return dispatch.hand_to(case, unit, Assignment.Part.CHILD, order, limit_at=limit_at, parent=part)


def take_up(assignment_id: int, *, actor: Any, note: str = "", now: datetime | None = None) -> Assignment:
    """收回下派: the unit goes on itself; children that are still open are finished."""
    now = now or clock.now()
    with _opened_for(assignment_id, actor, now) as case:
        part = case.assignment(assignment_id)
        case.move(part, Assignment.take_up, note=note)
        _end_children(case, part)
    return part


def whistle(
    assignment_id: int, *, actor: Any, department_ids: list[int], reason: str, now: datetime | None = None
) -> Assignment:
    """吹哨: call departments to the spot; each gets a part of its own and must report in its limit."""
    now = now or clock.now()
    units = [_active_unit(pk) for pk in dict.fromkeys(department_ids)]
    if not units:
        raise errors.NoMainUnit("请选择要呼叫的部门。")
    with _opened_for(assignment_id, actor, now) as case:
        part = case.assignment(assignment_id)
        _refuse_unit_twice(case, part, units, Assignment.Part.WHISTLE)
        case.move(part, Assignment.whistle, reason=reason, data={"units": [u.name for u in units]})
        arrive_by = case.due("whistle")
        for unit in units:
            order = dispatch.Order(main_id=unit.pk, opinion=reason)
            dispatch.hand_to(case, unit, Assignment.Part.WHISTLE, order, limit_at=arrive_by, parent=part)
    return part


def end_whistle(assignment_id: int, *, actor: Any, result: str, now: datetime | None = None) -> Assignment:
    """吹哨结果."""
    now = now or clock.now()
    with _opened_for(assignment_id, actor, now) as case:
        part = case.assignment(assignment_id)
        case.move(part, Assignment.end_whistle, result=result, note=result)
        _end_children(case, part)
    return part


def escalate(assignment_id: int, *, actor: Any, to: str, reason: str, now: datetime | None = None) -> Assignment:
    """提级办理."""
    now = now or clock.now()
    with _opened_for(assignment_id, actor, now) as case:
        part = case.assignment(assignment_id)
        case.move(part, Assignment.escalate, to=to, reason=reason, data={"to": to})
    return part


# ── inside ──
def _must_work_on(part: Assignment, actor: Any) -> None:
    if not (actor.has_role(*rules.UNIT) and rules.works_for(part, actor)):
        raise errors.NotYours
    if not part.is_active:
        raise errors.WrongState


def _waiting_reply(part: Assignment) -> Reply:
    reply = part.replies.filter(approved_at__isnull=True).order_by("-at", "-id").first()
    if reply is None:
        raise errors.WrongState("没有等待审核的答复。")
    return reply


def _submit_if_all_answered(case: OpenCase) -> None:
    waiting = [a for a in case.active if a.state != AssignmentState.ANSWERED]
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


def _after_leaving(case: OpenCase, part: Assignment, note: str) -> None:
    """A main unit that left takes the case back to dispatch; its helpers leave with it."""
    if part.part != Assignment.Part.MAIN:
        return
    for other in case.active:
        case.move(other, Assignment.recall, at=case.now, note="主办单位退单")
    dispatch.back_to_dispatch(case, note)


def _end_children(case: OpenCase, part: Assignment) -> None:
    """Whom this part called in, and whom those called in: a forgotten grandchild would hold up the reply for ever."""
    with case.as_system():
        for child in case.active:
            if child.parent_id == part.pk:
                case.move(child, Assignment.finish, at=case.now)
                _end_children(case, child)


def _part_of(case: OpenCase, request: Request, kind: str) -> Assignment:
    if request.kind != kind:
        raise errors.WrongKind
    return case.assignment(request.assignment_id)


def _refuse_second_return(case: OpenCase, part: Assignment) -> None:
    """Once per unit and case, also when the case came back to the unit by a later dispatch."""
    earlier = case.petition.requests.filter(kind=Request.Kind.RETURN, department=part.department_id)
    if earlier.exclude(state=RequestState.CANCELLED).exists():
        raise errors.ReturnNotAllowed


def _refuse_unit_twice(case: OpenCase, part: Assignment, units: list[Department], kind: str) -> None:
    """A unit calls in others, not itself, and nobody twice for the same."""
    there = {a.department_id for a in case.active if a.part == kind} | {part.department_id}
    if any(unit.pk in there for unit in units):
        raise errors.SameUnitTwice("该单位已经在办这件工单，不用再派一次。")


def _promise(petition: Petition, until: datetime) -> None:
    """A new limit for the citizen. Where another clock runs meanwhile (会商, 回访), that one goes on."""
    petition.promised_at = until
    if petition.state == CaseState.IN_PROGRESS:
        petition.due_at = until


def _file(case: OpenCase, part: Assignment, kind: str, reason: str, evidence: str, **more: Any) -> Request:
    request = Request.objects.create(
        petition=case.petition,
        assignment=part,
        department=part.department,
        kind=kind,
        filed_by=case.actor,
        filed_at=case.now,
        reason=reason,
        evidence=evidence,
        **more,
    )
    case.record("file_request", note=reason, data={"kind": kind}, about=request)
    return request


def _active_unit(pk: int) -> Department:
    unit = Department.objects.active().filter(pk=pk).first()
    if unit is None:
        raise errors.NoMainUnit("没有找到所选的单位，请重新选择。")
    return unit
