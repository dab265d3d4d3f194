"""剔除, 挂账, 只评响应率, 不计入, 申诉: what waits for which tier, how far each has climbed, and who approved what."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet

from petitions import rules
from petitions.models import Attachment, Event, Request
from petitions.queries import keyset
from petitions.states import RequestState

KINDS = tuple(kind for kind in Request.Kind if kind not in Request.ONE_STEP)
UNDECIDED = (RequestState.FILED, RequestState.UNIT_APPROVED, RequestState.DEPARTMENT_APPROVED)
DECIDED = (RequestState.GRANTED, RequestState.REFUSED)
TABS = ("waiting", "open", "decided")
STEPS = ("file_request", "approve_for_unit", "approve_for_department", "grant", "refuse", "cancel")
MOST_LINES = 40


@dataclass(frozen=True)
class Rung:
    """One step of a request: who took it, when, and what they wrote. `action` is the word of the event."""

    action: str
    who: str
    at: datetime
    note: str


def awaited(staff: Any) -> Q:
    """What this person has to decide next. Paired with rules.may_refuse_request(): a test proves that they agree."""
    mine = Q(pk__in=[])
    if staff.has_role("unit_head") and staff.department_id:
        mine |= Q(state=RequestState.FILED, department=staff.department_id)
    if staff.has_role("reviewer"):
        mine |= Q(state=RequestState.UNIT_APPROVED)
    if staff.has_role("center"):
        mine |= Q(state=RequestState.DEPARTMENT_APPROVED)
    return mine & Q(kind__in=KINDS)


def seen_by(staff: Any) -> QuerySet:
    """The hotline sees all requests that climb, a unit its own."""
    rows = Request.objects.filter(kind__in=KINDS)
    if staff.has_role(*rules.SEE_ALL):
        return rows
    if staff.has_role(*rules.UNIT) and staff.department_id:
        return rows.filter(department=staff.department_id)
    return rows.none()


def tabs(staff: Any) -> dict[str, int]:
    """How many wait for this person, and how many are on their way: one statement."""
    return seen_by(staff).aggregate(
        waiting=Count("pk", filter=awaited(staff)), open=Count("pk", filter=Q(state__in=UNDECIDED))
    )


def kinds_waiting(staff: Any, which: str) -> dict[str, int]:
    """How many of each kind are in a tab: one statement."""
    rows = _of_tab(staff, which).order_by().values_list("kind").annotate(n=Count("pk"))
    return dict(rows)


def page(staff: Any, which: str, *, kind: str = "", after: str = "") -> keyset.Page:
    """Requests of a tab with their case and materials: three statements. What is open longest comes first."""
    rows = _of_tab(staff, which)
    rows = rows.filter(kind=kind) if kind else rows
    near = with_case(rows)
    return keyset.by_id(near, after) if which == "decided" else keyset.by_due(near, after, field="filed_at")


def _of_tab(staff: Any, which: str) -> QuerySet:
    only = {"waiting": awaited(staff), "open": Q(state__in=UNDECIDED), "decided": Q(state__in=DECIDED)}
    return seen_by(staff).filter(only[which])


def with_case(rows: QuerySet) -> QuerySet:
    """Each request with its case, and the files that its unit put in as grounds."""
    files = Attachment.objects.shown().filter(kind=Attachment.Kind.EVIDENCE)
    near = rows.select_related("petition", "petition__category", "department", "filed_by", "assignment")
    return near.defer("petition__search", "petition__text").prefetch_related(Prefetch("assignment__attachments", files))


def ladders(requests: Iterable[Request]) -> dict[int, list[Rung]]:
    """The steps of each request, the first first: one statement."""
    rows = list(requests)
    found: dict[int, list[Rung]] = {row.pk: [] for row in rows}
    events = Event.objects.filter(
        petition__in={row.petition_id for row in rows}, subject=Event.Subject.REQUEST, subject_id__in=list(found)
    )
    for event in events.filter(action__in=STEPS).select_related("actor").order_by("petition_id", "seq"):
        found[event.subject_id].append(_rung(event))
    return found


def ladder_of(request: Request, events: Iterable[Event]) -> list[Rung]:
    """The same from the events of a case that are at hand."""
    return [_rung(e) for e in events if _is_about(e, request) and e.action in STEPS]


def _is_about(event: Event, request: Request) -> bool:
    return event.subject == Event.Subject.REQUEST and event.subject_id == request.pk


def _rung(event: Event) -> Rung:
    return Rung(event.action, str(event.actor), event.at, event.reason)


# ── the register: open to all staff, so it names units and approvers and never a citizen ──
@dataclass(frozen=True)
class Line:
    """One unit or one approver: how many were granted and refused, by kind."""

    name: str
    granted: int
    refused: int
    kinds: tuple[int, ...]  # granted, in the order of KINDS


@dataclass(frozen=True)
class Narrowed:
    """A part of the register; what is None or empty narrows nothing. `until` is not included."""

    since: datetime
    until: datetime | None = None
    kinds: Collection[str] = ()
    unit: int | None = None
    by: int | None = None
    subtype: str = ""
    only_granted: bool = False


def register(wanted: Narrowed) -> QuerySet:
    """Decided requests."""
    said = {
        "decided_at__lt": wanted.until,
        "department": wanted.unit,
        "decided_by": wanted.by,
        "subtype": wanted.subtype or None,
    }
    return Request.objects.filter(
        kind__in=wanted.kinds or KINDS,
        state__in=(RequestState.GRANTED,) if wanted.only_granted else DECIDED,
        decided_at__gte=wanted.since,
        **{name: value for name, value in said.items() if value is not None},
    )


def by_unit(rows: QuerySet) -> tuple[Line, ...]:
    """One statement."""
    return _lines(rows, "department__name")


def by_approver(rows: QuerySet) -> tuple[Line, ...]:
    """By whoever decided in the end: one statement."""
    return _lines(rows, "decided_by__name")


def _lines(rows: QuerySet, name: str) -> tuple[Line, ...]:
    granted = Q(state=RequestState.GRANTED)
    counts = {f"n_{kind}": Count("pk", filter=granted & Q(kind=kind)) for kind in KINDS}
    found = (
        rows.order_by()
        .values(name)
        .annotate(granted=Count("pk", filter=granted), refused=Count("pk", filter=~granted), **counts)
    )
    lines = found.order_by("-granted", "-refused", name)[:MOST_LINES]
    return tuple(
        Line(row[name] or "", row["granted"], row["refused"], tuple(row[f"n_{kind}"] for kind in KINDS))
        for row in lines
    )
