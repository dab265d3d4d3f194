"""知识库: items are written, published and withdrawn here; each edit is kept as a version, with author and reason."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from petitions import errors, rules
from petitions.models import Citation, KnowledgeItem, KnowledgeVersion
from petitions.models.knowledge import Wording
from petitions.services import clock
from petitions.services.door import OpenCase
from petitions.storable import storable

COLUMNS = [field.attname for field in Wording._meta.get_fields()]


@dataclass(frozen=True)
class Said:
    """What an editor writes into an item."""

    title: str
    review_by: date
    question: str = ""
    answer: str = ""
    basis: str = ""
    category_id: int | None = None
    owner_id: int | None = None
    for_enterprises: bool = False


def add(
    said: Said, *, actor: Any, note: str = "", is_published: bool = False, now: datetime | None = None
) -> KnowledgeItem:
    """A new item, a draft unless it is published at once. Raises TitleTaken and what publishing raises."""
    _must_edit(actor)
    item = KnowledgeItem(**_clean(said), is_published=is_published)
    return _keep(item, actor=actor, note=note, now=now or clock.now())


def edit(
    item_id: int, said: Said, *, version: int, actor: Any, note: str = "", now: datetime | None = None
) -> KnowledgeItem:
    """Change what an item says; a published one says the new words from now on. Raises ItemMovedOn, TitleTaken."""
    _must_edit(actor)
    with transaction.atomic():
        item = _locked(item_id)
        if item.version != version:
            raise errors.ItemMovedOn
        for name, value in _clean(said).items():
            setattr(item, name, value)
        return _keep(item, actor=actor, note=note, now=now or clock.now())


def publish(item_id: int, *, actor: Any, now: datetime | None = None) -> KnowledgeItem:
    """From now on it may be said. Raises ItemIncomplete or ReviewDatePast."""
    _must_edit(actor)
    with transaction.atomic():
        item = _locked(item_id)
        item.is_published = True
        return _keep(item, actor=actor, note="发布", now=now or clock.now())


def withdraw(item_id: int, *, reason: str, actor: Any, now: datetime | None = None) -> KnowledgeItem:
    """It is said no more; what was answered with it stays as it was. Raises NoReason."""
    _must_edit(actor)
    if not reason.strip():
        raise errors.NoReason
    with transaction.atomic():
        item = _locked(item_id)
        item.is_published = False
        return _keep(item, actor=actor, note=f"撤下：{reason.strip()}", now=now or clock.now())


def confirm(item_id: int, *, review_by: date, actor: Any, now: datetime | None = None) -> KnowledgeItem:
    """复核: the item still holds, and will be looked at again on another day. Raises ReviewDatePast."""
    now = now or clock.now()
    with transaction.atomic():
        item = _locked(item_id)
        if not rules.may_confirm_item(item, actor):
            raise errors.NotYours
        if review_by <= clock.local(now).date():
            raise errors.ReviewDatePast
        item.review_by = review_by
        return _keep(item, actor=actor, note="复核：仍然有效", now=now)


def cite(case: OpenCase, item_id: int) -> KnowledgeVersion:
    """Inside an open case: it is answered with this item as it stands. Raises ItemNotInForce."""
    today = clock.local(case.now).date()
    said = KnowledgeVersion.objects.filter(item__in=KnowledgeItem.objects.in_force(today), item=item_id)
    version = said.order_by("-number").first()
    if version is None:
        raise errors.ItemNotInForce
    Citation.objects.create(petition_id=case.petition.pk, version=version, cited_by_id=case.actor.pk, cited_at=case.now)
    return version


def _keep(item: KnowledgeItem, *, actor: Any, note: str, now: datetime) -> KnowledgeItem:
    """Save the item and the version that it is from now on."""
    if item.is_published:
        _must_be_whole(item, clock.local(now).date())
    item.version += 1
    try:
        with transaction.atomic():
            item.save()
    except IntegrityError as taken:
        raise errors.TitleTaken from taken
    said = {name: getattr(item, name) for name in COLUMNS}
    KnowledgeVersion.objects.create(
        item=item, number=item.version, note=note.strip()[:200], made_by=actor, made_at=now, **said
    )
    return item


def _must_be_whole(item: KnowledgeItem, today: date) -> None:
    if not item.answer or item.owner_id is None:
        raise errors.ItemIncomplete
    if item.is_stale(today):
        raise errors.ReviewDatePast


def _clean(said: Said) -> dict[str, Any]:
    written = {
        name: storable(value).strip() if isinstance(value, str) else value for name, value in asdict(said).items()
    }
    if not written["title"]:
        raise errors.ItemIncomplete("请写标题。")
    return written


def _locked(item_id: int) -> KnowledgeItem:
    item = KnowledgeItem.objects.select_for_update().filter(pk=item_id).first()
    if item is None:
        raise errors.Unknown("没有找到这条口径。")
    return item


def _must_edit(actor: Any) -> None:
    if not rules.may_edit_knowledge(None, actor):
        raise errors.NotYours
