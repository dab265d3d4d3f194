"""批量审核: requests of one kind, each decided in a commit of its own, so that one refusal stops none."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from petitions import errors
from petitions.models import Request
from petitions.services import clock, requests

MOST = 200


@dataclass(frozen=True)
class Decided:
    requests: Sequence[Request]
    refused: Sequence[str]  # one sentence for each that could not be decided


def approve(
    ids: Iterable[int], *, actor: Any, note: str = "", citizen_told: bool = False, now: datetime | None = None
) -> Decided:
    """One tier up for each. Raises NothingChosen or MixedKinds before anything is decided."""
    now = now or clock.now()
    return _each(ids, lambda pk: requests.approve(pk, actor=actor, note=note, citizen_told=citizen_told, now=now))


def refuse(ids: Iterable[int], *, actor: Any, note: str, now: datetime | None = None) -> Decided:
    """Raises NoReason, NothingChosen or MixedKinds before anything is decided."""
    now = now or clock.now()
    if not note.strip():
        raise errors.NoReason
    return _each(ids, lambda pk: requests.refuse(pk, actor=actor, note=note, now=now))


def _each(ids: Iterable[int], decide: Callable[[int], Request]) -> Decided:
    chosen = list(Request.objects.filter(pk__in=list(ids)[:MOST]).select_related("petition").order_by("pk"))
    if not chosen:
        raise errors.NothingChosen
    if len({row.kind for row in chosen}) > 1:
        raise errors.MixedKinds
    done, refused = [], []
    for row in chosen:
        try:
            done.append(decide(row.pk))
        except errors.PetitionError as refusal:
            refused.append(f"{row.petition.no}：{refusal.message}")
    return Decided(done, refused)
