"""Long work as rows: whoever rings carries out what waits, says how far it is, and stops when somebody cancelled it.

A job whose worker was killed is taken up again by the next ring: its lock went with the connection.
"""

import time
from collections.abc import Callable
from typing import Any

from django.db import transaction

from petitions import errors, rules
from petitions.errors import PetitionError
from petitions.models import Job
from petitions.services import announce, clock, turns

UNFINISHED = (Job.State.WAITING, Job.State.RUNNING)
# Those that look at each step whether they are still wanted. An import does not: what it has written stands.
STOPPABLE = ("case_export", "catalogue_impact", "check_publication", "monthly_measure", "report", "topic_month")


TELL_EVERY = 0.5  # seconds between two words of progress to the owner's pages


class Cancelled(Exception):
    """Somebody cancelled the job; what was not committed yet is not wanted any more."""


class Running:
    """A job that is being carried out."""

    def __init__(self, job: Job):
        self.job = job
        self.told = 0.0  # when the owner's pages last heard of it, by the monotonic clock

    def expect(self, total: int) -> None:
        """How many steps there will be, where the start could not know."""
        if total != self.job.total:
            self.job.total = total
            self.job.save(update_fields=["total"])

    def reached(self, done: int, message: str = "") -> None:
        """Say how far it is. Raises Cancelled. The state itself is not written here."""
        self.job.done, self.job.message = min(done, self.job.total), message
        self.job.save(update_fields=["done", "message"])
        if time.monotonic() - self.told >= TELL_EVERY:
            self.told = time.monotonic()
            _tell(self.job)
        if not Job.objects.filter(pk=self.job.pk, state=Job.State.RUNNING).exists():
            raise Cancelled


Work = Callable[[Running], dict]


def start(kind: str, *, owner_id: int, total: int, params: dict) -> Job:
    job = Job.objects.create(kind=kind, owner_id=owner_id, total=total, params=params)
    _tell(job)
    return job


def cancel(job_id: int, *, kind: str) -> None:
    """The worker sees it at its next step; a job that has ended stays as it is."""
    with transaction.atomic():
        job = Job.objects.select_for_update().filter(pk=job_id, kind=kind, state__in=UNFINISHED).first()
        if job:
            _end(job, Job.State.CANCELLED)


def stop(job_id: int, *, actor: Any) -> Job:
    """One's own job, or any for those who answer for the system. Raises Unknown, NotYours, WrongState."""
    job = Job.objects.filter(pk=job_id).first()
    if job is None:
        raise errors.Unknown("没有找到这个作业。")
    if not rules.may_stop_job(job, actor):
        raise errors.NotYours("作业只能由发起人或系统管理员取消。")
    if job.kind not in STOPPABLE:
        raise errors.WrongState("这类作业已写入的内容不能撤回，不能中途取消。")
    cancel(job_id, kind=job.kind)
    return job


def run_waiting(kind: str, work: Work) -> int:
    """Carry out what waits, and what a killed worker left. Safe to ring twice; returns how many were carried out."""
    waiting = Job.objects.filter(kind=kind, state__in=UNFINISHED).order_by("pk")
    return sum(run(pk, work, kind=kind) for pk in list(waiting.values_list("pk", flat=True)))


def run(job_id: int, work: Work, *, kind: str) -> bool:
    """One job from its beginning, unless somebody else is at it. `work` returns the job's result.

    A refusal ends the job with its sentence; anything else ends it too and is raised, for the log of the ring.
    """
    with turns.alone(f"{kind}:{job_id}") as is_mine:
        job = Job.objects.filter(pk=job_id, kind=kind, state__in=UNFINISHED).first() if is_mine else None
        if job is None:
            return False
        job.state, job.started_at, job.done = Job.State.RUNNING, clock.now(), 0
        job.save(update_fields=["state", "started_at", "done"])
        _tell(job)
        try:
            job.result = work(Running(job))
        except Cancelled:
            return True
        except PetitionError as refusal:
            _end(job, Job.State.FAILED, error=refusal.message)
            return True
        except Exception as problem:  # the row must not say "running" for ever
            _end(job, Job.State.FAILED, error=f"{type(problem).__name__}: {problem}"[:500])
            raise
        job.done = job.total
        _end(job, Job.State.DONE)
    return True


def _end(job: Job, state: str, *, error: str = "") -> None:
    job.state, job.ended_at, job.error = state, clock.now(), error
    job.save(update_fields=["state", "ended_at", "result", "error", "done"])
    _tell(job)


def _tell(job: Job) -> None:
    """The owner's pages look again once this is committed. A job that nobody started has nobody to tell."""
    if job.owner_id:
        transaction.on_commit(lambda: announce.jobs_changed(job.owner_id))
