"""时限队列: what waits for this person, nearest deadline first."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from petitions import rules
from petitions.models import Petition
from petitions.states import OWING, CaseState

SHOWN = 10  # what a screen has room for; who scrolls to the end gets all that are shown at most
MOST_SHOWN = 30
# A queue shows what runs out within a shift as 临期; the lamp of a single case knows its own limit.
SOON = timedelta(hours=4)
WAITING = (CaseState.PENDING_REVIEW, CaseState.PENDING_DISPATCH, CaseState.REHANDLING)


@dataclass(frozen=True)
class Tab:
    code: str
    count: int


@dataclass(frozen=True)
class Queue:
    which: str
    tabs: tuple[Tab, ...]
    rows: tuple[Petition, ...]
    is_whole: bool  # False: there are more, and `of` would show more of them


def of(staff: Any, *, which: str, now: datetime, is_whole: bool = False) -> Queue:
    """Three statements, whatever the number of cases."""
    cases = Petition.objects.visible_to(staff).filter(state__in=OWING)
    parts = _parts(staff, now)
    which = which if which in parts else "mine"
    counts = cases.aggregate(**{code: Count("pk", filter=part, distinct=True) for code, part in parts.items()})
    rows = _nearest(cases.filter(parts[which]), MOST_SHOWN if is_whole else SHOWN)
    is_whole = is_whole or counts[which] <= SHOWN
    return Queue(which, tuple(Tab(code, counts[code]) for code in parts), rows, is_whole)


def _parts(staff: Any, now: datetime) -> dict[str, Q]:
    mine = Q(main_department_id=staff.department_id) if staff.has_role(*rules.UNIT) else Q(registered_by=staff)
    return {
        "mine": mine,
        "wait": Q(state__in=WAITING),
        "soon": Q(due_at__gte=now, due_at__lt=now + SOON),
        "over": Q(due_at__lt=now),
    }


def _nearest(cases: QuerySet, most: int) -> tuple[Petition, ...]:
    return tuple(cases.select_related("main_department").defer("search").order_by("due_at", "pk")[:most])
