"""Measuring a theme as a job: asked for by a person, or by the calendar once a month while the theme is running."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from petitions import errors, rules
from petitions.insight.models import MonthlyIssue
from petitions.insight.monthly import measuring
from petitions.insight.monthly.deciding import State
from petitions.models import Job
from petitions.services import clock, jobs
from petitions.services.door import system

KIND = "monthly_measure"


def ask(pk: int, *, actor: Any) -> Job:
    """The job that measures it, or the one that waits or runs already. Raises NotYours, Unknown, MonthlyMoved."""
    if not rules.may_choose_monthly(None, actor):
        raise errors.NotYours
    measuring.may_be_measured(pk)
    return _unfinished(pk) or jobs.start(KIND, owner_id=actor.pk, total=measuring.STEPS, params={"issue": pk})


def ask_due(*, now: datetime) -> int:
    """Every running theme that was not measured in this month. How many were asked for."""
    month = clock.local(now).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    running = MonthlyIssue.objects.filter(state=State.RUNNING, starts_on__lt=month.date())
    due = running.exclude(measures__at__gte=month).values_list("pk", flat=True)
    return len([ask(pk, actor=system()) for pk in due if _unfinished(pk) is None])


def newest(pk: int) -> Job | None:
    """One statement."""
    return Job.objects.filter(kind=KIND, params__issue=pk).select_related("owner").order_by("-pk").first()


def run_waiting() -> int:
    return jobs.run_waiting(KIND, _measure)


def _unfinished(pk: int) -> Job | None:
    return Job.objects.filter(kind=KIND, params__issue=pk, state__in=jobs.UNFINISHED).first()


def _measure(running: jobs.Running) -> dict[str, Any]:
    job = running.job
    kept = measuring.measure(job.params["issue"], actor=job.owner, now=clock.now(), reached=running.reached)
    return {"measure": kept.pk}
