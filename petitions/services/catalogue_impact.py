"""影响预览: the cases of the last weeks decided again, by the edition in force and by the draft.

A few are decided while the page waits; more become a job, which the worker carries out in batches and whose row tells
how far it is. A job whose worker was killed is taken up again by the next ring: its lock went with the connection.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from petitions import errors
from petitions.models import Job
from petitions.queries import catalogue_impact as past
from petitions.services import clock, jobs
from petitions.services.catalogue import editing
from petitions.services.catalogue_tally import Tally
from routing import drafts
from routing.models import CatalogueVersion
from routing.replay import Replay
from routing.rulebook import Rulebook, current
from routing.snapshots import read_version

KIND = "catalogue_impact"
DAYS, MOST_DAYS = 90, 366
AT_ONCE = 5_000


def start(version_id: int, *, days: int = DAYS, actor: Any, now: datetime | None = None) -> Job:
    """Preview a draft over the last `days`. Raises PreviewRunning and CatalogueRefused."""
    now, days = now or clock.now(), min(max(days, 1), MOST_DAYS)
    with editing(actor), transaction.atomic():
        drafts.opened(version_id)
        if of_version(version_id).filter(state__in=jobs.UNFINISHED).exists():
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
    with editing(actor):
        jobs.cancel(job_id, kind=KIND)


def run_waiting() -> int:
    """Carry out what waits, and what a killed worker left. Safe to ring twice; returns how many were carried out."""
    return jobs.run_waiting(KIND, _carry_out)


def run(job_id: int) -> bool:
    """One job from its first case on, unless somebody else is at it."""
    return jobs.run(job_id, _carry_out, kind=KIND)


# ── inside ──
def _carry_out(running: jobs.Running) -> dict:
    job = running.job
    version = CatalogueVersion.objects.filter(pk=job.params["version"]).first()
    if version is None:
        jobs.cancel(job.pk, kind=KIND)
        raise jobs.Cancelled
    since, until = (datetime.fromisoformat(job.params[name]) for name in ("since", "until"))
    rules = current()
    tally = _tally(version, rules, until)
    for batch in past.batches(since, until):
        tally.add(batch)
        running.reached(tally.cases)
    return tally.result(stamp=rules.stamp)


def _tally(version: CatalogueVersion, rules: Rulebook, now: datetime) -> Tally:
    today = clock.local(now).date()
    return Tally(Replay(rules.snapshot(today)), Replay(read_version(version, rules.parameters)), rules)
