"""The editor of the catalogue: who may change it, and routing's refusals as the sentences of this floor."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction

from petitions import errors, rules
from petitions.services import clock
from routing import catalogue, drafts
from routing.drafts import Wording
from routing.loading.catalogue import COLUMNS, load_catalogue
from routing.loading.sync import Outcome
from routing.models import CatalogueEntry, CatalogueVersion
from routing.refusals import CatalogueRefusal, NoDraft
from routing.tables import BadTable, read_table

DRAFT_NAME = "目录调整"


@contextmanager
def editing(actor: Any) -> Iterator[None]:
    """Raises NotYours for whoever may only look, and routing's refusals as CatalogueRefused."""
    if not rules.may_edit_catalogue(None, actor):
        raise errors.NotYours
    try:
        yield
    except (CatalogueRefusal, BadTable) as refusal:
        raise errors.CatalogueRefused(str(refusal)) from refusal


def start(*, actor: Any, now: datetime | None = None) -> CatalogueVersion:
    """A draft that says what the latest published edition says. Its first day is tomorrow until somebody sets it."""
    with editing(actor):
        return drafts.start(name=DRAFT_NAME, effective_from=tomorrow(now or clock.now()), by=actor)


def draft() -> CatalogueVersion:
    """Raises NoDraft."""
    found = drafts.the_draft()
    if found is None:
        raise NoDraft
    return found


def keep(
    version_id: int, wording: Wording, *, actor: Any, entry_id: int | None = None, seen: Wording | None = None
) -> CatalogueEntry:
    with editing(actor):
        return drafts.keep(version_id, wording, entry_id=entry_id, seen=seen)


def retire(version_id: int, entry_id: int, *, actor: Any, seen: Wording | None = None) -> None:
    with editing(actor):
        drafts.retire(version_id, entry_id, seen=seen)


@transaction.atomic
def take_sheet(path: Path, *, actor: Any) -> Outcome:
    """Make the draft say what the sheet says. Raises NothingSaved with row-numbered problems, or CatalogueRefused."""
    with editing(actor):
        version = drafts.opened(draft().pk)
        return load_catalogue(
            read_table(path, COLUMNS), number=version.number, name=version.name, effective_from=version.effective_from
        )


def publish(
    version_id: int,
    *,
    actor: Any,
    name: str,
    effective_from: date,
    reason: str,
    now: datetime | None = None,
) -> CatalogueVersion:
    """发布: from its first day on the edition routes new cases; older cases keep the edition that routed them."""
    if not reason.strip():
        raise errors.NoReason
    with editing(actor):
        return _published(version_id, actor, name, effective_from, reason.strip(), now or clock.now())


@transaction.atomic
def _published(version_id: int, actor: Any, name: str, on: date, reason: str, now: datetime) -> CatalogueVersion:
    version = drafts.opened(version_id)
    version.name, version.effective_from = name.strip() or version.name, on
    version.save(update_fields=["name", "effective_from"])
    return catalogue.publish(version, now=now, by=actor, reason=reason)


def withdraw(version_id: int, *, actor: Any, now: datetime | None = None) -> CatalogueVersion:
    """撤回发布, before the first day."""
    with editing(actor):
        version = CatalogueVersion.objects.filter(pk=version_id).first()
        if version is None:
            raise NoDraft("没有这一版目录。")
        return catalogue.withdraw(version, now=now or clock.now())


def tomorrow(now: datetime) -> date:
    return clock.local(now).date() + timedelta(days=1)
