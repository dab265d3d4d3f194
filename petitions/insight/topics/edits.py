"""What people make of topics: rename, merge, split, annotate, undo. Every edit is a row with its reason.

What a topic is called and which cases are in it is worked out anew from the texts' own finding and the edits that
nobody has undone, in their order. So edits hold for later months too, and any of them can be undone at any time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, F, Q, QuerySet

from petitions import errors, rules
from petitions.insight.models import Topic, TopicEdit, TopicMember
from petitions.insight.topics import counting
from petitions.insight.topics.limits import Limits
from petitions.services import clock, turns
from routing import rulebook

TURN = "insight.topics"
Kind = TopicEdit.Kind
MOST_WORDS = 8


def rename(pk: int, title: str, *, actor: Any, reason: str, now: datetime | None = None) -> TopicEdit:
    """An empty title brings the found one back. Raises NotYours, NoReason, Unknown."""
    with _turn(actor, reason):
        return _kept(Kind.RENAME, _one(pk), actor, reason, now, text=title.strip())


def annotate(pk: int, note: str, *, actor: Any, reason: str, now: datetime | None = None) -> TopicEdit:
    """An empty note takes the last one away. Raises NotYours, NoReason, Unknown."""
    with _turn(actor, reason):
        return _kept(Kind.ANNOTATE, _one(pk), actor, reason, now, text=note.strip())


def merge(pk: int, into: int, *, actor: Any, reason: str, now: datetime | None = None) -> TopicEdit:
    """All cases of the topic go to the other one, later ones too. Raises NotYours, NoReason, Unknown, TopicEmpty and
    CannotMergeIntoItself."""
    with _turn(actor, reason):
        topic, other = _one(pk), _one(into)
        if topic.pk == other.pk:
            raise errors.CannotMergeIntoItself("不能把主题并入它自己，请选另一个主题。")
        if not topic.members.exists() or not other.members.exists():
            raise errors.TopicEmpty
        return _kept(Kind.MERGE, topic, actor, reason, now, other=other)


def split(pk: int, words: Sequence[str], *, actor: Any, reason: str, now: datetime | None = None) -> TopicEdit:
    """Cases with one of these words become a topic of their own (`other`), later ones too.

    Raises NotYours, NoReason, Unknown, and NothingChosen where no case has the words, or all have.
    """
    with _turn(actor, reason):
        topic = _one(pk)
        chosen = list(dict.fromkeys(word.strip() for word in words if word.strip()))
        inside = topic.members.filter(_with(chosen)).count() if 0 < len(chosen) <= MOST_WORDS else 0
        if not inside or inside == topic.members.count():
            raise errors.NothingChosen("按这些词拆不开：要有一部分工单含有其中的词，又不能全都含有。")
        title = "、".join(chosen)[:60]
        other = Topic.objects.create(found_title=title, title=title, keywords=chosen, made_at=now or clock.now())
        return _kept(Kind.SPLIT, topic, actor, reason, now, other=other, words=chosen)


def undo(edit_pk: int, *, actor: Any, reason: str, now: datetime | None = None) -> TopicEdit:
    """Raises NotYours, NoReason, Unknown, TopicEditUndone."""
    with _turn(actor, reason):
        edit = TopicEdit.objects.exclude(kind=Kind.UNDO).filter(pk=edit_pk).first()
        if edit is None:
            raise errors.Unknown("没有找到这次修改。")
        if TopicEdit.objects.filter(undoes=edit).exists():
            raise errors.TopicEditUndone
        return _kept(Kind.UNDO, edit.topic, actor, reason, now, other=edit.other, undoes=edit)


def standing() -> QuerySet[TopicEdit]:
    """The edits that nobody has undone, in their order."""
    return TopicEdit.objects.exclude(kind=Kind.UNDO).filter(undone=None).order_by("pk")


def replay(*, month: date | None = None) -> None:
    """Which cases are in which topic, and what each is called; of one month or of all. Whoever calls has the turn."""
    members = TopicMember.objects.filter(month=month) if month else TopicMember.objects.all()
    edits = list(standing())
    members.exclude(topic=F("found")).update(topic=F("found"))
    for edit in edits:
        inside = members.filter(topic=edit.topic_id)
        if edit.kind == Kind.MERGE:
            inside.update(topic=edit.other_id)
        elif edit.kind == Kind.SPLIT:
            inside.filter(_with(edit.words)).update(topic=edit.other_id)
    _call({edit.topic_id for edit in edits}, edits)


def _call(topics: Collection[int], edits: Sequence[TopicEdit]) -> None:
    """Title and note by the last edit that says one."""
    said = {(edit.topic_id, edit.kind): edit.text for edit in edits}
    for topic in Topic.objects.filter(pk__in=topics):
        topic.title = said.get((topic.pk, Kind.RENAME)) or topic.found_title
        topic.note = said.get((topic.pk, Kind.ANNOTATE), "")
        topic.save(update_fields=["title", "note"])


@contextmanager
def _turn(actor: Any, reason: str) -> Iterator[None]:
    """One commit, one edit at a time; the month's run waits too."""
    if not actor.has_role(*rules.EDIT_TOPICS):
        raise errors.NotYours
    if not reason.strip():
        raise errors.NoReason
    with transaction.atomic():
        turns.wait(TURN)
        yield


def _kept(kind: str, topic: Topic, actor: Any, reason: str, now: datetime | None, **said: Any) -> TopicEdit:
    edit = TopicEdit.objects.create(
        kind=kind, topic=topic, reason=reason.strip(), by_id=actor.pk, at=now or clock.now(), **said
    )
    if kind in (Kind.RENAME, Kind.ANNOTATE) or (edit.undoes and edit.undoes.kind in (Kind.RENAME, Kind.ANNOTATE)):
        _call([topic.pk], list(standing().filter(topic=topic)))
        return edit
    before = _sizes()
    replay()
    after = _sizes()
    changed = {pk for pk in before.keys() | after.keys() if before.get(pk) != after.get(pk)}
    counting.count_topics(changed, Limits.of(rulebook.current()).course)
    return edit


def _sizes() -> dict[int, list[tuple[date, int]]]:
    """Topic → its cases by month: which topics an edit changed. Merging and splitting always change a size."""
    found: dict[int, list[tuple[date, int]]] = {}
    rows = TopicMember.objects.order_by("topic", "month").values_list("topic", "month").annotate(n=Count("pk"))
    for topic, month, count in rows:
        found.setdefault(topic, []).append((month, count))
    return found


def _with(words: Sequence[str]) -> Q:
    """Cases whose title or text has one of the words."""
    wanted = Q()
    for word in words:
        wanted |= Q(petition__title__contains=word) | Q(petition__redacted_text__contains=word)
    return wanted


def _one(pk: int) -> Topic:
    topic = Topic.objects.filter(pk=pk).first()
    if topic is None:
        raise errors.Unknown("没有找到这个主题，请刷新页面。")
    return topic
