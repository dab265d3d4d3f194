"""What is typed and not sent yet, kept for its author: saved every few seconds, found again at any machine.

A draft is no case: it has no number, no clock and no events. It goes when its form was taken, or after a week.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from petitions import errors
from petitions.models import Draft, Petition, Reply
from petitions.services import clock
from petitions.storable import storable
from routing import rulebook
from routing.models import Role

Fields = Sequence[tuple[str, str]]
INTAKE = "intake"  # the one form whose draft a colleague may go on with: the caller waits
TAKERS = (Role.OPERATOR, Role.WEB_AGENT)
LARGEST = 100_000  # characters of all fields together: five texts of the greatest length
KEPT = timedelta(days=7)
TAKE_AFTER = 10  # minutes of silence, where no parameter says otherwise


def keep(owner_id: int, place: str, said: Fields, *, seen: int | None, now: datetime | None = None) -> Draft:
    """Save over version `seen`: 0 where this page knows of none, None to save over whatever there is.

    Raises DraftMoved where another page saved since, DraftGone where it was sent or taken over, TextTooLong.
    """
    now, fields = now or clock.now(), _stored(said)
    with transaction.atomic():
        draft = Draft.objects.select_for_update().filter(owner=owner_id, place=place).first()
        if draft is None:
            if seen or _was_sent(said):
                raise errors.DraftGone
            return _first(owner_id, place, fields, now)
        if seen is not None and draft.version != seen and draft.fields != fields:
            raise errors.DraftMoved
        draft.fields, draft.saved_at, draft.version = fields, now, draft.version + 1
        draft.save(update_fields=["fields", "saved_at", "version"])
        return draft


def forget(owner_id: int, place: str) -> None:
    """Its form was taken, or the author wants it no more."""
    Draft.objects.filter(owner=owner_id, place=place).delete()


def take(draft_id: int, *, actor: Any, now: datetime | None = None) -> Draft:
    """Go on with a call that a colleague left. Of two who try at once, one gets it.

    Raises NotYours, DraftGone where it is no longer there, DraftInUse while its author writes or one has an own draft.
    """
    now = now or clock.now()
    if not actor.has_role(*TAKERS):
        raise errors.NotYours
    try:
        with transaction.atomic():
            draft = Draft.objects.select_for_update().filter(pk=draft_id, place=INTAKE).first()
            if draft is None:
                raise errors.DraftGone
            if draft.owner_id == actor.pk:
                return draft
            if draft.saved_at > now - _silence():
                raise errors.DraftInUse
            draft.owner, draft.saved_at, draft.version = actor, now, draft.version + 1
            draft.save(update_fields=["owner", "saved_at", "version"])
            return draft
    except IntegrityError as error:
        raise errors.DraftInUse("您自己还有一份没有提交的登记，请先提交或放弃。") from error


def mine(owner_id: int, places: Iterable[str] | None = None) -> list[Draft]:
    found = Draft.objects.filter(owner=owner_id)
    return list(found if places is None else found.filter(place__in=places))


def left_behind(actor: Any, *, now: datetime) -> list[Draft]:
    """Calls that colleagues began and have not touched for a while."""
    if not actor.has_role(*TAKERS):
        return []
    found = Draft.objects.filter(place=INTAKE, saved_at__lte=now - _silence()).exclude(owner=actor.pk)
    return list(found.select_related("owner")[:20])


def said_in(draft: Draft) -> list[tuple[str, str]]:
    return [(name, value) for name, value in json.loads(draft.fields)]


def forget_old(*, now: datetime) -> int:
    """A week is a holiday and a cold; after that it is only somebody's personal data lying about."""
    return Draft.objects.filter(saved_at__lt=now - KEPT).delete()[0]


# ── inside ──
def _first(owner_id: int, place: str, fields: str, now: datetime) -> Draft:
    try:
        with transaction.atomic():
            return Draft.objects.create(owner_id=owner_id, place=place, fields=fields, saved_at=now)
    except IntegrityError as error:  # two pages began in the same moment
        raise errors.DraftMoved from error


def _stored(said: Fields) -> str:
    """A browser sends line ends as CR LF and keeps them as LF: the same text must compare as the same."""
    fields = [[name, storable(value.replace("\r\n", "\n"))] for name, value in said]
    stored = json.dumps(fields, ensure_ascii=False)
    if len(stored) > LARGEST:
        raise errors.TextTooLong
    return stored


def _was_sent(said: Fields) -> bool:
    """A saving that was still on its way when its form was taken must not bring the draft back."""
    key = storable(dict(said).get("key", ""))
    if not key:
        return False
    return Petition.objects.filter(idempotency_key=key).exists() or Reply.objects.filter(client_key=key).exists()


def _silence() -> timedelta:
    return timedelta(minutes=rulebook.current().parameter("drafts.take_after_minutes", TAKE_AFTER))
