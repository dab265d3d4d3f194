"""退单、会商: the contested cases of the hotline, each with what both sides say; emergencies nobody rang up yet."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Prefetch, Q

from petitions.models import Assignment, Event, Petition, Request
from petitions.queries import keyset
from petitions.states import CaseState, RequestState
from routing.models import Department

RETURNED = Q(kind=Request.Kind.RETURN, state=RequestState.FILED)
SHOWN_HISTORY = (
    "confer",
    "position",
    "rule",
    "request_return",
    "grant_return",
    "refuse_return",
    "dispatch",
    "redispatch",
)


@dataclass(frozen=True)
class Side:
    """What one unit says: its return with reason and evidence, or its words in the conference."""

    unit: str
    at: datetime
    text: str
    evidence: str
    proposes: str
    is_return: bool


def sides(case: Petition) -> tuple[Side, ...]:
    """Both sides of a prefetched case in the order in which they spoke; an assist that left takes no side."""
    returns = [_of_return(r) for r in case.requests.all() if r.kind == Request.Kind.RETURN and r.state != "cancelled"]
    spoken = [_of_position(e) for e in case.events.all() if e.action == "position"]
    return tuple(sorted([*returns, *spoken], key=lambda side: side.at))


def why_called(case: Petition) -> Event | None:
    """The last time the case was taken to a conference."""
    return next((e for e in reversed(case.events.all()) if e.action == "confer"), None)


def contesting(cases: list[Petition]) -> dict[int, list[str]]:
    """The names of the units that were called to each conference, by the case's key: one statement."""
    called = {case.pk: event.data.get("units", []) for case in cases if (event := why_called(case))}
    wanted = {pk for ids in called.values() for pk in ids}
    names = dict(Department.objects.filter(pk__in=wanted).values_list("pk", "name"))
    return {case: [names[pk] for pk in ids if pk in names] for case, ids in called.items()}


def tabs(staff: Any) -> dict[str, int]:
    """How many wait in each tab: two statements."""
    cases = Petition.objects.visible_to(staff)
    asked = Request.objects.filter(petition__in=cases).aggregate(n=Count("pk", filter=RETURNED))["n"]
    return {
        "conference": cases.filter(state=CaseState.IN_CONFERENCE).count(),
        "return": asked,
        "notice": Assignment.objects.visible_to(staff).unnotified().count(),
    }


def conferences(staff: Any, *, after: str) -> keyset.Page:
    """Cases in conference, nearest ruling limit first: five statements, whatever their number."""
    rows = Petition.objects.visible_to(staff).filter(state=CaseState.IN_CONFERENCE)
    return keyset.by_due(_with_sides(rows), after)


def returns(staff: Any, *, after: str) -> keyset.Page:
    """Returns that wait for a ruling, nearest limit first, each with its case and what else was said about it."""
    of_visible = Request.objects.filter(petition__in=Petition.objects.visible_to(staff)).filter(RETURNED)
    near = of_visible.select_related("department", "proposed_department", "assignment", "filed_by")
    return keyset.by_due(near.prefetch_related(Prefetch("petition", _with_sides(Petition.objects.all()))), after)


def unnotified(staff: Any, *, after: str) -> keyset.Page:
    """Emergencies whose main unit nobody has rung up, the most urgent first: one statement."""
    waiting = Assignment.objects.visible_to(staff).unnotified()
    near = waiting.select_related("petition", "petition__area", "department")
    return keyset.by_due(near, after, field="notice_by")


# ── inside ──
def _with_sides(rows: Any) -> Any:
    events = Event.objects.filter(action__in=SHOWN_HISTORY).select_related("actor", "department").order_by("seq")
    asked = Request.objects.select_related("department", "proposed_department").order_by("filed_at")
    parts = Assignment.objects.select_related("department").order_by("id")
    near = rows.select_related("category", "area", "main_department").defer("search")
    return near.prefetch_related(
        Prefetch("events", events), Prefetch("requests", asked), Prefetch("assignments", parts)
    )


def _of_return(request: Request) -> Side:
    proposes = request.proposed_department.name if request.proposed_department else ""
    return Side(request.department.name, request.filed_at, request.reason, request.evidence, proposes, True)


def _of_position(event: Event) -> Side:
    return Side(event.data.get("unit", ""), event.at, event.reason, event.data.get("evidence", ""), "", False)
