"""Finding the cases whose limits have come, and visiting them: by index, in batches, shared between sweepers.

A batch is one transaction over cases that nobody else holds (SKIP LOCKED). Where one case of a batch fails, the batch
is undone and its cases are visited one by one, so that only the one that fails stays behind, for a while.
"""

import logging
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Q

from petitions.alarms import Alarm, Kind
from petitions.models import Petition
from petitions.services.deadlines import acts, batch
from petitions.services.door import opened, system

log = logging.getLogger(__name__)
BATCH = 500
PAUSE = timedelta(minutes=10)  # before a case that could not be visited is tried again
NOBODY_HOME = (OperationalError, InterfaceError)  # the database is away: that is no case's fault


@dataclass(frozen=True)
class Swept:
    """What a sweep did: escalations by kind, how many cases it looked at, how many it had to leave for later."""

    kinds: Counter = field(default_factory=Counter)
    visited: int = 0
    left: int = 0

    def __add__(self, other: "Swept") -> "Swept":
        return Swept(self.kinds + other.kinds, self.visited + other.visited, self.left + other.left)

    @property
    def done(self) -> int:
        return self.kinds.total()

    @property
    def signed(self) -> int:
        return self.kinds[Kind.SIGN]

    @property
    def expired(self) -> int:
        return self.kinds[Kind.EXPIRED]

    @property
    def info_expired(self) -> int:
        return self.kinds[Kind.INFO]


def sweep(*, now: datetime, size: int = BATCH, most: int | None = None) -> Swept:
    """Do everything that is due at `now`, oldest first; at most so many cases if `most` is given."""
    swept = Swept()
    while most is None or swept.visited < most:
        some = _sweep_some(now, size if most is None else min(size, most - swept.visited))
        swept += some
        if not some.visited:
            break
    return swept


def look_at_all_again(*, now: datetime) -> int:
    """After a change of the thresholds: every case with a running clock is looked at in the next sweep."""
    running = Petition.objects.filter(Q(due_at__isnull=False) | Q(next_check_at__isnull=False))
    return running.update(next_check_at=now)


def _sweep_some(now: datetime, size: int) -> Swept:
    claimed: list[int] = []
    try:
        with transaction.atomic():
            cases = batch.claim(now, size)
            claimed = [case.petition.pk for case in cases]
            done = [alarm for case in cases for alarm in acts.visit(case, case.beside, case.rung)]
            batch.write(cases)
            return Swept(_count(done), visited=len(cases))
    except NOBODY_HOME:
        raise
    except Exception as problem:  # noqa: BLE001 - one case that cannot be visited must not hold up all the others
        if not claimed:
            raise
        log.warning("a batch of %s cases is swept one by one: %s", len(claimed), type(problem).__name__)
    return sum((visit_one(pk, now=now) for pk in claimed), Swept())


def visit_one(petition_id: int, *, now: datetime) -> Swept:
    """The same for one case, in a transaction of its own; what cannot be done now is tried again after a pause."""
    try:
        with transaction.atomic():
            if not batch.is_free(petition_id, now):
                return Swept()
            with opened(petition_id, actor=system(), now=now) as case:
                done = acts.visit(
                    case, batch.beside_all([petition_id])[petition_id], batch.rung_all([petition_id])[petition_id]
                )
                next_check_at = case.petition.next_check_at
            Petition.objects.filter(pk=petition_id).update(next_check_at=next_check_at)
            return Swept(_count(done), visited=1)
    except NOBODY_HOME:
        raise
    except Exception:  # noqa: BLE001
        log.exception("case %s could not be swept; it is tried again at %s", petition_id, now + PAUSE)
        Petition.objects.filter(pk=petition_id).update(next_check_at=now + PAUSE)
        return Swept(visited=1, left=1)


def _count(done: list[Alarm]) -> Counter:
    return Counter(alarm.kind for alarm in done)
