"""A street clerk's whole report in one step: signing, the contact and the answer, one commit, however often it is sent.

A phone without signal keeps the report and sends it later, perhaps twice: the same key is the same report.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from petitions import errors
from petitions.models import Assignment, Attachment, Reply
from petitions.services import clock, compose, handling
from petitions.services.compose import Known
from petitions.services.handling import Answer
from petitions.states import AssignmentState

KEY_LIMIT = 64


@dataclass(frozen=True)
class Visit:
    """How the citizen was reached. `at` is when, by the clerk's phone, where the report waited for a signal."""

    how: str
    reached: bool = True
    at: datetime | None = None


def report(
    assignment_id: int,
    visit: Visit | None,
    answer: Answer,
    *,
    actor: Any,
    key: str,
    seen: int | None = None,
    picked: Mapping[str, str] | None = None,
    now: datetime | None = None,
) -> Reply:
    """Sign if nobody has, log the visit, hand the answer in. Raises the refusals of `handling`, saving nothing then.

    `seen` and `picked` as in handling.submit_reply().
    """
    now = now or clock.now()
    if not key or len(key) > KEY_LIMIT:
        raise errors.NoKey
    try:
        with transaction.atomic():
            known = _sent(key, actor)
            return known or _report(assignment_id, visit, answer, actor, key, now, seen=seen, picked=picked)
    except (IntegrityError, errors.WrongState, errors.Conflict):
        # The same report arrived a moment ago by another connection.
        known = _sent(key, actor)
        if known is None:
            raise
        return known


def known_of(part: Assignment) -> Known:
    """What the system knows of a case and this unit's work on it: two statements."""
    case = part.petition
    contacts = part.contacts.order_by("at", "id")
    return Known(
        no=case.no,
        title=case.title,
        received=clock.local(case.received_at),
        place=f"{case.area or ''}{case.address}",
        unit=str(part.department),
        contacts=[(clock.local(log.at), log.get_how_display(), log.reached) for log in contacts],
        photos=part.attachments.filter(hidden_at=None, kind=Attachment.Kind.HANDLING).count(),
    )


def _sent(key: str, actor: Any) -> Reply | None:
    return Reply.objects.filter(client_key=key, author=actor).first()


def _report(
    assignment_id: int, visit: Visit | None, answer: Answer, actor: Any, key: str, now: datetime, **against: Any
) -> Reply:
    part = Assignment.objects.filter(pk=assignment_id).first()
    if part is None:
        raise errors.Unknown
    if part.state == AssignmentState.PENDING_SIGN:
        handling.sign(part.pk, actor=actor, now=now)
    if visit is not None:
        note = _when(visit, now)
        handling.log_contact(part.pk, actor=actor, how=visit.how, reached=visit.reached, note=note, now=now)
    if not answer.measures.strip():
        fresh = Assignment.objects.select_related("petition__area", "department").get(pk=part.pk)
        answer = replace(answer, measures=compose.measures(known_of(fresh)))
    reply = handling.submit_reply(part.pk, answer, actor=actor, now=now, **against)
    reply.client_key = key
    reply.save(update_fields=["client_key"])
    return reply


def _when(visit: Visit, now: datetime) -> str:
    """The phone's own time is noted beside the server's, which counts; a time to come is a wrong clock."""
    if visit.at is None or visit.at > now:
        return ""
    return f"现场记录于{compose.MOMENT.format(clock.local(visit.at))}，恢复信号后提交"
