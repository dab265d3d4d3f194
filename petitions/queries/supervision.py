"""督办台: what is late, by unit and by how much; what keeps coming back; which supervisions are running.

A constant number of statements, whatever waits: every list is a page by key, every count one aggregate over an index.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import (
    Count,
    DateTimeField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Value,
)
from django.db.models.lookups import LessThanOrEqual

from petitions.alarms import WATCHED_PARTS
from petitions.models import Assignment, Event, Petition, Supervision
from petitions.queries import keyset
from petitions.states import ACTIVE, OPEN, Outcome, SupervisionState
from routing.rulebook import Rulebook

# The columns of the matrix (interface.md §5.4): late by how much, or due within how many hours.
AHEAD = {"h2": timedelta(hours=2), "h24": timedelta(hours=24), "h72": timedelta(hours=72)}
BUCKETS = ("triple", "double", "over", *AHEAD)
CASE_TABS = ("again", "callers", "unsolved", "group", "hard")
SUPERVISION_TABS = ("unread", "running")
TABS = (*BUCKETS, "notice", *CASE_TABS, *SUPERVISION_TABS)
MOST_UNITS = 15
MOST_UNSIGNED = 10
UNSOLVED_DAYS = timedelta(days=7)
RUNNING = ~Q(state=SupervisionState.CLOSED)


@dataclass(frozen=True)
class Line:
    """One unit of the matrix and its counts in the order of BUCKETS."""

    unit_id: int
    unit: str
    counts: tuple[int, ...]


@dataclass(frozen=True)
class Overview:
    tabs: dict[str, int]
    lines: tuple[Line, ...]
    units: int  # how many units have something in the matrix; the list shows the worst MOST_UNITS


def overview(staff: Any, rules: Rulebook, *, now: datetime) -> Overview:
    """Seven statements: parts, calls to make, cases, unsolved, repeated callers, supervisions, and the matrix."""
    buckets = _buckets(rules, now)
    parts = _parts(staff, now)
    counts = parts.aggregate(**{name: Count("pk", filter=q) for name, q in buckets.items()})
    counts["notice"] = Assignment.objects.visible_to(staff).unnotified().count()
    cases = Petition.objects.visible_to(staff).filter(state__in=OPEN)
    counts |= cases.aggregate(
        again=Count("pk", filter=_again(rules)), hard=Count("pk", filter=Q(hard_since__isnull=False))
    )
    counts |= {tab: _cases(staff, tab, rules, now).count() for tab in ("callers", "unsolved", "group")}
    counts |= Supervision.objects.filter(RUNNING).aggregate(
        running=Count("pk"), unread=Count("pk", filter=Q(state=SupervisionState.ISSUED, acknowledged_at=None))
    )
    rows = _by_unit(parts, buckets)
    lines = tuple(
        Line(row["department_id"], row["department__name"], tuple(row[name] for name in BUCKETS))
        for row in rows[:MOST_UNITS]
    )
    return Overview({tab: counts[tab] for tab in TABS}, lines, len(rows))


def parts_of(staff: Any, bucket: str, rules: Rulebook, *, now: datetime, unit: int | None, after: str) -> keyset.Page:
    """The parts behind one cell of the matrix, or behind a whole column: two statements."""
    rows = _parts(staff, now).filter(_buckets(rules, now)[bucket])
    rows = rows.filter(department=unit) if unit else rows
    return keyset.by_due(_with_case(rows), after)


def unnotified(staff: Any, *, after: str) -> keyset.Page:
    """Emergencies whose unit nobody has rung up: two statements."""
    return keyset.by_due(_with_case(Assignment.objects.visible_to(staff).unnotified()), after, field="notice_by")


def cases_of(staff: Any, tab: str, rules: Rulebook, *, now: datetime, after: str) -> keyset.Page:
    """Cases that keep coming back, newest first, with their parts and running supervisions: three statements."""
    rows = _cases(staff, tab, rules, now).select_related("main_department", "category", "area").defer("search", "text")
    parts = Assignment.objects.filter(state__in=ACTIVE).select_related("department")
    running = Supervision.objects.filter(RUNNING)
    return keyset.by_id(rows.prefetch_related(Prefetch("assignments", parts), Prefetch("supervisions", running)), after)


def supervisions(*, unread: bool, after: str) -> keyset.Page:
    """Running supervisions, newest first, each with its own steps: two statements."""
    rows = Supervision.objects.filter(RUNNING)
    rows = rows.filter(state=SupervisionState.ISSUED, acknowledged_at=None) if unread else rows
    return keyset.by_id(rows.select_related("petition", "department", "raised_by"), after, size=12)


def unsigned_by(staff: Any) -> list[Supervision]:
    """Supervisions that this person's unit has not signed for, the most urgent first: one statement."""
    unread = Q(state=SupervisionState.ISSUED, acknowledged_at=None)
    rows = Supervision.objects.filter(unread, department_id=staff.department_id).select_related("petition")
    return list(rows.order_by("receipt_by", "pk")[:MOST_UNSIGNED])


