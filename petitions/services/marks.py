"""What people pin to a case: a leader's instruction (批示), and the flag of a hard case (疑难)."""

from datetime import datetime
from typing import Any

from petitions import errors, rules
from petitions.models import Petition
from petitions.services import clock
from petitions.services.door import opened
from petitions.states import OPEN


def instruct(
    petition_id: int, *, leader: str, post: str, text: str, actor: Any, now: datetime | None = None
) -> Petition:
    """领导批示: who wrote it in which post, word for word; whoever enters it is the actor. The main unit is told."""
    now = now or clock.now()
    if not (leader.strip() and post.strip()):
        raise errors.NoPersonAndPost
    if not text.strip():
        raise errors.NoReason("请写明批示内容。")
    with opened(petition_id, actor=actor, now=now) as case:
        if not (rules.may_instruct(case.petition, actor) and rules.may_see(case.petition, actor)):
            raise errors.NotYours
        if case.petition.state not in OPEN:
            raise errors.WrongState
        case.record("instruct", note=text.strip(), data={"leader": leader.strip(), "post": post.strip()})
        if case.petition.main_department_id:
            case.tell("case-instructed", department=case.petition.main_department_id)
    return case.petition


def mark_hard(petition_id: int, *, actor: Any, reason: str, now: datetime | None = None) -> Petition:
    """列为疑难: the flag carries its moment, so that the hard-case meeting sees how long it has been hard."""
    now = now or clock.now()
    with opened(petition_id, actor=actor, now=now) as case:
        _may_flag(case.petition, actor, reason)
        if case.petition.hard_since is not None:
            raise errors.WrongState("这件已经列为疑难。")
        case.petition.hard_since = now
        case.record("mark_hard", note=reason)
    return case.petition


def unmark_hard(petition_id: int, *, actor: Any, reason: str, now: datetime | None = None) -> Petition:
    """取消疑难."""
    now = now or clock.now()
    with opened(petition_id, actor=actor, now=now) as case:
        _may_flag(case.petition, actor, reason)
        if case.petition.hard_since is None:
            raise errors.WrongState("这件没有列为疑难。")
        since, case.petition.hard_since = case.petition.hard_since, None
        case.record("unmark_hard", note=reason, data={"since": since})
    return case.petition


def _may_flag(petition: Petition, actor: Any, reason: str) -> None:
    if not rules.may_mark_hard(petition, actor):
        raise errors.NotYours
    if not reason.strip():
        raise errors.NoReason
    if petition.state not in OPEN:
        raise errors.WrongState
