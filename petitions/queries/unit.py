"""承办单位的工作列表: what the person's unit owes, most urgent first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q

from petitions.models import Assignment
from petitions.queries import keyset
from petitions.states import ACTIVE, UNIT_OWES, AssignmentState

TABS = {
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


@dataclass(frozen=True)
class Filters:
    """What narrows a tab: words of the title or the number, the unit's role, a leaf, only what is late."""

    words: str = ""
    part: str = ""
    leaf: str = ""
    late_at: datetime | None = None


def queue(staff: Any, tab: str, *, after: str = "", filters: Filters | None = None) -> keyset.Page:
    """One tab of the unit's list: one statement. Answered parts have no clock and come newest first."""
    rows = Assignment.objects.of_unit(staff.department_id).filter(state__in=TABS.get(tab, TABS["doing"]))
    rows = _narrowed(rows, filters or Filters())
    rows = rows.select_related("petition__category", "petition__area", "department")
    return keyset.by_id(rows, after) if tab == "answered" else keyset.by_due(rows, after)


def counts(staff: Any, *, now: datetime) -> dict[str, int]:
    """How many in each tab, and how many are late: one statement."""
    sums = {tab: Count("pk", filter=Q(state__in=states)) for tab, states in TABS.items()}
    late = Count("pk", filter=Q(state__in=UNIT_OWES, due_at__lt=now))
    rows = Assignment.objects.of_unit(staff.department_id).filter(state__in=ACTIVE)
    return rows.order_by().aggregate(**sums, late=late)


def leaves(staff: Any) -> list[tuple[str, str]]:
    """The leaves among what the unit has in hand, for the filter: one statement."""
    rows = Assignment.objects.of_unit(staff.department_id).filter(state__in=ACTIVE, petition__category__isnull=False)
    pairs = rows.order_by().values_list("petition__category__code", "petition__category__full_name").distinct()
    return sorted(pairs)


def _narrowed(rows: Any, filters: Filters) -> Any:
    if filters.words:
        rows = rows.filter(Q(petition__title__icontains=filters.words) | Q(petition__no=filters.words.upper()))
    if filters.part:
        rows = rows.filter(part=filters.part)
    if filters.leaf:
        rows = rows.filter(petition__category__code=filters.leaf)
    if filters.late_at:
        rows = rows.filter(due_at__lt=filters.late_at)
    return rows
