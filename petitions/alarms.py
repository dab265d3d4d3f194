"""Which limits of a case are watched, and when each rings (domain.md §9.1, 红灯). Pure: rows in, times out.

A unit's limit rings when a share of it is left, when it has passed, and when a multiple of it has passed. Its length is
counted from the moment the unit got the case, in natural time, whatever its own way of counting.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from petitions.models import Assignment, Escalation, Event, Petition, Request, Supervision
from petitions.states import UNIT_OWES, AssignmentState, CaseState, RequestState, SupervisionState

Kind = Escalation.Kind
RANK = {kind: number for number, kind in enumerate(Kind)}
# What is done by a transition of the row, which itself refuses a second time.
MOVES = frozenset({Kind.SIGN, Kind.INFO, Kind.EXPIRED, Kind.UNRATED})
# The hotline owes the next step in these; what a unit owes is on the unit's own clock.
HOTLINE_OWES = frozenset(
    {
        CaseState.PENDING_REVIEW,
        CaseState.PENDING_DISPATCH,
        CaseState.IN_CONFERENCE,
        CaseState.REPLY_REVIEW,
        CaseState.PENDING_CALLBACK,
        CaseState.REHANDLING,
    }
)
# While a return is asked for, the one who rules owes, and the request has a clock of its own.
WATCHED_PARTS = frozenset(UNIT_OWES) - {AssignmentState.RETURN_REQUESTED}
SUPERVISED = frozenset({Assignment.Part.MAIN, Assignment.Part.ASSIST})
NO_TIME = timedelta()
UNDECIDED = frozenset({RequestState.FILED, RequestState.UNIT_APPROVED, RequestState.DEPARTMENT_APPROVED})


class Thresholds(NamedTuple):
    """Shares and multiples of a limit, and days before a ledger entry ends: parameters of the city."""

    warn_share: float = 0.25
    yellow: float = 2
    red: float = 3
    ledger_days: tuple[int, ...] = (30, 7, 0)

    @classmethod
    def of(cls, parameters: Mapping[str, Any]) -> "Thresholds":
        usual = cls()
        return cls(
            float(parameters.get("deadline.warn_share", usual.warn_share)),
            float(parameters.get("supervision.yellow_multiple", usual.yellow)),
            float(parameters.get("supervision.red_multiple", usual.red)),
            tuple(int(days) for days in parameters.get("ledger.remind_days", usual.ledger_days)),
        )


class Alarm(NamedTuple):
    """At this moment something has to be done about a row, because of its limit."""

    at: datetime
    kind: str
    row: Any
    limit_at: datetime
    step: int = 0

    @property
    def key(self) -> tuple:
        """What may happen once: the unique key of Escalation."""
        return (SUBJECT[type(self.row)], self.row.pk, self.kind, self.limit_at, self.step)

    @property
    def order(self) -> tuple:
        return (self.at, RANK[self.kind], self.row.pk, self.step)


def of_rows(petition: Petition, rows: Iterable[Any], limits: Thresholds) -> Iterator[Alarm]:
    """All alarms of the case and of these rows beside it, rung or not, in no order."""
    yield from _of_case(petition, limits)
    for row in rows:
        if isinstance(row, Assignment):
            yield from _of_part(row, petition, limits)
        elif isinstance(row, Request):
            yield from _of_request(row)
        elif isinstance(row, Supervision):
            yield from _of_supervision(row)


def first(petition: Petition, rows: Iterable[Any], limits: Thresholds) -> datetime | None:
    return min((alarm.at for alarm in of_rows(petition, rows, limits)), default=None)


def _of_case(petition: Petition, limits: Thresholds) -> Iterator[Alarm]:
    state, due_at = petition.state, petition.due_at
    if due_at is None:
        return
    if state == CaseState.PENDING_CALLBACK and petition.is_left_out:
        yield Alarm(due_at, Kind.UNRATED, petition, due_at)
    elif state in HOTLINE_OWES:
        yield Alarm(due_at, Kind.STAGE, petition, due_at)
    elif state == CaseState.IN_PROGRESS:
        yield Alarm(due_at, Kind.EXPIRED, petition, due_at)
    elif state == CaseState.AWAITING_INFO:
        yield Alarm(due_at, Kind.INFO, petition, due_at)
    elif state == CaseState.LONG_TERM:
        for days in limits.ledger_days:
            yield Alarm(due_at - timedelta(days=days), Kind.LEDGER, petition, due_at, days)


def _of_part(part: Assignment, petition: Petition, limits: Thresholds) -> Iterator[Alarm]:
    if part.state not in WATCHED_PARTS or petition.state == CaseState.LONG_TERM or part.arrived_at is not None:
        return  # a whistled unit owes no more than to arrive in time
    if part.notice_by is not None and part.notified_at is None:
        yield Alarm(part.notice_by, Kind.NOTICE, part, part.notice_by)
    if part.state == AssignmentState.PENDING_SIGN:
        yield Alarm(part.sign_by, Kind.SIGN, part, part.sign_by)
    if part.part == Assignment.Part.MAIN and part.contacted_at is None and part.contact_by is not None:
        yield Alarm(part.contact_by, Kind.CONTACT, part, part.contact_by)
    begun, limit_at = part.assigned_at, part.limit_at
    length = limit_at - begun
    yield Alarm(limit_at, Kind.OVERDUE, part, limit_at)
    if length <= NO_TIME:
        return  # the case came when the citizen's limit had passed: there is no length to take shares of
    yield Alarm(limit_at - length * limits.warn_share, Kind.DUE_SOON, part, limit_at)
    if part.part in SUPERVISED:
        yield Alarm(begun + length * limits.yellow, Kind.YELLOW, part, limit_at)
        yield Alarm(begun + length * limits.red, Kind.RED, part, limit_at)


def _of_request(request: Request) -> Iterator[Alarm]:
    if request.due_at is not None and request.state in UNDECIDED:
        yield Alarm(request.due_at, Kind.RULING, request, request.due_at)


def _of_supervision(supervision: Supervision) -> Iterator[Alarm]:
    if supervision.state != SupervisionState.ISSUED:
        return
    if supervision.due_at is not None:
        yield Alarm(supervision.due_at, Kind.UNANSWERED, supervision, supervision.due_at)
    if supervision.receipt_by is not None and supervision.acknowledged_at is None:
        yield Alarm(supervision.receipt_by, Kind.UNREAD, supervision, supervision.receipt_by)


SUBJECT = {
    Petition: Event.Subject.CASE,
    Assignment: Event.Subject.ASSIGNMENT,
    Supervision: Event.Subject.SUPERVISION,
    Request: Event.Subject.REQUEST,
}
