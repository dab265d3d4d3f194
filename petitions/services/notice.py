"""电话通知: an emergency is told by telephone too; until somebody confirms who took the call, desks show it."""

from datetime import datetime, timedelta
from typing import Any

from petitions import errors, rules
from petitions.models import Assignment
from petitions.services import clock
from petitions.services.door import OpenCase
from petitions.services.parts import opened_part
from routing.models import Tier


def due(case: OpenCase, part: str) -> datetime | None:
    """By when the main unit of an emergency has to be rung up; None for everything else."""
    if part != Assignment.Part.MAIN or case.petition.tier != Tier.EMERGENCY:
        return None
    return case.now + timedelta(minutes=float(case.rules.parameter("emergency.notice_minutes", 15)))


def confirm(assignment_id: int, *, actor: Any, person: str, now: datetime | None = None) -> Assignment:
    """Who took the call at the unit. When it was and who rang is logged, never typed."""
    now = now or clock.now()
    if not person.strip():
        raise errors.NobodyNotified
    with opened_part(assignment_id, actor=actor, now=now) as case:
        part = case.assignment(assignment_id)
        if not rules.may_confirm_notice(part, actor):
            raise errors.NotYours
        if not part.waits_for_notice:
            raise errors.NoticeConfirmed
        part.notified_at, part.notified_person = now, person.strip()[:60]
        late = now > part.notice_by
        case.record("notify_by_phone", data={"person": part.notified_person, "late": late}, about=part)
    return part