def steps_of(page: keyset.Page) -> dict[int, list[Event]]:
    """The history of each supervision on the page, oldest first: one statement."""
    found: dict[int, list[Event]] = {row.pk: [] for row in page.rows}
    events = Event.objects.filter(
        petition__in=[row.petition_id for row in page.rows],
        subject=Event.Subject.SUPERVISION,
        subject_id__in=list(found),
    )
    for event in events.select_related("actor", "department").order_by("petition_id", "seq"):
        found[event.subject_id].append(event)
    return found


# ── inside ──
def _parts(staff: Any, now: datetime) -> QuerySet:
    """What units owe and is late or due within the widest bucket; a return that is being ruled on is not theirs."""
    latest = now + max(AHEAD.values())
    return Assignment.objects.visible_to(staff).filter(state__in=WATCHED_PARTS, due_at__lt=latest).order_by()


def _buckets(rules: Rulebook, now: datetime) -> dict[str, Q]:
    """Each part is in one bucket. A multiple counts from the moment the unit got the case."""
    twice = _passed(float(rules.parameter("supervision.yellow_multiple", 2)), now)
    thrice = _passed(float(rules.parameter("supervision.red_multiple", 3)), now)
    late = Q(due_at__lt=now)
    found = {"triple": late & thrice, "double": late & twice & ~thrice, "over": late & ~twice}
    start = now
    for name, ahead in AHEAD.items():
        found[name] = Q(due_at__gte=start, due_at__lt=now + ahead)
        start = now + ahead
    return found


def _passed(times: float, now: datetime) -> Q:
    """assigned + times × limit ≤ now, as a condition on columns."""
    length = ExpressionWrapper((F("limit_at") - F("assigned_at")) * Value(times), output_field=DurationField())
    rings = ExpressionWrapper(F("assigned_at") + length, output_field=DateTimeField())
    return Q(LessThanOrEqual(rings, Value(now, output_field=DateTimeField())))


def _by_unit(parts: QuerySet, buckets: dict[str, Q]) -> list[dict[str, Any]]:
    """The worst units first; sorted here, because the columns are what is asked for anyway."""
    counts = {name: Count("pk", filter=q) for name, q in buckets.items()}
    rows = list(parts.values("department_id", "department__name").annotate(**counts))
    return sorted(rows, key=lambda row: ([-row[name] for name in BUCKETS], row["department_id"]))


def _with_case(rows: QuerySet) -> QuerySet:
    near = rows.select_related("petition", "petition__area", "department").defer("petition__search", "petition__text")
    return near.prefetch_related(Prefetch("petition__supervisions", Supervision.objects.filter(RUNNING)))


def _again(rules: Rulebook) -> Q:
    """Handled again, opened again, or urged often enough to be urgent."""
    often = int(rules.parameter("urge.urgent_after", 2))
    return Q(rehandled__gt=0) | Q(reopened__gt=0) | Q(urged__gte=often)


def _cases(staff: Any, tab: str, rules: Rulebook, now: datetime) -> QuerySet:
    cases = Petition.objects.visible_to(staff)
    if tab == "unsolved":  # closed without a solution: what a supervisor may open again
        return cases.filter(outcome=Outcome.UNSOLVED, closed_at__gte=now - UNSOLVED_DAYS)
    cases = cases.filter(state__in=OPEN)
    if tab == "again":
        return cases.filter(_again(rules))
    if tab == "hard":
        return cases.filter(hard_since__isnull=False)
    if tab == "group":
        return cases.filter(Exists(Petition.objects.filter(lead=OuterRef("pk"))))
    return cases.filter(_repeated(rules, now))


def _repeated(rules: Rulebook, now: datetime) -> Q:
    """一人多诉: the same caller about the same kind of matter, so many times in so many days."""
    since = now - timedelta(days=float(rules.parameter("repeat.same_caller_days", 30)))
    least = int(rules.parameter("repeat.same_caller_count", 3))
    recent = Petition.objects.filter(received_at__gte=since, caller__isnull=False).order_by()
    often = recent.values("caller").annotate(n=Count("pk")).filter(n__gte=least)
    same = recent.filter(caller=OuterRef("caller"), category=OuterRef("category"))
    same = same.values("caller").annotate(n=Count("pk")).filter(n__gte=least)
    # The callers first (few), then the kind of matter: asking every open case would cost a look each.
    return Q(received_at__gte=since, caller__in=often.values("caller")) & Q(Exists(same))
