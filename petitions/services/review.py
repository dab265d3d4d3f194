"""The reviewer's desk: what leaves intake sideways, and whether a unit's reply may go to the citizen."""

from datetime import datetime
from typing import Any

from petitions import errors
from petitions.models import Assignment, Attachment, Petition
from petitions.services import clock, members, merging, rating
from petitions.services.door import OpenCase, opened
from petitions.states import AssignmentState


def ask_for_info(petition_id: int, *, missing: list[str], actor: Any, now: datetime | None = None) -> Petition:
    """待补充: name what is missing; the citizen is asked, the handling clock has not started."""
    now = now or clock.now()
    with opened(petition_id, actor=actor, now=now) as case:
        until = case.due("awaiting_info")
        case.move(case.petition, Petition.ask_for_info, missing=missing, until=until, data={"missing": missing})
        case.tell("info-wanted", missing=missing)
    return case.petition


def refer(petition_id: int, *, referral: str, actor: Any, note: str = "", now: datetime | None = None) -> Petition:
    """告知其他渠道."""
    now = now or clock.now()
    with opened(petition_id, actor=actor, now=now) as case:
        case.move(case.petition, Petition.refer_elsewhere, referral=referral, at=now, note=note)
        case.tell("case-referred", referral=referral)
        members.go_their_own_way(case, "牵头工单已告知其他渠道")
    return case.petition


def mark_invalid(petition_id: int, *, reason: str, actor: Any, now: datetime | None = None) -> Petition:
    """无效/骚扰, confirmed by somebody else than the person who registered it."""
    now = now or clock.now()
    with opened(petition_id, actor=actor, now=now) as case:
        case.move(
            case.petition,
            Petition.mark_invalid,
            registered_by_id=case.petition.registered_by_id,
            confirmed_by_id=actor.pk,
            reason=reason,
            at=now,
        )
        members.go_their_own_way(case, "牵头工单判为无效")
    return case.petition


def accept_reply(petition_id: int, *, actor: Any, note: str = "", now: datetime | None = None) -> Petition:
    """答复核准: it becomes the public answer, and the citizen is asked by call and by link."""
    now = now or clock.now()
    with opened(petition_id, actor=actor, now=now) as case:
        reply = latest_reply(case.petition)
        case.petition.answer = reply.public_answer
        lacking = needs_evidence(case) and not _has_evidence(case)
        call_by = case.due("callback")
        case.move(case.petition, Petition.accept_reply, call_by=call_by, lacks_evidence=lacking, note=note)
        rating.begin_round(case)
        case.tell("case-replied", once=f"replied-{case.petition.rehandled}-{reply.pk}")
        merging.answer_members(case)
    return case.petition


def reject_reply(petition_id: int, *, reason: str, actor: Any, now: datetime | None = None) -> Petition:
    """驳回: the main unit owes an answer again, with the reason."""
    now = now or clock.now()
    with opened(petition_id, actor=actor, now=now) as case:
        case.move(case.petition, Petition.reject_reply, reason=reason)
        if case.main.state == AssignmentState.ANSWERED:
            case.move(case.main, Assignment.answer_again, note=reason)
        case.tell("reply-rejected", department=case.main.department_id, reason=reason)
    return case.petition


def needs_evidence(case: OpenCase) -> bool:
    """C14: whether the case's category asks for evidence of the handling (a parameter names the branches)."""
    category = case.petition.category
    branches = case.rules.parameter("reply.evidence_categories", [])
    return bool(category) and any(category.code == code or category.code.startswith(f"{code}.") for code in branches)


def _has_evidence(case: OpenCase) -> bool:
    """A photo, document or recording of the handling or of the contact."""
    kinds = (Attachment.Kind.HANDLING, Attachment.Kind.CONTACT)
    shown = Attachment.objects.shown().filter(petition=case.petition, kind__in=kinds)
    return shown.exists() or case.petition.contacts.exclude(recording="").exists()


def latest_reply(petition: Petition):
    """The main unit's approved reply of this round. Raises NoPublicAnswer."""
    replies = petition.replies.filter(assignment__part=Assignment.Part.MAIN, approved_at__isnull=False)
    reply = replies.order_by("-at", "-id").first()
    if reply is None:
        raise errors.NoPublicAnswer
    return reply
