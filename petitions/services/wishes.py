"""A citizen asks for a closed case to be opened again, with their reason; whether it is, a supervisor decides."""

from datetime import datetime, timedelta

from petitions import errors
from petitions.models import Petition, ReopenWish
from petitions.services import clock
from petitions.services.door import OpenCase, opened, system
from petitions.states import CaseState
from petitions.storable import storable
from routing.models import Tier
from routing.rulebook import Rulebook

REASON_LIMIT = 1000


def ask(petition_id: int, *, reason: str, now: datetime | None = None) -> ReopenWish:
    """From the citizen's own pages. Raises NoReason, WrongState, ReopenTooLate or AlreadyWished."""
    now = now or clock.now()
    with opened(petition_id, actor=system(), now=now) as case:
        return keep(case, reason)


def keep(case: OpenCase, reason: str) -> ReopenWish:
    """Inside an open case: the wish waits for a supervisor; the case stays closed until then."""
    reason = storable(reason).strip()[:REASON_LIMIT]
    if not reason:
        raise errors.NoReason("请写明哪里没有解决。")
    if case.petition.state == CaseState.ARCHIVED:
        raise errors.ReopenTooLate
    if case.petition.state != CaseState.CLOSED:
        raise errors.WrongState("这件诉求还没有办结，有新情况请拨打 12345 补充。")
    if not may_be_asked(case.petition, case.rules, now=case.now):
        raise errors.ReopenTooLate
    if case.petition.reopen_wishes.filter(decided_at=None).exists():
        raise errors.AlreadyWished
    hours = float(case.rules.parameter("supervision.answer_hours", 24))
    wish = ReopenWish.objects.create(
        petition=case.petition, reason=reason, asked_at=case.now, due_at=case.now + timedelta(hours=hours)
    )
    case.record("reopen_wanted", note=reason)
    case.tell("reopen-wanted", once=f"wish-{wish.pk}", hotline=True)
    return wish


def may_be_asked(petition: Petition, rulebook: Rulebook, *, now: datetime) -> bool:
    """A case is closed and its window for reopening is open."""
    if petition.state != CaseState.CLOSED or petition.closed_at is None:
        return False
    return now <= rulebook.due("reopen", petition.tier or Tier.NORMAL, petition.closed_at).at
