"""Carrying deliveries out of the house: one after the other, each taken with a lease before anything is sent.

No transaction is open while a gateway is waited for. A courier that is killed leaves its delivery to the next one when
the lease is over: at least once, never lost, and every attempt stays in the log.
"""

import logging
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from petitions import errors
from petitions.masks import mask
from petitions.models import Delivery
from petitions.models.delivery import Way
from petitions.services import clock
from petitions.services.notify.adapters import SENDERS, Letter, Refused
from petitions.services.notify.pauses import Patience

log = logging.getLogger(__name__)
BROKEN_OFF = "上次发送中断，结果不明"
State = Delivery.State


def carry_ready(*, now: datetime, most: int) -> int:
    """Send what is due; returns how many were tried. Several couriers share them."""
    tried, patience = 0, Patience.current()
    while tried < most and (delivery := _take(now, patience)) is not None:
        tried += 1
        if delivery.state == State.WAITING:
            _send(delivery, now, patience)
    return tried


def retry_now(delivery_id: int, *, now: datetime) -> Delivery:
    """A person does not want to wait for the next attempt of something that still waits."""
    with transaction.atomic():
        delivery = _locked(delivery_id, State.WAITING)
        delivery.next_try_at = now
        delivery.save(update_fields=["next_try_at"])
    return delivery


def resend(delivery_id: int, *, now: datetime) -> Delivery:
    """A person sends again: what failed with its old key (it may have arrived), what did arrive with a new one."""
    with transaction.atomic():
        delivery = _locked(delivery_id, State.DONE, State.DEAD)
        delivery.resent += delivery.state == State.DONE
        delivery.state, delivery.attempts, delivery.next_try_at, delivery.error = State.WAITING, 0, now, ""
        delivery.save()
    return delivery


def _locked(delivery_id: int, *states: str) -> Delivery:
    delivery = Delivery.objects.select_for_update().filter(pk=delivery_id, state__in=states).first()
    if delivery is None:
        raise errors.NoticeMoved
    return delivery


def _take(now: datetime, patience: Patience) -> Delivery | None:
    """The delivery that has waited longest, for this courier alone until the lease is over."""
    with transaction.atomic():
        ready = Delivery.objects.ready(now).select_for_update(skip_locked=True).order_by("next_try_at", "pk")
        delivery = ready.first()
        if delivery is None:
            return None
        if delivery.error == BROKEN_OFF:
            _note(delivery, now, BROKEN_OFF)
        if delivery.attempts >= patience.most_attempts:
            delivery.state = State.DEAD
        else:
            # Until it is known how this attempt went, it counts as broken off.
            delivery.attempts, delivery.error = delivery.attempts + 1, BROKEN_OFF
            delivery.next_try_at = now + patience.lease
        delivery.save()
    return delivery


def _send(delivery: Delivery, now: datetime, patience: Patience) -> None:
    letter = None
    try:
        letter = _letter(delivery)
        SENDERS[delivery.way](letter)
    except Exception as problem:  # noqa: BLE001 - one delivery that cannot be made must not hold up all the others
        log.warning("delivery %s was not made: %s", delivery.key, type(problem).__name__)
        said, for_ever = _without_address(str(problem), letter), isinstance(problem, Refused)
        _settle(delivery, now, patience, said, for_ever=for_ever)
    else:
        _settle(delivery, now, patience)


def _settle(
    delivery: Delivery, now: datetime, patience: Patience, problem: str = "", *, for_ever: bool = False
) -> None:
    with transaction.atomic():
        fresh = Delivery.objects.select_for_update().get(pk=delivery.pk)
        if (fresh.attempts, fresh.state) != (delivery.attempts, State.WAITING):
            return  # this courier was so slow that another one has taken it meanwhile
        _note(fresh, now, problem)
        fresh.error = problem[:300]
        if not problem:
            fresh.state, fresh.sent_at = State.DONE, now
        elif for_ever or fresh.attempts >= patience.most_attempts:
            fresh.state = State.DEAD
        else:
            fresh.next_try_at = now + patience.pause_after(fresh.attempts)
        fresh.save()


def _note(delivery: Delivery, now: datetime, problem: str) -> None:
    delivery.tries = [*delivery.tries, {"at": clock.local(now).isoformat(timespec="seconds"), "problem": problem[:300]}]


def _letter(delivery: Delivery) -> Letter:
    """Where it goes is looked up now: numbers and addresses are not copied into the log. Raises Refused without one."""
    if delivery.way == Way.WEBHOOK:
        hook = delivery.webhook
        if not hook.is_on:
            raise Refused("接收方已停用")
        return Letter(delivery.key, hook.url, "", data=_for_machines(delivery), secret=hook.secret)
    to = _address(delivery)
    if not to:
        raise Refused("没有可用的号码或地址")
    return Letter(delivery.key, to, delivery.text, delivery.subject)


def _address(delivery: Delivery) -> str:
    if delivery.way == Way.SMS:
        return delivery.petition.caller.phone if delivery.petition.caller else ""
    return delivery.department.email if delivery.department else ""


def _for_machines(delivery: Delivery) -> dict[str, Any]:
    """Facts without personal data: what happened to which case, when, and with whom it is."""
    case, row = delivery.petition, delivery.outbox
    told = {
        "id": row.key,
        "topic": row.topic,
        "at": row.made_at.isoformat(),
        "unit": delivery.department.code if delivery.department else None,
    }
    if case is None:  # about no case, such as a ready answer that is to be reviewed
        return told | row.payload
    return told | {
        "case": case.no,
        "state": case.state,
        "due_at": case.due_at.isoformat() if case.due_at else None,
        "address": f"{settings.SITE_URL}/cases/{case.no}/",
    }


def _without_address(said: str, letter: Letter | None) -> str:
    """Servers like to repeat the number in their refusal; the log does not."""
    return said.replace(letter.to, mask(letter.to)) if letter else said
