"""Changing the catalogue: always in a draft, which then is compared, checked and published as a whole."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from routing.models import CatalogueEntry, CatalogueVersion
from routing.refusals import AlreadyPublished, DraftThere, EntryGone, EntryThere, NobodyNamed, NothingPublished

BATCH = 500


@dataclass(frozen=True)
class Wording:
    """What an entry says, as plain values: enough to write one, and to see whether somebody else changed it."""

    category_id: int
    area_id: int | None
    conditions: dict[str, Any]
    main_kind_id: str | None
    main_department_id: int | None
    assisting_kinds: list[str]
    tier: str
    assessment: str
    answer_template: str

    @classmethod
    def of(cls, entry: CatalogueEntry) -> Wording:
        return cls(**{field.name: getattr(entry, field.name) for field in fields(cls)})


def the_draft() -> CatalogueVersion | None:
    """The draft that the editor shows: the newest edition that is not published."""
    return CatalogueVersion.objects.drafts().order_by("-number").first()


def latest_published() -> CatalogueVersion | None:
    """The edition that a draft is measured against: the one that holds last, perhaps not before next month."""
    return CatalogueVersion.objects.published().order_by("-effective_from").first()


@transaction.atomic
def start(*, name: str, effective_from: date, by: Any) -> CatalogueVersion:
    """Copy the latest published edition into a new draft. Raises DraftThere or NothingPublished."""
    source = latest_published()
    if source is None:
        raise NothingPublished
    # Whoever starts a second one at the same moment waits here, and then finds the first.
    CatalogueVersion.objects.select_for_update().get(pk=source.pk)
    if the_draft():
        raise DraftThere
    number = (CatalogueVersion.objects.aggregate(last=Max("number"))["last"] or 0) + 1
    draft = CatalogueVersion.objects.create(number=number, name=name, effective_from=effective_from, created_by=by)
    copies = list(source.entries.all())
    for entry in copies:
        entry.pk, entry.version = None, draft
        entry._state.adding = True
    CatalogueEntry.objects.bulk_create(copies, batch_size=BATCH)
    return draft


@transaction.atomic
def keep(
    version_id: int, wording: Wording, *, entry_id: int | None = None, seen: Wording | None = None
) -> CatalogueEntry:
    """Write one entry of a draft: a new one, or `entry_id` as it was `seen`.

    Raises AlreadyPublished, EntryGone, EntryThere or NobodyNamed.
    """
    version = opened(version_id)
    if not (wording.main_kind_id or wording.main_department_id):
        raise NobodyNamed
    entry = _entry(version, entry_id, seen) if entry_id else CatalogueEntry(version=version)
    for field in fields(wording):
        setattr(entry, field.name, getattr(wording, field.name))
    try:
        with transaction.atomic():
            entry.save()
    except IntegrityError as error:
        raise EntryThere from error
    return entry


@transaction.atomic
def retire(version_id: int, entry_id: int, *, seen: Wording | None = None) -> None:
    """Take one entry out of a draft. Raises AlreadyPublished or EntryGone."""
    _entry(opened(version_id), entry_id, seen).delete()


@transaction.atomic
def discard(version_id: int) -> None:
    """Throw a draft away, whole. Raises AlreadyPublished."""
    opened(version_id).delete()


def opened(version_id: int) -> CatalogueVersion:
    """The draft, locked, so that nothing changes while it is being published."""
    version = CatalogueVersion.objects.select_for_update().filter(pk=version_id).first()
    if version is None:
        raise EntryGone
    if version.published_at:
        raise AlreadyPublished
    return version


def _entry(version: CatalogueVersion, entry_id: int, seen: Wording | None) -> CatalogueEntry:
    entry = version.entries.filter(pk=entry_id).first()
    if entry is None or (seen is not None and Wording.of(entry) != seen):
        raise EntryGone
    return entry
