"""派单台: what waits for reviewer, dispatcher and district centre, by kind of decision."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q

from petitions.models import Assignment, Event, Petition, Request
from petitions.states import UNIT_OWES, CaseState, RequestState

SHOWN = 60  # rows of a list at first; scrolling asks for as many again
MOST_SHOWN = 2400

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
    shown: int = SHOWN  # how many rows were asked for

    @property
    def more(self) -> int:
        """How many rows to ask for when the list is scrolled to its end; 0 when this is all."""
        return min(self.shown + SHOWN, MOST_SHOWN) if len(self.rows) == self.shown < MOST_SHOWN else 0

    def beside(self, no: str) -> tuple[Petition | None, Petition | None]:
        """The rows before and after a case in the list (J/K); with another case open, the first comes after."""
        at = next((at for at, row in enumerate(self.rows) if row.no == no), None)
        if at is None:
            return None, self.rows[0] if self.rows else None
        return self.rows[at - 1] if at else None, self.rows[at + 1] if at + 1 < len(self.rows) else None


def of(staff: Any, *, which: str, shown: int = SHOWN) -> Desk:
    """Two statements: the counts of all parts and the rows of one, nearest deadline first."""
    shown = max(SHOWN, min(shown, MOST_SHOWN))
    if which not in PARTS:
        which = next((FIRST[role] for role in FIRST if staff.has_role(role)), "dispatch")
    cases = Petition.objects.visible_to(staff)
    counts = cases.aggregate(**{f"n_{code}": Count("pk", filter=part, distinct=True) for code, part in PARTS.items()})
    rows = cases.filter(PARTS[which]).select_related("main_department", "proposed_department", "category", "area")
    tabs = tuple((code, counts[f"n_{code}"]) for code in PARTS)
    return Desk(which, tabs, tuple(rows.defer("search").order_by("due_at", "pk").distinct()[:shown]), shown)


@dataclass(frozen=True)
class Undoable:
    """Dispatches that this person can still take back."""

    numbers: tuple[str, ...]
    until: datetime
    unit: str  # where the only one went; '' for several


def undoable(staff: Any, *, now: datetime, window: timedelta) -> Undoable | None:
    """What the person sent within the window, the latest first: one statement over the last seconds of events."""
    sent = Event.objects.filter(at__gt=now - window, at__lte=now, actor=staff, action__in=("dispatch", "redispatch"))
    sent = sent.filter(subject=Event.Subject.CASE, petition__state=CaseState.IN_PROGRESS, data__has_key="was")
    newest = list(sent.select_related("petition__main_department").order_by("-at", "-id")[:SHOWN])
    if not newest:
        return None
    # A batch carries one moment: it is undone as it was sent.
    cases = [event.petition for event in newest if event.at == newest[0].at]
    unit = str(cases[0].main_department) if len(cases) == 1 else ""
    return Undoable(tuple(case.no for case in cases), newest[0].at + window, unit)


def like(no: str, staff: Any) -> list[str]:
    """The numbers of the waiting cases that share the leaf of this one, itself among them: one statement."""
    leaf = Petition.objects.filter(no=no).values("category_id")[:1]
    rows = Petition.objects.visible_to(staff).filter(PARTS["dispatch"], category_id__in=leaf)
    return list(rows.order_by("due_at", "pk").values_list("no", flat=True)[:SHOWN])


def load_of(department_ids: list[int]) -> dict[int, int]:
    """How many cases each unit owes an answer for right now: a drowned unit shows before it is sent more."""
    rows = Assignment.objects.filter(department_id__in=department_ids, state__in=UNIT_OWES)
    return dict(rows.values_list("department_id").annotate(Count("pk")))
