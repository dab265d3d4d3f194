"""Everything a board shows, in a constant number of statements."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncHour

from petitions.insight import formulas, rates, scorecard
from petitions.insight.board import flow as flows
from petitions.insight.board.flow import Flow
from petitions.insight.board.scope import Scope
from petitions.insight.models import Alert, HotIssue, HourCount, IssueMember
from petitions.insight.rates import Counts, Formula, Scores
from petitions.insight.scorecard import Unit
from petitions.insight.windows import SHANGHAI
from petitions.models import Petition
from petitions.queries.listing import SOON
from routing.models import Category, Department

CALIBRE = "B"
MOST_ISSUES = 6
ISSUE_DAYS = 12
MOST_ALERTS = 8
AHEAD = timedelta(hours=24)
OPEN_ALERTS = (Alert.State.NEW, Alert.State.ACKNOWLEDGED, Alert.State.TASK)


@dataclass(frozen=True)
class Dues:
    """Running clocks: those that have run out, those that do soon, and how many run out in each of the next hours."""

    over: int
    soon: int
    ahead: tuple[int, ...]


@dataclass(frozen=True)
class Issue:
    """A hot issue and its cases by day, the last day being today."""

    row: HotIssue
    days: tuple[int, ...]


@dataclass(frozen=True)
class Board:
    """`lines` are the counts of each unit, `pooled` of all of them, in CALIBRE."""

    scope: Scope
    now: datetime
    flow: Flow
    open: int
    dues: Dues
    formula: Formula
    units: dict[int, Unit]
    lines: dict[int, Counts]
    pooled: Scores
    roots: dict[int, tuple[str, str]]  # leaf → (code, name) of its first level
    leaves: dict[int, str]
    codes: dict[int, str]
    issues: tuple[Issue, ...]
    alerts: tuple[Alert, ...]


def board(scope: Scope, *, now: datetime, sees_all: bool, units: dict[int, Unit]) -> Board:
    """Ten statements at the most; issues and alerts only for those who see every case."""
    lines = _lines(scope)
    formula = formulas.in_force(scope.last).value()
    roots, leaves, codes = _categories()
    return Board(
        scope=scope,
        now=now,
        flow=flows.read(scope, now=now),
        open=_open(scope),
        dues=_dues(scope, now),
        formula=formula,
        units=units,
        lines=lines,
        pooled=rates.scores(Counts.sum(lines.values()), formula),
        roots=roots,
        leaves=leaves,
        codes=codes,
        issues=_issues(scope, now) if sees_all else (),
        alerts=_alerts(scope) if sees_all else (),
    )


def _lines(scope: Scope) -> dict[int, Counts]:
    """Of the units asked for: one, those of the area, or all."""
    chosen: list[int] | None = None
    if scope.unit is not None:
        chosen = [scope.unit]
    elif scope.area is not None:
        chosen = list(Department.objects.filter(area__in=scope.areas).values_list("pk", flat=True))
    found = scorecard.from_tally(scope.rates, units=chosen, calibres=[CALIBRE])[CALIBRE]
    return {unit: counts for unit, counts in found.items() if unit is not None}


def _categories() -> tuple[dict[int, tuple[str, str]], dict[int, str], dict[int, str]]:
    """First level, name and code of every category: one statement."""
    rows = list(Category.objects.values_list("pk", "code", "name", "level", "full_name"))
    top_codes = {name: code for _, code, name, level, _ in rows if level == 1}
    tops = {pk: full_name.split(" › ")[0] for pk, _, _, _, full_name in rows}
    roots = {pk: (top_codes[top], top) for pk, top in tops.items()}
    return roots, {row[0]: row[2] for row in rows}, {row[0]: row[1] for row in rows}


def _open(scope: Scope) -> int:
    rows = HourCount.objects.filter(result__in=["open", "sent_back"])
    rows = rows.filter(area__in=scope.areas) if scope.area is not None else rows
    rows = rows.filter(department=scope.unit) if scope.unit is not None else rows
    return rows.aggregate(n=Sum("received"))["n"] or 0


def _dues(scope: Scope, now: datetime) -> Dues:
    """One statement over the clocks that ring within a day: as many rows as there are such cases."""
    rows = clocks(scope).filter(due_at__lt=now + AHEAD).order_by()
    hours = rows.annotate(hour=TruncHour("due_at", tzinfo=SHANGHAI)).values_list("hour")
    over, soon = Q(due_at__lt=now), Q(due_at__gte=now, due_at__lt=now + SOON)
    found = list(hours.annotate(n=Count("pk"), over=Count("pk", filter=over), soon=Count("pk", filter=soon)))
    this_hour = now.replace(minute=0, second=0, microsecond=0)
    ahead = {hour: n - late for hour, n, late, _ in found}
    return Dues(
        over=sum(row[2] for row in found),
        soon=sum(row[3] for row in found),
        ahead=tuple(ahead.get(this_hour + timedelta(hours=step), 0) for step in range(24)),
    )


def clocks(scope: Scope) -> QuerySet[Petition]:
    """Cases with a running clock, by the index of clocks; the case list's own 临期 and 超期 count the same rows."""
    rows = Petition.objects.filter(due_at__isnull=False)
    rows = rows.filter(area__in=scope.areas) if scope.area is not None else rows
    return rows.filter(main_department=scope.unit) if scope.unit is not None else rows


def _issues(scope: Scope, now: datetime) -> tuple[Issue, ...]:
    """The hottest issues, and their cases by day: two statements."""
    rows = HotIssue.objects.filter(citizens__gt=1).exclude(state__in=[HotIssue.State.IGNORED, HotIssue.State.MERGED])
    rows = rows.filter(area__in=scope.areas) if scope.area is not None else rows
    hottest = list(rows.select_related("area", "category").order_by("-heat", "-id")[:MOST_ISSUES])
    if not hottest:
        return ()
    today = now.astimezone(SHANGHAI).date()
    since = now - timedelta(days=ISSUE_DAYS)
    members = IssueMember.objects.filter(issue__in=hottest, received_at__gte=since).order_by()
    counted: dict[int, list[int]] = {issue.pk: [0] * ISSUE_DAYS for issue in hottest}
    for issue, at, n in members.values_list("issue", "received_at__date").annotate(n=Count("pk")):
        ago = (today - at).days
        if 0 <= ago < ISSUE_DAYS:
            counted[issue][ISSUE_DAYS - 1 - ago] = n
    return tuple(Issue(row, tuple(counted[row.pk])) for row in hottest)


def _alerts(scope: Scope) -> tuple[Any, ...]:
    rows = Alert.objects.filter(state__in=OPEN_ALERTS).select_related("area", "category")
    rows = rows.filter(area__in=scope.areas) if scope.area is not None else rows
    return tuple(rows.order_by("-id")[:MOST_ALERTS])
