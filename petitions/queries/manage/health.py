"""健康: what runs, what stands still, and the figures a person needs to say which of the two it is."""

import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from celery.schedules import crontab, maybe_schedule
from django.db import connection
from django.db.models import Min

from nlp.models import TrainedModel
from petitions.models import Beat, Delivery, Job, Outbox

OUTBOX_LAG = timedelta(minutes=1)  # it is emptied every second: a minute behind means that the worker stands still
JOB_STANDS = timedelta(minutes=30)
LEAST_FREE = 0.1  # of a disk: below this, backups and the database stop first
MOST_SHOWN = 10
GRACE = timedelta(minutes=2)


@dataclass(frozen=True)
class Database:
    version: str
    milliseconds: float
    bytes: int
    connections: int
    most_connections: int


@dataclass(frozen=True)
class Queue:
    """`oldest` is when the row that waits longest should have gone."""

    waiting: int
    failed: int
    oldest: datetime | None
    is_late: bool


@dataclass(frozen=True)
class Disk:
    total: int
    free: int

    @property
    def share_free(self) -> float:
        return self.free / self.total if self.total else 0.0

    @property
    def is_low(self) -> bool:
        return self.share_free < LEAST_FREE


@dataclass(frozen=True)
class Bell:
    """`every` is how often it should ring; None where the calendar says when."""

    name: str
    task: str
    every: timedelta | None
    beat: Beat | None
    is_late: bool

    @property
    def is_failing(self) -> bool:
        """Broke off after it last rang to its end."""
        if self.beat is None or self.beat.failed_at is None:
            return False
        return self.beat.rung_at is None or self.beat.failed_at > self.beat.rung_at


def database() -> Database:
    """Two statements; the first of them, timed, is the way there and back."""
    with connection.cursor() as cursor:
        start = time.perf_counter()
        cursor.execute("SELECT 1")
        took = (time.perf_counter() - start) * 1000
        cursor.execute(
            "SELECT current_setting('server_version'), pg_database_size(current_database()),"
            " (SELECT count(*) FROM pg_stat_activity), current_setting('max_connections')::int"
        )
        version, size, used, most = cursor.fetchone()
    return Database(version, took, size, used, most)


def outbox(*, now: datetime) -> Queue:
    ready = Outbox.objects.ready(now)
    oldest = ready.aggregate(at=Min("next_try_at"))["at"]
    failed = Outbox.objects.filter(state=Outbox.State.FAILED).count()
    return Queue(ready.count(), failed, oldest, bool(oldest and now - oldest > OUTBOX_LAG))


def deliveries(*, now: datetime) -> Queue:
    waiting = Delivery.objects.filter(state=Delivery.State.WAITING, next_try_at__lte=now)
    oldest = waiting.aggregate(at=Min("next_try_at"))["at"]
    dead = Delivery.objects.filter(state=Delivery.State.DEAD).count()
    return Queue(waiting.count(), dead, oldest, bool(oldest and now - oldest > OUTBOX_LAG))


def failed_jobs(*, now: datetime) -> Sequence[Job]:
    """Jobs that failed in the last week, newest first."""
    since = now - timedelta(days=7)
    rows = Job.objects.filter(state=Job.State.FAILED, ended_at__gte=since).select_related("owner")
    return rows.order_by("-id")[:MOST_SHOWN]


def standing_jobs(*, now: datetime) -> int:
    return Job.objects.filter(state=Job.State.WAITING, created_at__lt=now - JOB_STANDS).count()


def models() -> Sequence[TrainedModel]:
    return TrainedModel.objects.filter(is_active=True).order_by("kind")


def disk(folder: Path) -> Disk:
    space = shutil.disk_usage(folder)
    return Disk(space.total, space.free)


def beats() -> dict[str, Beat]:
    return {beat.name: beat for beat in Beat.objects.all()}


def bells(schedule: Mapping[str, Mapping[str, Any]], *, now: datetime) -> Sequence[Bell]:
    """Every bell of the schedule ({name: {"task", "schedule"}}), with its last ring. One statement."""
    known = beats()
    return [_bell(name, entry, known.get(entry["task"]), now) for name, entry in schedule.items()]


def _bell(name: str, entry: Mapping[str, Any], beat: Beat | None, now: datetime) -> Bell:
    rhythm = maybe_schedule(entry["schedule"])
    every = None if isinstance(rhythm, crontab) else rhythm.run_every
    rung = beat.rung_at if beat else None
    # A bell that never rang is late only where it should ring all the time: a new system has not seen its first night.
    late = bool(every) if rung is None else rhythm.remaining_estimate(rung) < -_grace(every)
    return Bell(name, entry["task"], every, beat, late)


def _grace(every: timedelta | None) -> timedelta:
    """How long after its time a bell is not yet late; the row about it may itself be a while old."""
    return max(GRACE, 3 * every) if every else 3 * GRACE
