"""The work lists: what waits for review and dispatch, what a unit owes, whom to call back."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from petitions.models import Assignment, Petition, Request
from petitions.queries import keyset
from petitions.states import ACTIVE, UNIT_OWES, AssignmentState, CaseState, RequestState

DISPATCH_TABS = {
    "review": (CaseState.PENDING_REVIEW,),
    "dispatch": (CaseState.PENDING_DISPATCH, CaseState.REHANDLING),
    "conference": (CaseState.IN_CONFERENCE,),
    "reply": (CaseState.REPLY_REVIEW,),
    "info": (CaseState.AWAITING_INFO,),
}
UNIT_TABS = {
    "sign": (AssignmentState.PENDING_SIGN,),
    "doing": (
        AssignmentState.SIGNED,
        AssignmentState.WHISTLING,
        AssignmentState.SUB_DISPATCHED,
        AssignmentState.EXTENSION_REQUESTED,
        AssignmentState.RETURN_REQUESTED,
    ),
    "approve": (AssignmentState.INTERNAL_REVIEW,),
    "answered": (AssignmentState.ANSWERED,),
}


def dispatch_queue(tab: str, *, after: str = "") -> keyset.Page:
    """One tab of the dispatch desk, most urgent first."""
    rows = Petition.objects.filter(state__in=DISPATCH_TABS.get(tab, DISPATCH_TABS["dispatch"]))
    rows = rows.select_related("category", "area", "proposed_department")
    return keyset.by_due(rows.defer("text", "search", "answer"), after)


def dispatch_counts() -> dict[str, int]:
    """How many wait in each tab: one statement over the small part of the table that is open."""
    sums = {tab: Count("pk", filter=Q(state__in=states)) for tab, states in DISPATCH_TABS.items()}
    everything = [state for states in DISPATCH_TABS.values() for state in states]
    counts = Petition.objects.filter(state__in=everything).order_by().aggregate(**sums)
    counts["requests"] = open_requests().count()
    return counts


def open_requests() -> QuerySet:
    """退单、延期 and the three-tier requests that wait for somebody."""
    waiting = (RequestState.FILED, RequestState.UNIT_APPROVED, RequestState.DEPARTMENT_APPROVED)
    rows = Request.objects.filter(state__in=waiting)
    return rows.select_related("petition__category", "department", "proposed_department", "filed_by").order_by("id")


def unit_queue(staff: Any, tab: str, *, after: str = "") -> keyset.Page:
    """What the person's unit owes, most urgent first; answered parts have no clock and come newest first."""
    rows = Assignment.objects.of_unit(staff.department_id)
    rows = rows.filter(state__in=UNIT_TABS.get(tab, UNIT_TABS["doing"]))
    rows = rows.select_related("petition__category", "petition__area", "department")
    return keyset.by_id(rows, after) if tab == "answered" else keyset.by_due(rows, after)


def unit_counts(staff: Any, *, now: datetime) -> dict[str, int]:
    sums = {tab: Count("pk", filter=Q(state__in=states)) for tab, states in UNIT_TABS.items()}
    late = Count("pk", filter=Q(state__in=UNIT_OWES, due_at__lt=now))
    rows = Assignment.objects.of_unit(staff.department_id).filter(state__in=ACTIVE)
    return rows.order_by().aggregate(**sums, late=late)


def callback_queue(*, now: datetime, after: str = "") -> keyset.Page:
    """Whom to call now: the round is open, and the pause after an unanswered call is over."""
    rows = Petition.objects.filter(state=CaseState.PENDING_CALLBACK)
    rows = rows.filter(Q(next_call_at=None) | Q(next_call_at__lte=now))
    rows = rows.select_related("category", "area", "main_department", "caller")
    return keyset.by_due(rows.defer("search"), after)


def deadline_queue(*, now: datetime, most: int = 12) -> list[Petition]:
    """The strip beside the intake form: the open cases whose clock ends first."""
    rows = Petition.objects.filter(due_at__isnull=False).select_related("main_department").order_by("due_at", "pk")
    return list(rows.defer("text", "search", "answer")[:most])


def deadline_counts(*, now: datetime, soon: timedelta) -> dict[str, int]:
    running = Petition.objects.filter(due_at__isnull=False).order_by()
    return running.aggregate(
        late=Count("pk", filter=Q(due_at__lt=now)),
        soon=Count("pk", filter=Q(due_at__gte=now, due_at__lt=now + soon)),
        waiting=Count("pk", filter=Q(state__in=DISPATCH_TABS["dispatch"] + DISPATCH_TABS["review"])),
    )


def unit_loads(department_ids: list[int], *, now: datetime) -> dict[int, tuple[int, int]]:
    """(open, late) parts of each unit: a drowned unit is visible before it is sent more."""
    rows = Assignment.objects.filter(department_id__in=department_ids, state__in=UNIT_OWES).order_by()
    grouped = rows.values("department_id").annotate(n=Count("pk"), late=Count("pk", filter=Q(due_at__lt=now)))
    return {row["department_id"]: (row["n"], row["late"]) for row in grouped}
