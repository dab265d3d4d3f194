"""待回拨: whoever got through to nobody is called back once; a call that gets through settles it.

The row of a number is a picture of its calls, drawn anew from all of them under a lock: late and doubled messages
change nothing in the end.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from petitions import call_course, errors
from petitions.models import Call, Disclosure, WaitingCaller
from petitions.services import clock
from petitions.services.calls import may_take_calls

# Calls of a number that are looked at: who waited longer than this has called again or given up.
LOOKED_AT = timedelta(days=30)
MOST = 500
REACHED, NEEDLESS, BAD_NUMBER = "reached", "needless", "bad_number"
HOW = {REACHED: "已回拨接通", NEEDLESS: "不用回拨", BAD_NUMBER: "号码打不通"}


@dataclass(frozen=True)
class Waits:
    """What one number's calls amount to: the last one that nobody took, since when, how often, how often tried."""

    call: Call | None = None
    since: datetime | None = None
    times: int = 0
    tried: int = 0


def waits(calls: Iterable[Call], settled_at: datetime | None) -> Waits:
    """Pure. Lost calls after the last moment at which somebody of the hotline spoke to this number."""
    calls = list(calls)
    spoken = [call.answered_at for call in calls if call.answered_at] + ([settled_at] if settled_at else [])
    last_spoken = max(spoken, default=None)
    lost = [call for call in calls if _is_lost(call) and (last_spoken is None or call.started_at > last_spoken)]
    if not lost:
        return Waits()
    lost.sort(key=lambda call: (call.started_at, call.provider, call.provider_id))
    since = lost[0].started_at
    tried = [call for call in calls if _is_try(call) and call.started_at > since]
    return Waits(lost[-1], since, len(lost), len(tried))


def _is_lost(call: Call) -> bool:
    return call.direction == call_course.INBOUND and call.state in (Call.State.MISSED, Call.State.ABANDONED)


def _is_try(call: Call) -> bool:
    return call.direction == call_course.OUTBOUND and call.is_over


def look_again(number_index: str) -> None:
    """Draw the row of a number anew. Inside the transaction that changed one of its calls."""
    WaitingCaller.objects.bulk_create([WaitingCaller(number_index=number_index)], ignore_conflicts=True)
    row = WaitingCaller.objects.select_for_update().get(number_index=number_index)
    _draw(row)


def _draw(row: WaitingCaller) -> None:
    calls = Call.objects.filter(number_index=row.number_index).order_by("-started_at")
    newest = calls.first()
    recent = calls.filter(started_at__gt=newest.started_at - LOOKED_AT)[:MOST] if newest else ()
    found = waits(recent, row.settled_at)
    row.call, row.since, row.times, row.tried = found.call, found.since, found.times, found.tried
    row.save()


@transaction.atomic
def settle(pk: int, *, how: str, actor: Any, now: datetime | None = None) -> None:
    """A colleague called back by another telephone, or found nothing to call for. Raises NobodyWaits."""
    if not may_take_calls(actor):
        raise errors.NotYours
    if how not in HOW:
        raise errors.NoReason("请选择回拨的结果。")
    row = _open_row(pk)
    row.settled_at, row.settled_by, row.settled_how = now or clock.now(), actor, how
    _draw(row)


@transaction.atomic
def reveal(pk: int, *, actor: Any, address: str | None = None, now: datetime | None = None) -> str:
    """The number in full, for calling back by hand. The audit row is written before anything is shown."""
    if not may_take_calls(actor):
        raise errors.NotYours
    call = _open_row(pk).call
    now = now or clock.now()
    Disclosure.objects.create(call=call, staff=actor, what="call", reason="回拨未接来电", at=now, address=address)
    return call.number


def _open_row(pk: int) -> WaitingCaller:
    row = WaitingCaller.objects.select_for_update(of=("self",)).select_related("call").filter(pk=pk).first()
    if row is None or row.call is None:
        raise errors.NobodyWaits
    return row
