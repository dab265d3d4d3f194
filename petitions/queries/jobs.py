"""作业: the long works of one person, or of everybody for those who answer for the system."""

from typing import Any

from petitions.models import Job
from petitions.queries import keyset
from petitions.queries.keyset import Page
from petitions.rules import SEE_ALL_JOBS

PAGE = 20


def running(staff: Any) -> int:
    """How many of one's own jobs have not ended. One statement."""
    return Job.objects.filter(owner=staff, state__in=[Job.State.WAITING, Job.State.RUNNING]).count()


def page(staff: Any, after: str, *, everybody: bool) -> Page:
    """The newest first. One statement."""
    jobs = Job.objects.select_related("owner")
    if not (everybody and staff.has_role(*SEE_ALL_JOBS)):
        jobs = jobs.filter(owner=staff)
    return keyset.by_id(jobs, after, size=PAGE)
