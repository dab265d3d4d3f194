"""The proof that history was not rewritten: per-case hash chains, and one seal over all events of a day."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as time_of_day
from itertools import groupby

from django.db import IntegrityError, transaction

from petitions.models import DaySeal, Event, Petition
from petitions.models.event import GENESIS
from petitions.services import clock

CHUNK = 5000


@dataclass(frozen=True)
class Broken:
    """One place where the record does not hold together."""

    where: str
    what: str


def verify() -> Iterator[Broken]:
    """Recompute every chain, compare each with its case, and every seal with its day. Yields what does not hold."""
    heads = _heads()
    for petition_id, events in groupby(_events(), key=lambda e: e.petition_id):
        head = heads.pop(petition_id, None)
        yield from _verify_chain(petition_id, events, head)
    for petition_id, (no, seq, _, _) in heads.items():
        yield Broken(no, f"events missing: the case counts {seq}" if seq else f"case {petition_id} has no events")
    yield from _verify_seals()


def verify_case(petition: Petition) -> Iterator[Broken]:
    """The chain of one case, compared with the row as it is in memory."""
    head = (petition.no, petition.event_seq, petition.event_hash, petition.state)
    yield from _verify_chain(petition.pk, petition.events.order_by("seq").iterator(chunk_size=CHUNK), head)


def _events() -> Iterator[Event]:
    return Event.objects.order_by("petition_id", "seq").iterator(chunk_size=CHUNK)


def _heads() -> dict[int, tuple[str, int, str, str]]:
    rows = Petition.objects.values_list("id", "no", "event_seq", "event_hash", "state")
    return {pk: (no, seq, digest, state) for pk, no, seq, digest, state in rows.iterator(chunk_size=CHUNK)}


def _verify_chain(petition_id: int, events: Iterator[Event], head: tuple | None) -> Iterator[Broken]:
    where, before, last, state = head[0] if head else str(petition_id), GENESIS, 0, ""
    for event in events:
        if event.seq != last + 1:
            yield Broken(f"{where}#{event.seq}", f"follows #{last}")
        if event.prev_hash != before:
            yield Broken(f"{where}#{event.seq}", "does not carry the hash of the event before it")
        if event.digest() != event.hash:
            yield Broken(f"{where}#{event.seq}", "was changed: its hash does not fit its content")
        last, before = event.seq, event.hash
        state = event.after if event.subject == Event.Subject.CASE and event.after else state
    if head and (last, before) != (head[1], head[2]):
        yield Broken(where, f"the case points at event {head[1]}, the chain ends at {last}")
    if head and state != head[3]:
        yield Broken(where, f"the case is {head[3]}, its events say {state}")


# ── day seals ──
def seal_until_yesterday(*, now: datetime) -> int:
    """Seal every finished day that is not sealed yet; returns how many. Two sealers at once: one wins."""
    sealed, day = 0, _first_open_day()
    while day is not None and day < clock.local(now).date():
        try:
            with transaction.atomic():
                _seal(day, now)
        except IntegrityError:
            return sealed
        sealed, day = sealed + 1, day + timedelta(days=1)
    return sealed


def _first_open_day() -> date | None:
    last = DaySeal.objects.order_by("-day").first()
    if last:
        return last.day + timedelta(days=1)
    first = Event.objects.order_by("at").values_list("at", flat=True).first()
    return clock.local(first).date() if first else None


def _seal(day: date, now: datetime) -> DaySeal:
    before = DaySeal.objects.filter(day__lt=day).order_by("-day").first()
    prev_hash = before.hash if before else GENESIS
    count, digest = _day_digest(day, prev_hash)
    return DaySeal.objects.create(day=day, events=count, prev_hash=prev_hash, hash=digest, sealed_at=now)


def _day_digest(day: date, prev_hash: str) -> tuple[int, str]:
    begins = datetime.combine(day, time_of_day(), tzinfo=clock.SHANGHAI)
    events = Event.objects.filter(at__gte=begins, at__lt=begins + timedelta(days=1))
    digest, count = hashlib.sha256(f"{day}|{prev_hash}".encode()), 0
    for event_hash in events.order_by("petition_id", "seq").values_list("hash", flat=True).iterator(chunk_size=CHUNK):
        digest.update(event_hash.encode())
        count += 1
    return count, digest.hexdigest()


def _verify_seals() -> Iterator[Broken]:
    before = GENESIS
    for seal in DaySeal.objects.order_by("day"):
        if seal.prev_hash != before:
            yield Broken(f"seal {seal.day}", "does not carry the seal before it")
        if (seal.events, seal.hash) != _day_digest(seal.day, seal.prev_hash):
            yield Broken(f"seal {seal.day}", f"does not fit the events of that day (sealed {seal.events})")
        before = seal.hash
