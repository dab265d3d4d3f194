"""派单台: what waits for reviewer, dispatcher and district centre, by kind of decision."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from petitions.models import Assignment, Petition, Request
from petitions.states import UNIT_OWES, CaseState, RequestState

SHOWN = 60

PARTS = {
    "review": Q(state=CaseState.PENDING_REVIEW),
    "dispatch": Q(state__in=[CaseState.PENDING_DISPATCH, CaseState.REHANDLING]),
    "return": Q(requests__kind=Request.Kind.RETURN, requests__state=RequestState.FILED),
    "extension": Q(requests__kind=Request.Kind.EXTENSION, requests__state=RequestState.FILED),
    "conference": Q(state=CaseState.IN_CONFERENCE),
    "reply": Q(state=CaseState.REPLY_REVIEW),
}
# Where each role's day starts.
FIRST = {"reviewer": "review", "dispatcher": "dispatch", "center": "conference"}


@dataclass(frozen=True)
class Desk:
    which: str
    tabs: tuple[tuple[str, int], ...]
    rows: tuple[Petition, ...]


def of(staff: Any, *, which: str) -> Desk:
    """Two statements: the counts of all parts and the rows of one, nearest deadline first."""
    if which not in PARTS:
        which = next((FIRST[role] for role in FIRST if staff.has_role(role)), "dispatch")
    cases = Petition.objects.visible_to(staff)
    counts = cases.aggregate(**{f"n_{code}": Count("pk", filter=part, distinct=True) for code, part in PARTS.items()})
    rows = cases.filter(PARTS[which]).select_related("main_department", "proposed_department", "category", "area")
    tabs = tuple((code, counts[f"n_{code}"]) for code in PARTS)
    return Desk(which, tabs, tuple(rows.defer("search").order_by("due_at", "pk").distinct()[:SHOWN]))


def load_of(department_ids: list[int]) -> dict[int, int]:
    """How many cases each unit owes an answer for right now: a drowned unit shows before it is sent more."""
    rows = Assignment.objects.filter(department_id__in=department_ids, state__in=UNIT_OWES)
    return dict(rows.values_list("department_id").annotate(Count("pk")))
