"""A city's own words for a notice: checked before they are kept, shown with an example before anybody gets them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from petitions import errors, rules
from petitions.models import NoticeTemplate, Outbox, Petition
from petitions.services import clock
from petitions.services.notify import facts, wording
from petitions.services.notify.words import TOPICS, Topic


@dataclass(frozen=True)
class Words:
    """What goes out by one way; `own` where the city wrote it."""

    subject: str
    text: str
    is_on: bool
    own: NoticeTemplate | None


def words_of(code: str, way: str) -> Words:
    """Raises Unknown for a notice or a way that there is not."""
    topic = _topic(code, way)
    own = NoticeTemplate.objects.select_related("changed_by").filter(topic=code, way=way).first()
    if own:
        return Words(own.subject, own.text, own.is_on, own)
    subject, text = topic.texts.get(way, ("", ""))
    return Words(subject, text, way in topic.texts, None)


def save(
    code: str, way: str, *, subject: str, text: str, is_on: bool, actor: Any, now: datetime | None = None
) -> NoticeTemplate:
    """Raises BadTemplate with the first thing that is wrong."""
    _may_edit(actor)
    check(code, way, subject, text)
    with transaction.atomic():
        row, _ = NoticeTemplate.objects.update_or_create(
            topic=code,
            way=way,
            defaults={
                "subject": subject,
                "text": text,
                "is_on": is_on,
                "changed_by": actor,
                "changed_at": now or clock.now(),
            },
        )
    return row


def reset(code: str, way: str, *, actor: Any) -> None:
    """Back to the words of the house."""
    _may_edit(actor)
    NoticeTemplate.objects.filter(topic=code, way=way).delete()


def check(code: str, way: str, subject: str, text: str) -> None:
    topic = _topic(code, way)
    if not text.strip():
        raise errors.BadTemplate("请写明通知内容。")
    for problem in wording.problems(subject + "\n" + text, topic.names):
        raise errors.BadTemplate(problem)


def preview(code: str, way: str, subject: str, text: str, *, case: Petition | None = None) -> tuple[str, str]:
    """How it would read: with the facts of a real case where one is given, else with those of an example."""
    check(code, way, subject, text)
    value = _of_case(code, case) if case else facts.EXAMPLES.__getitem__
    return wording.fill(subject, value), wording.fill(text, value)


def _of_case(code: str, case: Petition) -> Any:
    """Facts of the case; what only the occasion knows (a reason, a new limit) is taken from the example."""
    row = Outbox(topic=code, petition=case, payload={})

    def value(name: str) -> str:
        try:
            return facts.value(name, row) or facts.EXAMPLES[name]
        except KeyError:
            return facts.EXAMPLES[name]

    return value


def _topic(code: str, way: str) -> Topic:
    topic = TOPICS.get(code)
    if topic is None or way not in topic.ways:
        raise errors.Unknown("没有这种通知。")
    return topic


def _may_edit(actor: Any) -> None:
    if not actor.has_role(*rules.MANAGE_NOTICES):
        raise errors.NotYours
