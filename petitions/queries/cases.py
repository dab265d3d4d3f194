"""工单列表: search and filters over the cases a person may see, keyset-paginated, a constant number of statements."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils.dateparse import parse_date

from petitions.models import Petition
from petitions.queries import keyset, search
from petitions.states import OPEN, WITH_UNIT, CaseState, Channel

COUNT_CAP = 10_000
GROUPS = {"open": OPEN, "with_unit": WITH_UNIT, "ended": tuple(s for s in CaseState if s not in OPEN)}


@dataclass(frozen=True)
class Filters:
    """What the URL says. Values that make no sense are ignored, so an old bookmark still opens a list."""

    q: str = ""
    state: str = ""
    category: str = ""
    area: str = ""
    department: str = ""
    channel: str = ""
    due: str = ""  # over | soon
    since: str = ""
    until: str = ""

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> "Filters":
        return cls(**{name: str(query.get(name, "")).strip()[:200] for name in cls.__dataclass_fields__})


def listing(staff: Any, filters: Filters, *, now: datetime, after: str = "") -> keyset.Page:
    """One page of cases with all that a row shows: two statements, whatever the number of rows."""
    rows = filtered(staff, filters, now=now).select_related("category", "area", "main_department")
    return keyset.by_id(rows.defer("text", "search", "answer", "first_result"), after)


def filtered(staff: Any, filters: Filters, *, now: datetime) -> QuerySet:
    rows = Petition.objects.visible_to(staff)
    rows = _by_state(rows, filters.state)
    if filters.category:
        rows = rows.filter(category__code__startswith=filters.category)
    if filters.area:
        rows = rows.filter(area__path__contains=f"{filters.area}/")
    if filters.department.isdecimal():
        rows = rows.filter(main_department_id=int(filters.department))
    if filters.channel in Channel.values:
        rows = rows.filter(channel=filters.channel)
    if filters.due == "over":
        rows = rows.overdue(now)
    rows = _by_day(rows, filters)
    return search.matching(rows, filters.q) if filters.q else rows


def _by_state(rows: QuerySet, state: str) -> QuerySet:
    if state in GROUPS:
        return rows.filter(state__in=GROUPS[state])
    return rows.filter(state=state) if state in CaseState.values else rows


def _by_day(rows: QuerySet, filters: Filters) -> QuerySet:
    since, until = _day(filters.since), _day(filters.until)
    if since:
        rows = rows.filter(received_at__date__gte=since)
    return rows.filter(received_at__date__lte=until) if until else rows


def _day(text: str):
    try:
        return parse_date(text)
    except ValueError:
        return None


def count(rows: QuerySet) -> tuple[int, bool]:
    """How many, up to a cap, and whether there are more: counting ten million rows helps nobody."""
    found = rows.order_by().values("pk")[: COUNT_CAP + 1].count()
    return min(found, COUNT_CAP), found > COUNT_CAP


def estimate() -> int:
    """About how many cases there are in all, from the planner's statistics: free at any size."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples::bigint FROM pg_class WHERE relname = %s", [Petition._meta.db_table])
        return max(cursor.fetchone()[0], 0)
