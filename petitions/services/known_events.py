"""已知事件: what many will call about, told before they ask; a case taken under an event is linked to it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from petitions import errors, rules
from petitions.models import KnownEvent, KnownEventCase
from petitions.queries import known_events
from petitions.services import clock
from petitions.services.door import OpenCase
from petitions.storable import storable


@dataclass(frozen=True)
class Notice:
    """What is said about an event, where and about what it holds, and until when."""

    title: str
    script: str
    begins_at: datetime
    until: datetime
    area_id: int | None = None
    category_id: int | None = None


def announce(said: Notice, *, actor: Any, now: datetime | None = None) -> KnownEvent:
    """A new event, told from its beginning on. Raises EventTooWide or EventEndsTooEarly."""
    now = now or clock.now()
    _must_manage(actor)
    return KnownEvent.objects.create(**_checked(said, now), made_by=actor, made_at=now)


def change(event_id: int, said: Notice, *, actor: Any, now: datetime | None = None) -> KnownEvent:
    """Other words, another end. An event that is over stays as it was told. Raises Unknown, WrongState."""
    now = now or clock.now()
    _must_manage(actor)
    told = _checked(said, now)
    if not _running(event_id, now).update(**told):
        raise errors.WrongState("这个事件已经结束，不能再改；仍在发生的，请另登记一个。")
    return KnownEvent.objects.get(pk=event_id)


def withdraw(event_id: int, *, actor: Any, now: datetime | None = None) -> None:
    """It is over before its time: nobody is told any more. Raises Unknown, WrongState."""
    now = now or clock.now()
    _must_manage(actor)
    if not _running(event_id, now).update(withdrawn_at=now, withdrawn_by=actor):
        raise errors.WrongState("这个事件已经结束。")


def link(case: OpenCase, event_id: int | None, *, area_path: str, code: str | None) -> None:
    """Inside a new case: it was taken because of this event. One that is over is passed over in silence.

    An operator heard the caller and decides; a citizen's own form links only what fits place and leaf.
    """
    if not event_id:
        return
    if case.actor.has_role("system"):
        told = known_events.fitting(area_path, [code] if code else [], now=case.now)
    else:
        told = list(KnownEvent.objects.in_force(case.now).filter(pk=event_id))
    event = next((event for event in told if event.pk == event_id), None)
    if event is None:
        return
    KnownEventCase.objects.create(
        event=event, petition_id=case.petition.pk, linked_by_id=case.actor.pk, linked_at=case.now
    )
    case.record("known_event", note=event.title, data={"event": event.pk})


def _running(event_id: int, now: datetime):
    if not KnownEvent.objects.filter(pk=event_id).exists():
        raise errors.Unknown("没有找到这个事件。")
    return KnownEvent.objects.filter(pk=event_id, until__gt=now, withdrawn_at=None)


def _checked(said: Notice, now: datetime) -> dict[str, Any]:
    if said.area_id is None and said.category_id is None:
        raise errors.EventTooWide
    if said.until <= max(said.begins_at, now):
        raise errors.EventEndsTooEarly
    title, script = storable(said.title).strip()[:120], storable(said.script).strip()[:1000]
    if not title or not script:
        raise errors.EventTooWide("请写明标题和要告知的内容。")
    return vars(said) | {"title": title, "script": script}


def _must_manage(actor: Any) -> None:
    if not rules.may_manage_events(None, actor):
        raise errors.NotYours
