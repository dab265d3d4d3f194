"""Recomputing a published period from its events, as a job: a month of a big city takes longer than a page may."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from petitions import errors, rules
from petitions.insight import publish
from petitions.insight.models import Publication
from petitions.models import Job
from petitions.services import jobs

KIND = "check_publication"
MOST_NAMED = 50  # differences that are kept in words; the rest are counted


def ask(pk: int, *, actor: Any) -> Job:
    """A check of this publication, or the one that waits or runs already. Raises NotYours, Unknown."""
    if not actor.has_role(*rules.SEE_SCORES):
        raise errors.NotYours
    if not Publication.objects.filter(pk=pk).exists():
        raise errors.Unknown
    begun = Job.objects.filter(kind=KIND, params__publication=pk, state__in=jobs.UNFINISHED).first()
    return begun or jobs.start(KIND, owner_id=actor.pk, total=0, params={"publication": pk})


def newest(publications: Iterable[int]) -> dict[int, Job]:
    """The newest check of each of these publications: one statement."""
    rows = Job.objects.filter(kind=KIND, params__publication__in=list(publications)).select_related("owner")
    return {job.params["publication"]: job for job in rows.order_by("id")}


def run_waiting() -> int:
    return jobs.run_waiting(KIND, _check)


def _check(running: jobs.Running) -> dict[str, Any]:
    def reached(done: int, of: int) -> None:
        running.expect(of)
        running.reached(done)

    found = Publication.objects.select_related("period", "formula").get(pk=running.job.params["publication"])
    differences = list(publish.verify(found, progress=reached))
    return {
        "lines": found.scores.count(),
        "event": found.cutoff_event,
        "differing": len(differences),
        "differences": differences[:MOST_NAMED],
    }
