"""A unit at work: sign, contact, reply. What it may ask for is in asking.py, whom it may call in in calling_in.py."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from petitions import errors, rules
from petitions.models import Assignment, ContactLog, Petition, Reply
from petitions.services import clock
from petitions.services.parts import must_work_on, opened_part, submit_if_all_answered


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


def sign(assignment_id: int, *, actor: Any, now: datetime | None = None) -> Assignment:
    """签收."""
    now = now or clock.now()
    with opened_part(assignment_id, actor=actor, now=now) as case:
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
    with opened_part(assignment_id, actor=actor, now=now) as case:
        part = case.assignment(assignment_id)
        must_work_on(part, actor)
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


def submit_reply(
    assignment_id: int,
    answer: Answer,
    *,
    actor: Any,
    seen: int | None = None,
    picked: Mapping[str, str] | None = None,
    now: datetime | None = None,
) -> Reply:
    """交本单位负责人审核. `seen` is the newest answer of this unit that the author knew of, 0 for none.

    Raises Conflict where a colleague has written another since. `picked` says field by field how that was settled
    (mine, theirs, merge); it stands in the event of this answer.
    """
    now = now or clock.now()
    with opened_part(assignment_id, actor=actor, now=now) as case:
        part = case.assignment(assignment_id)
        if seen is not None and seen != newest_reply_id(part.replies.all()):
            raise errors.Conflict("您打开之后，同事已经提交过答复。两边的内容都在，请核对后选择。")
        contacted = case.petition.contacts.filter(assignment=part).exists()
        case.move(
            part,
            Assignment.hand_in,
            contacted=contacted,
            why_not=answer.not_contacted_because,
            measures=answer.measures,
            public_answer=answer.public_answer,
            data={"picked": dict(picked)} if picked else None,
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
    with opened_part(assignment_id, actor=actor, now=now) as case:
        part = case.assignment(assignment_id)
        reply = _waiting_reply(part)
        case.move(part, Assignment.approve_reply, author_id=reply.author_id, approver_id=actor.pk, at=now)
        reply.approved_by, reply.approved_at = actor, now
        reply.save(update_fields=["approved_by", "approved_at"])
        submit_if_all_answered(case)
    return case.petition


def send_back(assignment_id: int, *, actor: Any, reason: str, now: datetime | None = None) -> Assignment:
    """负责人退回修改."""
    now = now or clock.now()
    with opened_part(assignment_id, actor=actor, now=now) as case:
        part = case.assignment(assignment_id)
        case.move(part, Assignment.send_back, reason=reason)
    return part


def waive_assist(assignment_id: int, *, actor: Any, reason: str, now: datetime | None = None) -> Petition:
    """免除协办, with the reason; the case may then be ready for review."""
    now = now or clock.now()
    if not reason.strip():
        raise errors.NoReason
    with opened_part(assignment_id, actor=actor, now=now) as case:
        part = case.assignment(assignment_id)
        if part.part == Assignment.Part.MAIN:
            raise errors.WrongState("主办单位不能免除，请改派。")
        if not rules.may_waive(case.main, actor):
            raise errors.NotYours
        case.move(part, Assignment.finish, at=now, note=reason)
        with case.as_system():
            submit_if_all_answered(case)
    return case.petition


def newest_reply_id(replies: Iterable[Reply]) -> int:
    """What an author has seen of a unit's answers; 0 where there is none."""
    return max((reply.pk for reply in replies), default=0)


# ── inside ──
def _waiting_reply(part: Assignment) -> Reply:
    reply = part.replies.filter(approved_at__isnull=True).order_by("-at", "-id").first()
    if reply is None:
        raise errors.WrongState("没有等待审核的答复。")
    return reply
