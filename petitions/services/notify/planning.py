"""From an effect to what is sent: the notice on the desk or for the citizen, and one delivery for each way out.

Many outbox rows in one transaction. A row that cannot be worded (a broken template, a fact that is gone) is tried
again with a growing pause and holds up no other; in the end it stays visible as failed.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from petitions import errors
from petitions.models import Delivery, Message, NoticeTemplate, Outbox, Webhook
from petitions.models.delivery import Way
from petitions.services import announce, rows
from petitions.services.notify import facts, wording
from petitions.services.notify.pauses import Patience
from petitions.services.notify.words import CITIZEN, HOTLINE, TOPICS, UNIT, Topic
from routing.models import Department

log = logging.getLogger(__name__)
UNREAD = ("petition__text", "petition__redacted_text", "petition__search")


@dataclass
class Plan:
    """What a batch of effects becomes."""

    messages: list[Message] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)


@dataclass(frozen=True)
class Words:
    """The templates of the city over the ones of the house, who listens in, who has a mailbox; once for a batch."""

    own: dict[tuple[str, str], NoticeTemplate]
    webhooks: tuple[Webhook, ...]
    mailboxes: frozenset[int]

    @classmethod
    def read(cls, found: Iterable[Outbox]) -> "Words":
        own = {(row.topic, row.way): row for row in NoticeTemplate.objects.all()}
        units = {_unit(row) for row in found}
        mailboxes = Department.objects.filter(pk__in=units).exclude(email="").values_list("pk", flat=True)
        return cls(own, tuple(Webhook.objects.filter(is_on=True)), frozenset(mailboxes))

    def of(self, code: str, way: str) -> tuple[str, str] | None:
        """Subject and text, None where nothing goes out by that way."""
        own = self.own.get((code, way))
        if own:
            return (own.subject, own.text) if own.is_on else None
        return TOPICS[code].texts.get(way)


def plan_ready(*, now: datetime, size: int) -> int:
    """Turn what waits into notices and deliveries; returns how many effects were handled."""
    with transaction.atomic():
        waiting = Outbox.objects.ready(now).select_for_update(skip_locked=True, of=("self",)).order_by("next_try_at")
        # By case: whoever locks several cases does it in this order, so nobody waits for each other for ever.
        found = sorted(
            waiting.select_related("petition__caller", "petition__main_department").defer(*UNREAD)[:size],
            key=lambda row: (row.petition_id or 0, row.pk),
        )
        if not found:
            return 0
        before = [(row, vars(row).copy()) for row in found]
        plan, words = Plan(), Words.read(found)
        for row in found:
            _plan_one(row, words, plan, now)
        rows.update(before)
        rows.insert(Message, plan.messages)
        rows.insert(Delivery, plan.deliveries, skip_known=True)
        transaction.on_commit(lambda: _announce(found))
    return len(found)


def plan_again(outbox_id: int, *, now: datetime) -> Outbox:
    """A person asks for another try of an effect that could not be worded."""
    with transaction.atomic():
        row = Outbox.objects.select_for_update().filter(pk=outbox_id, state=Outbox.State.FAILED).first()
        if row is None:
            raise errors.NoticeMoved
        row.state, row.attempts, row.next_try_at, row.error = Outbox.State.WAITING, 0, now, ""
        row.save()
    return row


def _plan_one(row: Outbox, words: Words, plan: Plan, now: datetime) -> None:
    try:
        message, deliveries = _worded(row, TOPICS[row.topic], words, now)
    except Exception as problem:  # noqa: BLE001 - one effect without words must not hold up all the others
        log.warning("effect %s could not be worded: %s", row.key, type(problem).__name__)
        row.attempts += 1
        row.error = f"无法成文：{type(problem).__name__} {problem}"[:300]
        patience = Patience.current()
        row.state = Outbox.State.FAILED if row.attempts >= patience.most_attempts else Outbox.State.WAITING
        row.next_try_at = now + patience.pause_after(row.attempts)
        return
    plan.messages += message
    plan.deliveries += deliveries
    row.state, row.done_at, row.error = Outbox.State.DONE, now, ""


def _worded(row: Outbox, topic: Topic, words: Words, now: datetime) -> tuple[list[Message], list[Delivery]]:
    unit = _unit(row)
    said = {way: _filled(row, words.of(row.topic, way)) for way in topic.ways}
    messages = []
    first = said.get(topic.ways[0])
    if first:
        via = Message.Via.SMS if topic.audience == CITIZEN else Message.Via.DESK
        messages.append(
            Message(outbox=row, petition=row.petition, via=via, department_id=unit, text=first[1], sent_at=now)
        )
    outside = [(way, *said[way]) for way in topic.ways if way != Way.DESK and said[way] and _reaches(row, way, words)]
    deliveries = [_delivery(row, way, now, subject=subject, text=text, unit=unit) for way, subject, text in outside]
    listeners = [hook for hook in words.webhooks if not hook.topics or row.topic in hook.topics]
    return messages, deliveries + [_delivery(row, Way.WEBHOOK, now, unit=unit, hook=hook) for hook in listeners]


def _filled(row: Outbox, words: tuple[str, str] | None) -> tuple[str, str] | None:
    if words is None:
        return None
    subject, text = (wording.fill(each, lambda name: facts.value(name, row)) for each in words)
    return subject[:200], text


def _unit(row: Outbox) -> int | None:
    """The unit that is told; nobody in particular where the citizen or the whole hotline is."""
    topic = TOPICS.get(row.topic)
    if topic is None or topic.audience != UNIT:
        return row.payload.get("department")
    return row.payload.get("department") or row.petition.main_department_id


def _reaches(row: Outbox, way: str, words: Words) -> bool:
    """A citizen may have left no number, a unit may have no mailbox."""
    if way == Way.SMS:
        return bool(row.petition.caller and row.petition.caller.phone)
    return _unit(row) in words.mailboxes


def _delivery(
    row: Outbox,
    way: str,
    now: datetime,
    *,
    subject: str = "",
    text: str = "",
    unit: int | None = None,
    hook: Webhook | None = None,
) -> Delivery:
    return Delivery(
        outbox=row,
        petition=row.petition,
        topic=row.topic,
        way=way,
        department_id=unit,
        webhook=hook,
        subject=subject,
        text=text,
        next_try_at=now,
        made_at=now,
    )


def _announce(found: Iterable[Outbox]) -> None:
    """One "look again" for each desk that got a notice."""
    told = [row for row in found if row.state == Outbox.State.DONE and TOPICS[row.topic].audience != CITIZEN]
    done = [row for row in told if row.petition]  # pages look at cases; what is about none waits on the desk
    if not done:
        return
    last = done[-1].petition
    units = {_unit(row) for row in done}
    groups = {f"unit.{unit}" for unit in units if unit}
    if any(TOPICS[row.topic].audience == HOTLINE for row in done):
        groups.add(announce.HOTLINE)
    announce.case_changed(last.pk, last.version, sorted(groups))
