"""Calling out through the telephone system: an order is a row, an adapter fetches it, confirms it and reports the call.

An order lives for `telephony.dial_seconds`: a telephone must not ring minutes after somebody wanted to speak.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from petitions import errors, rules
from petitions.models import Call, Dial, Disclosure, Extension, Petition, WaitingCaller
from petitions.services import announce, clock
from petitions.services.calls import may_take_calls
from petitions.states import CaseState
from routing import rulebook

CONFIRM_WITHIN = timedelta(seconds=10)  # then an order that was handed out is handed out again
USUAL_SECONDS = 60
MOST_AT_ONCE = 20


def call_citizen(petition: Petition, *, actor: Any, address: str | None = None, now: datetime | None = None) -> Dial:
    """回访: ring the citizen of a case that waits to be called back."""
    if petition.state != CaseState.PENDING_CALLBACK:
        raise errors.WrongState
    if not (actor.has_role("callback", "supervisor") and rules.may_reveal_caller(petition, actor)):
        raise errors.NotYours
    if petition.caller is None or not petition.caller.phone:
        raise errors.NoContact("这件工单没有留下电话。")
    return _order(petition.caller.phone, actor=actor, now=now or clock.now(), address=address, petition=petition)


def call_back(waiting_id: int, *, actor: Any, address: str | None = None, now: datetime | None = None) -> Dial:
    """待回拨: ring somebody who got through to nobody."""
    if not may_take_calls(actor):
        raise errors.NotYours
    row = WaitingCaller.objects.select_related("call").filter(pk=waiting_id, call__isnull=False).first()
    if row is None:
        raise errors.NobodyWaits
    return _order(row.call.number, actor=actor, now=now or clock.now(), address=address, call=row.call)


@transaction.atomic
def _order(
    number: str,
    *,
    actor: Any,
    now: datetime,
    address: str | None,
    petition: Petition | None = None,
    call: Call | None = None,
) -> Dial:
    # The lock on the own extension lets a double click wait for its first half.
    extension = Extension.objects.select_for_update().filter(staff=actor).first()
    if extension is None:
        raise errors.NoExtension
    if under_way(actor, now=now):
        raise errors.DialRunning
    dial = Dial(by=actor, petition=petition, extension=extension.number, asked_at=now)
    dial.set_number(number)
    dial.save()
    # The handset shows the number: whoever dials has seen it.
    reason = "回访" if petition else "回拨未接来电"
    Disclosure.objects.create(
        petition=petition, call=call, staff=actor, what="dial", reason=reason, at=now, address=address
    )
    transaction.on_commit(announce.dial_wanted)
    return dial


def under_way(actor: Any, *, now: datetime) -> Dial | None:
    """The order of this person that is neither over nor out of time."""
    last = Dial.objects.filter(by=actor).order_by("-id").prefetch_related("calls").first()
    return last if last and is_running(last, now=now) else None


def is_running(dial: Dial, *, now: datetime) -> bool:
    calls = list(dial.calls.all())
    if calls:
        return any(not call.is_over for call in calls)
    return dial.state != Dial.State.FAILED and now < dial.asked_at + lifetime()


def lifetime() -> timedelta:
    return timedelta(seconds=float(rulebook.current().parameter("telephony.dial_seconds", USUAL_SECONDS)))


# ── the adapter's side ──
@transaction.atomic
def hand_out(*, now: datetime) -> list[Dial]:
    """Orders for one adapter: new ones, and those that another took and did not confirm. Two never get the same."""
    waiting = Dial.objects.select_for_update(skip_locked=True).filter(
        Q(sent_at=None) | Q(sent_at__lt=now - CONFIRM_WITHIN),
        state=Dial.State.WAITING,
        asked_at__gt=now - lifetime(),
    )
    dials = list(waiting.order_by("id")[:MOST_AT_ONCE])
    Dial.objects.filter(pk__in=[dial.pk for dial in dials]).update(sent_at=now)
    return dials


@transaction.atomic
def confirm(dial_id: int, *, is_dialling: bool, note: str = "") -> None:
    """The adapter began to dial, or could not. Said twice it stays as it was said first. Raises Unknown."""
    dial = Dial.objects.select_for_update().filter(pk=dial_id).first()
    if dial is None:
        raise errors.Unknown("没有这个外呼。")
    if dial.state != Dial.State.WAITING:
        return
    dial.state = Dial.State.TAKEN if is_dialling else Dial.State.FAILED
    dial.note = note[:200]
    dial.save(update_fields=["state", "note"])
    transaction.on_commit(lambda: announce.calls_changed({dial.by_id}))
