"""指挥: an emergency that several units deal with together. Each step is one entry of a timeline that only grows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from petitions import errors, rules
from petitions.insight.alerts import judging, raising
from petitions.insight.alerts.strictness import TRUE
from petitions.insight.models import Alert, AlertAct, CommandEntry, CommandEvent, CommandUnit
from petitions.services import clock, turns
from routing.models import Department

Kind = CommandEntry.Kind
TURN = "insight.command"


def visible_to(staff: Any):
    """Whoever commands sees all events, a unit those it was called to."""
    if staff.has_role(*rules.SEE_ALERTS):
        return CommandEvent.objects.all()
    if not staff.has_role(*rules.UNIT) or staff.department_id is None:
        return CommandEvent.objects.none()
    return CommandEvent.objects.filter(units__unit=staff.department_id)


def open_event(alert_id: int, *, actor: Any, title: str, now: datetime | None = None) -> CommandEvent:
    """Start an event from an alert, with the units that were told of it. Raises Unknown, NotYours, NoWords."""
    now = now or clock.now()
    with transaction.atomic():
        alert = judging.taken(alert_id, actor)
        if not rules.may_command(alert, actor):
            raise errors.NotYours
        if not title.strip():
            raise errors.NoWords("请写明事件名称。")
        if not alert.is_open or alert.events.filter(closed_at=None).exists():
            raise errors.AlertMoved
        event = CommandEvent.objects.create(
            title=title.strip(), alert=alert, area=alert.area, opened_by=actor, opened_at=now
        )
        _write(event, Kind.OPENED, actor, now, text=title)
        for receiver in alert.receivers.select_related("unit"):
            _call(event, receiver.unit, actor, now)
        step = 0 if AlertAct.objects.filter(alert=alert, step=TRUE).exists() else TRUE
        judging.act(alert, AlertAct.What.EVENT, actor, title, now, state=Alert.State.TASK, step=step)
    return event


def call(event_id: int, *, actor: Any, unit: Department, now: datetime | None = None) -> CommandEntry:
    """A further unit. Raises UnitCalled and as order()."""
    with transaction.atomic():
        event = _commanded(event_id, actor)
        if event.units.filter(unit=unit).exists():
            raise errors.UnitCalled
        return _call(event, unit, actor, now or clock.now())


def order(event_id: int, *, actor: Any, unit: Department, words: str, now: datetime | None = None) -> CommandEntry:
    """An order to one unit, which answers with a receipt.

    Raises Unknown, NotYours, EventClosed, UnitNotCalled, NoWords.
    """
    now = now or clock.now()
    with transaction.atomic():
        event = _commanded(event_id, actor)
        if not event.units.filter(unit=unit).exists():
            raise errors.UnitNotCalled
        entry = _write(event, Kind.ORDER, actor, now, unit=unit, text=_said(words))
        raising.tell(unit.pk, "command-order", event.title, f"command-{entry.pk}", now)
    return entry


def receipt(order_id: int, *, actor: Any, now: datetime | None = None) -> CommandEntry:
    """The unit has read the order; once is enough."""
    with transaction.atomic():
        given = _order_for(order_id, actor)
        known = given.answered_by.filter(kind=Kind.RECEIPT).first()
        return known or _write(given.event, Kind.RECEIPT, actor, now or clock.now(), unit=given.unit, answers=given)


def report(order_id: int, *, actor: Any, words: str, now: datetime | None = None) -> CommandEntry:
    """What the unit did about the order; a report is a receipt too."""
    now = now or clock.now()
    with transaction.atomic():
        given = _order_for(order_id, actor)
        text = _said(words)
        receipt(order_id, actor=actor, now=now)
        return _write(given.event, Kind.REPORT, actor, now, unit=given.unit, answers=given, text=text)


def note(event_id: int, *, actor: Any, words: str, now: datetime | None = None) -> CommandEntry:
    """Anything else worth keeping, by whoever commands or was called."""
    with transaction.atomic():
        event = _open(event_id, actor)
        unit = actor.department if actor.has_role(*rules.UNIT) else None
        return _write(event, Kind.NOTE, actor, now or clock.now(), unit=unit, text=_said(words))


def close(event_id: int, *, actor: Any, words: str, now: datetime | None = None) -> CommandEvent:
    """The event is over; `words` say how it ended."""
    now = now or clock.now()
    with transaction.atomic():
        event = _commanded(event_id, actor)
        _write(event, Kind.CLOSED, actor, now, text=_said(words))
        event.closed_by, event.closed_at = actor, now
        event.save(update_fields=["closed_by", "closed_at"])
    return event


def _open(event_id: int, actor: Any) -> CommandEvent:
    turns.wait(TURN)
    event = CommandEvent.objects.filter(pk=event_id).first()
    if event is None:
        raise errors.Unknown("没有找到这个事件。")
    if not visible_to(actor).filter(pk=event_id).exists():
        raise errors.NotYours
    if event.closed_at:
        raise errors.EventClosed
    return event


def _commanded(event_id: int, actor: Any) -> CommandEvent:
    event = _open(event_id, actor)
    if not rules.may_command(event, actor):
        raise errors.NotYours
    return event


def _order_for(order_id: int, actor: Any) -> CommandEntry:
    given = CommandEntry.objects.filter(pk=order_id, kind=Kind.ORDER).select_related("unit").first()
    if given is None:
        raise errors.Unknown("没有找到这条指令。")
    given.event = _open(given.event_id, actor)
    if not (actor.has_role(*rules.UNIT) and rules.works_for_unit(given.unit_id, actor)):
        raise errors.NotYours
    return given


def _said(words: str) -> str:
    if not words.strip():
        raise errors.NoWords
    return words.strip()


def _call(event: CommandEvent, unit: Department, actor: Any, now: datetime) -> CommandEntry:
    CommandUnit.objects.create(event=event, unit=unit, called_at=now)
    raising.tell(unit.pk, "command-order", event.title, f"command-{event.pk}:{unit.pk}", now)
    return _write(event, Kind.CALLED, actor, now, unit=unit)


def _write(event: CommandEvent, kind: str, actor: Any, now: datetime, **more: Any) -> CommandEntry:
    return CommandEntry.objects.create(event=event, kind=kind, by=actor, at=now, **more)
