"""From what a rule sees to an alert: one row while it goes on, its cases, its strength, and who is told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from petitions.insight.alerts.strength import CUTS, Strength, strength
from petitions.insight.models import Alert, AlertAct, AlertCase, AlertReceiver
from petitions.models import Outbox, Petition
from petitions.services import turns
from petitions.states import CaseState, Outcome, Urgency
from routing import rulebook
from routing.models import Department
from routing.rulebook import Rulebook

TURN = "insight.alerts"  # detectors and people: who writes alerts does so alone until the transaction ends
MOST_CASES = 500
OPEN = (Alert.State.NEW, Alert.State.ACKNOWLEDGED, Alert.State.TASK)
HIGHER = ("street", "district", "city")
Key = tuple[str, int, int | None, str]


@dataclass(frozen=True)
class Signal:
    """What a rule saw. figure has reached threshold, which is the rule's own times strictness; cases are keys."""

    kind: str
    area: int
    category: int | None
    begins: datetime
    ends: datetime
    seen: int
    figure: float
    threshold: float
    cases: tuple[int, ...] = ()
    expected: float | None = None
    strictness: float = 1.0
    about: str = ""
    is_instant: bool = False
    figures: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> Key:
        return self.kind, self.area, self.category, self.about


def keep(signals: Iterable[Signal], *, now: datetime) -> int:
    """Write what was seen; returns how many alerts are new. Seeing the same again only brings figures up to date."""
    signals = list(signals)
    if not signals:
        return 0
    rules = rulebook.current()
    with transaction.atomic():
        turns.wait(TURN)
        known = _open_ones(signals)
        return sum(_keep_one(signal, known.get(signal.key), rules, now) for signal in signals)


def answered_since(kind: str, since: datetime) -> dict[Key, datetime]:
    """Alerts of a rule that people ended after `since`, by key, and when: what came before that is answered."""
    acts = AlertAct.objects.filter(
        alert__kind=kind, what__in=(AlertAct.What.FALSE, AlertAct.What.CLOSED), at__gte=since
    ).exclude(alert__state__in=OPEN)
    rows = acts.order_by("at").values_list("alert__kind", "alert__area", "alert__category", "alert__about", "at")
    return {tuple(row[:4]): row[4] for row in rows}


def tell(unit_id: int, topic: str, about: str, key: str, now: datetime, limit: datetime | None = None) -> None:
    """A notice on the unit's desk, in this transaction."""
    payload = {"department": unit_id, "about": about} | ({"limit": limit.isoformat()} if limit else {})
    Outbox.objects.create(key=key[:120], topic=topic, payload=payload, next_try_at=now, made_at=now)


def send_to(alert: Alert, level: str, rules: Rulebook, now: datetime, *, climbed: int) -> bool:
    """Tell the unit of this level that answers for the alert's place; False where the city has none."""
    unit = receiver_of(alert.area_id, level, rules)
    if unit is None:
        return False
    _, made = AlertReceiver.objects.get_or_create(
        alert=alert, unit_id=unit, defaults={"told_at": now, "climbed": climbed}
    )
    if made:
        tell(unit, "alert-raised", str(alert), f"alert-{alert.pk}:{unit}", now, alert.acknowledge_by)
    return made


def receiver_of(area_id: int, level: str, rules: Rulebook) -> int | None:
    """The unit of the level's kind (parameter alert.receivers) whose area holds the place."""
    kinds, place = rules.parameter("alert.receivers", {}), rules.area(area_id)
    units = Department.objects.active().answering_for(place.path).filter(kind=kinds.get(level, ""))
    return units.order_by("-area__path").values_list("pk", flat=True).first()


def level_of(area_id: int, rules: Rulebook) -> str:
    """street, district or city: of a smaller place the street's."""
    level = rules.area(area_id).level
    return level if level in HIGHER else HIGHER[0]


def minutes_to_acknowledge(rules: Rulebook, *, instant: bool) -> timedelta:
    allowed = {"usual": 240, "instant": 15} | rules.parameter("alert.acknowledge_minutes", {})
    return timedelta(minutes=float(allowed["instant" if instant else "usual"]))


def cases_of(area: int, leaf: int, since: datetime, until: datetime, rules: Rulebook) -> tuple[int, ...]:
    """The newest cases of a matter in a place and a stretch of time. One statement."""
    rows = Petition.objects.filter(
        category_id=leaf, received_at__gte=since, received_at__lt=until, is_probe=False
    ).exclude(state__in=("draft", "invalid"))
    place = rules.area(area)
    if place and place.level != "city":
        rows = rows.filter(area__path__startswith=place.path)
    return tuple(rows.order_by("-pk").values_list("pk", flat=True)[:MOST_CASES])


def _open_ones(signals: list[Signal]) -> dict[Key, Alert]:
    rows = Alert.objects.filter(
        state__in=OPEN, kind__in={s.kind for s in signals}, area__in={s.area for s in signals}
    ).select_related("area", "category")
    return {(row.kind, row.area_id, row.category_id, row.about): row for row in rows}


def _keep_one(signal: Signal, alert: Alert | None, rules: Rulebook, now: datetime) -> bool:
    is_new = alert is None
    graded = _graded(signal, rules)
    if is_new:
        kind, area, category, about = signal.key
        alert = Alert(kind=kind, area_id=area, category_id=category, about=about, found_at=now, begins=signal.begins)
    is_graver = signal.is_instant and not alert.figures.get("instant")
    if alert.state == Alert.State.NEW and (is_new or is_graver):
        alert.acknowledge_by = now + minutes_to_acknowledge(rules, instant=signal.is_instant)
    alert.seen_at, alert.ends, alert.seen = now, signal.ends, max(signal.seen, alert.seen or 0)
    if is_new or signal.figure >= alert.figure:
        # What is shown is the clearest look, not the last one of a burst that is over.
        alert.figure, alert.threshold, alert.strictness = signal.figure, signal.threshold, signal.strictness
        alert.expected, alert.strength = signal.expected, graded.total
        alert.figures = dict(signal.figures) | {"strength": vars(graded), "instant": signal.is_instant}
    alert.save()
    AlertCase.objects.bulk_create(
        [AlertCase(alert=alert, petition_id=case) for case in signal.cases[:MOST_CASES]], ignore_conflicts=True
    )
    if is_new or is_graver:
        _send(alert, signal, rules, now)
    return is_new


def _send(alert: Alert, signal: Signal, rules: Rulebook, now: datetime) -> None:
    """The unit of the place; of what is sensitive and comes again, every level at once."""
    levels = HIGHER[HIGHER.index(level_of(alert.area_id, rules)) :]
    for level in levels if signal.is_instant else levels[:1]:
        send_to(alert, level, rules, now, climbed=0)


def _graded(signal: Signal, rules: Rulebook) -> Strength:
    rows = list(
        Petition.objects.filter(pk__in=signal.cases[:MOST_CASES]).values_list(
            *("area_id", "urgency", "risk_words", "urged", "state", "is_overdue", "outcome", "hard_since")
        )
    )
    return strength(
        cases=signal.seen,
        places=len({row[0] for row in rows}),
        fierce=sum(bool(row[1] != Urgency.NORMAL or row[2] or row[3]) for row in rows),
        hard=sum(
            bool(row[4] == CaseState.REHANDLING or row[5] or row[6] == Outcome.UNSOLVED or row[7]) for row in rows
        ),
        cuts=rules.parameter("alert.strength", CUTS),
    )
