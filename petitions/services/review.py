"""The reviewer's desk: what leaves intake sideways, and whether a unit's reply may go to the citizen."""

from datetime import datetime
from typing import Any

from petitions import errors
from petitions.models import Assignment, Link, Petition
from petitions.services import clock, intake, rating
from petitions.services.door import opened
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
    return case.petition


def merge(petition_id: int, *, lead_id: int, actor: Any, now: datetime | None = None) -> Petition:
    """并案: this case becomes an urging of the lead, whose unit is told."""
    now = now or clock.now()
    # Two merges into each other would wait for each other for ever; locking in order of age prevents it.
    if lead_id > petition_id:
        raise errors.LeadIsYounger
    with opened(lead_id, actor=actor, now=now) as lead, opened(petition_id, actor=actor, now=now) as case:
        case.move(case.petition, Petition.merge_into, lead=lead.petition, at=now, data={"lead": lead.petition.no})
        intake.urged(lead, because_of=case.petition)
        Link.objects.create(
            from_case=case.petition, to_case=lead.petition, kind=Link.Kind.MERGED, made_by=actor, made_at=now
        )
    return case.petition


def accept_reply(petition_id: int, *, actor: Any, note: str = "", now: datetime | None = None) -> Petition:
    """答复核准: it becomes the public answer, and the citizen is asked by call and by link."""
    now = now or clock.now()
    with opened(petition_id, actor=actor, now=now) as case:
        reply = latest_reply(case.petition)
        case.petition.answer = reply.public_answer
        case.move(case.petition, Petition.accept_reply, call_by=case.due("callback"), note=note)
        rating.begin_round(case)
        case.tell("case-replied", once=f"replied-{case.petition.rehandled}-{reply.pk}")
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


def latest_reply(petition: Petition):
    """The main unit's approved reply of this round. Raises NoPublicAnswer."""
    replies = petition.replies.filter(assignment__part=Assignment.Part.MAIN, approved_at__isnull=False)
    reply = replies.order_by("-at", "-id").first()
    if reply is None:
        raise errors.NoPublicAnswer
    return reply
