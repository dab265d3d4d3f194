"""Grouping a month anew as a job, when somebody does not want to wait for the calendar. What people edited stays."""

from __future__ import annotations

from datetime import date
from typing import Any

from petitions import errors, rules
from petitions.insight.topics import running as grouping
from petitions.models import Job
from petitions.services import clock, jobs

KIND = "topic_month"


def ask(month: date, *, actor: Any) -> Job:
    """The job that groups the month that begins on `month`, or the one that waits or runs already. Raises NotYours."""
    if not actor.has_role(*rules.EDIT_TOPICS):
        raise errors.NotYours
    said = {"month": month.isoformat()}
    begun = Job.objects.filter(kind=KIND, params=said, state__in=jobs.UNFINISHED).first()
    return begun or jobs.start(KIND, owner_id=actor.pk, total=grouping.STEPS, params=said)


def newest(month: date) -> Job | None:
    """One statement."""
    rows = Job.objects.filter(kind=KIND, params={"month": month.isoformat()})
    return rows.select_related("owner").order_by("-pk").first()


def run_waiting() -> int:
    return jobs.run_waiting(KIND, _group)


def _group(running: jobs.Running) -> dict[str, Any]:
    month = date.fromisoformat(running.job.params["month"])
    found = grouping.run(month, now=clock.now(), reached=running.reached)
    return {"cases": found.cases, "topics": found.topics, "kept": found.kept, "before": found.before}
