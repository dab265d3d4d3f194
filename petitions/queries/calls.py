"""接线台's call strip and 待回拨: whose call it is, who calls, who waits in the queue, who waits to be called back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min, Q

from petitions.models import Call, Dial, Extension, Petition, WaitingCaller
from petitions.queries import keyset
from routing.clock import SHANGHAI

SHIFT = timedelta(hours=12)  # a call of another shift is nobody's open work any more
RINGS_AT_MOST = timedelta(hours=2)  # then its end was never told
MOST_OPEN = 5
ALL_DAY = (("00:00", "23:59"),)


@dataclass(frozen=True)
class Line:
    """Who waits in the queue, and since when the first of them."""

    waiting: int
    since: datetime | None

    def longest(self, now: datetime) -> timedelta:
        return now - self.since if self.since else timedelta()


@dataclass(frozen=True)
class Desk:
    """What the strip shows: the call that the form belongs to, the others that are not done, and the queue."""

    call: Call | None
    others: tuple[Call, ...]
    line: Line
    to_call_back: int
    is_offered: bool  # a colleague hands the call on and this telephone rings


def at_desk(staff: Any, *, wanted: str = "", is_writing: bool = False, now: datetime) -> Desk:
    """Three statements. `wanted` is the call that the page holds; it stays while somebody writes about it."""
    mine = list(_open_calls(staff, now))
    call = _held(mine, wanted) if is_writing else None
    call = call or min(mine, key=lambda each: _urgency(each, staff), default=None)
    others = tuple(other for other in mine if other is not call)
    waiting = WaitingCaller.objects.filter(call__isnull=False).count()
    return Desk(call, others, line(now), waiting, is_offered=call is not None and call.agent_id != staff.pk)


def _open_calls(staff: Any, now: datetime) -> Sequence[Call]:
    """Calls that ring, are spoken, or ended without a case and without a reason."""
    undone = Q(answered_at__isnull=False, petition=None, wrap_up="")
    theirs = Q(agent=staff) | Q(offered_to=staff)
    calls = Call.objects.filter(theirs, direction=Call.Direction.INBOUND, started_at__gt=now - SHIFT)
    return (
        calls.filter(Q(ended_at=None) | undone)
        .select_related("agent", "offered_to")
        .order_by("-started_at")[:MOST_OPEN]
    )


def _held(calls: Sequence[Call], wanted: str) -> Call | None:
    return next((call for call in calls if str(call.pk) == wanted), None)


def _urgency(call: Call, staff: Any) -> tuple[int, float]:
    """Whoever speaks comes first, then who rings, then what is left to wrap up; the oldest of each first."""
    speaks = call.answered_at and call.agent_id == staff.pk
    order = 2 if call.is_over else 0 if speaks else 1
    return order, call.started_at.timestamp()


def line(now: datetime) -> Line:
    """One statement, by the index of calls that are not over."""
    ringing = Call.objects.filter(ended_at=None, answered_at=None, started_at__gt=now - RINGS_AT_MOST)
    waiting = ringing.filter(direction=Call.Direction.INBOUND, extension="")
    found = waiting.aggregate(count=Count("pk"), since=Min("started_at"))
    return Line(found["count"], found["since"])


# ── 待回拨 ──
@dataclass(frozen=True)
class Waiting:
    row: WaitingCaller
    is_out_of_hours: bool


def to_call_back(*, after: str, hours: Any) -> keyset.Page:
    """Whoever waits longest first: one statement."""
    rows = WaitingCaller.objects.filter(call__isnull=False).select_related("call")
    page = keyset.by_due(rows, after, field="since")
    return keyset.Page([Waiting(row, not _is_within(row.call.started_at, hours)) for row in page.rows], page.next)


def _is_within(at: datetime, hours: Any) -> bool:
    """Whether somebody was there to answer; `hours` are pairs like ("08:30", "20:00") of the city's wall clock."""
    pairs = [pair for pair in hours if isinstance(pair, list | tuple) and len(pair) == 2] if hours else []
    clock = f"{at.astimezone(SHANGHAI):%H:%M}"
    return any(str(start) <= clock <= str(end) for start, end in pairs or ALL_DAY)


# ── calling out ──
@dataclass(frozen=True)
class Dialled:
    """The last order of a person, and the call that came of it."""

    dial: Dial
    call: Call | None


def last_dial(staff: Any, *, petition: Petition | None = None, since: datetime) -> Dialled | None:
    """Two statements."""
    dials = Dial.objects.filter(by=staff, petition=petition, asked_at__gt=since)
    dial = dials.order_by("-id").prefetch_related("calls").first()
    return Dialled(dial, next(iter(dial.calls.all()), None)) if dial else None


def extension_of(staff: Any) -> str:
    return Extension.objects.filter(staff=staff).values_list("number", flat=True).first() or ""


def of_case(petition: Petition) -> list[Call]:
    """The calls that a case came from and those about it, the first first: one statement."""
    return list(petition.calls.select_related("agent").order_by("started_at", "pk"))
