"""What people do about an alert: acknowledge it, call it false, take a change of threshold back, close it.

And what the clock does when nobody acknowledges: the next level up is told.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from petitions import errors, rules
from petitions.insight.alerts import raising
from petitions.insight.alerts.raising import HIGHER, OPEN, TURN
from petitions.insight.alerts.strictness import FALSE
from petitions.insight.models import Alert, AlertAct, AlertReceiver, CommandUnit, ProactiveTask
from petitions.services import clock, turns
from petitions.services.door import system
from routing import rulebook

What, State = AlertAct.What, Alert.State


def visible_to(staff: Any) -> QuerySet[Alert]:
    """The hotline sees all alerts; a unit those that it was told of, has a task from or was called to an event by."""
    if staff.has_role(*rules.SEE_ALERTS):
        return Alert.objects.all()
    unit = staff.department_id
    if not staff.has_role(*rules.UNIT) or unit is None:
        return Alert.objects.none()
    return Alert.objects.filter(
        Exists(AlertReceiver.objects.filter(alert=OuterRef("pk"), unit=unit))
        | Exists(ProactiveTask.objects.filter(alert=OuterRef("pk"), unit=unit))
        | Exists(CommandUnit.objects.filter(event__alert=OuterRef("pk"), unit=unit))
    )


def acknowledge(pk: int, *, actor: Any, reason: str = "", now: datetime | None = None) -> Alert:
    """Seen by somebody who was told of it, or by the hotline. Raises Unknown, NotYours, AlertMoved."""
    now = now or clock.now()
    with transaction.atomic():
        alert = taken(pk, actor)
        if alert.state != State.NEW:
            raise errors.AlertMoved
        return act(alert, What.ACKNOWLEDGED, actor, reason, now, state=State.ACKNOWLEDGED)


def call_false(pk: int, *, actor: Any, reason: str, now: datetime | None = None) -> Alert:
    """误报: closes the alert and makes its rule a step stricter in its place. Raises NoReason and as acknowledge()."""
    return _judged(pk, What.FALSE, State.FALSE, actor, reason, now, step=FALSE)


def close(pk: int, *, actor: Any, reason: str, now: datetime | None = None) -> Alert:
    """It was real and is over."""
    return _judged(pk, What.CLOSED, State.CLOSED, actor, reason, now)


def undo(act_id: int, *, actor: Any, reason: str, now: datetime | None = None) -> AlertAct:
    """Take back what a judgement did to the threshold; the alert and the judgement stay as they are."""
    now = now or clock.now()
    with transaction.atomic():
        turns.wait(TURN)
        judged = AlertAct.objects.filter(pk=act_id).exclude(step=0).select_related("alert").first()
        if judged is None:
            raise errors.Unknown
        if not rules.may_judge_alerts(judged.alert, actor):
            raise errors.NotYours
        if not reason.strip():
            raise errors.NoReason
        if AlertAct.objects.filter(undoes=judged).exists():
            raise errors.StepUndone
        return AlertAct.objects.create(
            alert=judged.alert, what=What.UNDONE, undoes=judged, reason=reason.strip(), by=actor, at=now
        )


def climb(*, now: datetime) -> int:
    """Nobody acknowledged in time: the next level is told, and has as long again. Returns how many alerts climbed."""
    if not Alert.objects.filter(acknowledge_by__lte=now).exists():
        return 0
    rules_now = rulebook.current()
    with transaction.atomic():
        turns.wait(TURN)
        late = list(Alert.objects.filter(acknowledge_by__lte=now).select_related("area", "category"))
        for alert in late:
            _climb_one(alert, rules_now, now)
    return len(late)


# ── for the other rooms of this house ──
def taken(pk: int, actor: Any) -> Alert:
    """The alert, alone until the transaction ends. Raises Unknown, NotYours."""
    turns.wait(TURN)
    alert = Alert.objects.select_related("area", "category").filter(pk=pk).first()
    if alert is None:
        raise errors.Unknown("没有找到这条预警。")
    if not visible_to(actor).filter(pk=pk).exists():
        raise errors.NotYours
    return alert


def act(alert: Alert, what: str, actor: Any, reason: str, now: datetime, *, state: str, step: int = 0) -> Alert:
    """Write down what was done; whoever does anything has acknowledged it too."""
    AlertAct.objects.create(alert=alert, what=what, reason=reason.strip(), step=step, by=actor, at=now)
    if alert.acknowledged_at is None:
        alert.acknowledged_by, alert.acknowledged_at = actor, now
    alert.state, alert.acknowledge_by = state, None
    alert.save(update_fields=["state", "acknowledge_by", "acknowledged_by", "acknowledged_at"])
    return alert


def _judged(pk: int, what: str, state: str, actor: Any, reason: str, now: datetime | None, *, step: int = 0) -> Alert:
    now = now or clock.now()
    with transaction.atomic():
        alert = taken(pk, actor)
        if not rules.may_judge_alerts(alert, actor):
            raise errors.NotYours
        if not reason.strip():
            raise errors.NoReason
        if alert.state not in OPEN:
            raise errors.AlertMoved
        return act(alert, what, actor, reason, now, state=state, step=step)


def _climb_one(alert: Alert, rules_now: Any, now: datetime) -> None:
    reached = alert.receivers.count()
    at = HIGHER.index(raising.level_of(alert.area_id, rules_now))
    allowed = raising.minutes_to_acknowledge(rules_now, instant=bool(alert.figures.get("instant")))
    alert.acknowledge_by = now + allowed
    told = any(
        raising.send_to(alert, level, rules_now, now, climbed=number) for number, level in enumerate(HIGHER[at:])
    )
    if told:
        AlertAct.objects.create(alert=alert, what=What.CLIMBED, by=system(), at=now)
    if not told or reached + 1 >= len(HIGHER) - at:
        alert.acknowledge_by = None  # everybody there is has been told
    alert.save(update_fields=["acknowledge_by"])
