"""影响预览: the cases of the last weeks decided again, by the edition in force and by the draft.

A few are decided while the page waits; more become a job, which the worker carries out in batches and whose row tells
how far it is. A job whose worker was killed is taken up again by the next ring: its lock went with the connection.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

from petitions import errors
from petitions.models import Job
from petitions.queries import catalogue_impact as past
from petitions.services import clock
from petitions.services.catalogue import editing
from petitions.services.catalogue_tally import Tally
from routing import drafts
from routing.models import CatalogueVersion
from routing.replay import Replay
from routing.rulebook import Rulebook, current
from routing.snapshots import read_version

KIND = "catalogue_impact"
UNFINISHED = (Job.State.WAITING, Job.State.RUNNING)
DAYS, MOST_DAYS = 90, 366
AT_ONCE = 5_000


def start(version_id: int, *, days: int = DAYS, actor: Any, now: datetime | None = None) -> Job:
    """Preview a draft over the last `days`. Raises PreviewRunning and CatalogueRefused."""
    now, days = now or clock.now(), min(max(days, 1), MOST_DAYS)
    with editing(actor), transaction.atomic():
        drafts.opened(version_id)
        if of_version(version_id).filter(state__in=UNFINISHED).exists():
            raise errors.PreviewRunning
        since = now - timedelta(days=days)
        params = {"version": version_id, "days": days, "since": since.isoformat(), "until": now.isoformat()}
        job = Job.objects.create(kind=KIND, owner=actor, params=params, total=past.count(since, now))
    if job.total <= int(current().parameter("catalogue.preview_at_once", AT_ONCE)):
        run(job.pk)
        job.refresh_from_db()
    return job


def of_version(version_id: int) -> QuerySet:
    """The previews of a draft, the newest first."""
    return Job.objects.filter(kind=KIND, params__version=version_id).order_by("-pk")


def cancel(job_id: int, *, actor: Any) -> None:
    """The worker sees it after its batch."""
    with editing(actor), transaction.atomic():
        job = Job.objects.select_for_update().filter(pk=job_id, kind=KIND, state__in=UNFINISHED).first()
        if job:
            _end(job, Job.State.CANCELLED, clock.now())


def run_waiting() -> int:
    """Carry out what waits, and what a killed worker left. Safe to ring twice; returns how many were carried out."""
    waiting = Job.objects.filter(kind=KIND, state__in=UNFINISHED).order_by("pk")
    return sum(run(pk) for pk in waiting.values_list("pk", flat=True))


def run(job_id: int) -> bool:
    """One job from its first case on, unless somebody else is at it."""
    with _alone(job_id) as is_mine:
        job = Job.objects.filter(pk=job_id, state__in=UNFINISHED).first() if is_mine else None
        if job is None:
            return False
        try:
            _carry_out(job)
        except Exception as problem:  # the row must not say "running" for ever; the ring that failed is logged
            _end(job, Job.State.FAILED, clock.now(), error=f"{type(problem).__name__}: {problem}"[:500])
            raise
    return True


# ── inside ──
def _carry_out(job: Job) -> None:
    version = CatalogueVersion.objects.filter(pk=job.params["version"]).first()
    if version is None:
        _end(job, Job.State.CANCELLED, clock.now())
        return
    job.state, job.started_at, job.done = Job.State.RUNNING, clock.now(), 0
    job.save(update_fields=["state", "started_at", "done"])
    since, until = (datetime.fromisoformat(job.params[name]) for name in ("since", "until"))
    rules = current()
    tally = _tally(version, rules, until)
    for batch in past.batches(since, until):
        tally.add(batch)
        job.done = min(tally.cases, job.total)
        if not _still_wanted(job):
            return
    job.done = job.total
    _end(job, Job.State.DONE, clock.now(), result=tally.result(stamp=rules.stamp))


def _tally(version: CatalogueVersion, rules: Rulebook, now: datetime) -> Tally:
    today = clock.local(now).date()
    return Tally(Replay(rules.snapshot(today)), Replay(read_version(version, rules.parameters)), rules)


def _still_wanted(job: Job) -> bool:
    """Say how far it is; False when somebody cancelled it meanwhile. The state itself is not written here."""
    job.save(update_fields=["done"])
    return Job.objects.filter(pk=job.pk, state=Job.State.RUNNING).exists()


def _end(job: Job, state: str, at: datetime, *, result: dict | None = None, error: str = "") -> None:
    job.state, job.ended_at, job.result, job.error = state, at, result or {}, error
    job.save(update_fields=["state", "ended_at", "result", "error", "done"])


@contextmanager
def _alone(job_id: int) -> Iterator[bool]:
    """A lock of this connection: it ends with the process, so a killed worker holds nobody up."""
    key = [f"{KIND}:{job_id}"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", key)
        is_mine = cursor.fetchone()[0]
        try:
            yield is_mine
        finally:
            if is_mine:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", key)
