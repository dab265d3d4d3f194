"""审计日志: three append-only tables as one list, newest first: changes and logins, revealed callers, lookups.

Each table is read by its own index on time; the cursor is a moment with the source and key of the last row.
"""

import heapq
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive

from petitions.models import Disclosure, Lookup
from petitions.row_keys import row_key
from routing.clock import SHANGHAI
from routing.models import AuditEntry, Staff

SIZE = 50
ALL, REVEALED, LOOKED_UP = "changes", "revealed", "looked_up"


@dataclass(frozen=True)
class Filters:
    """`kind` is one of AuditEntry.Kind, or "revealed"; days are the city's, `until` included."""

    kind: str = ""
    who: str = ""
    subject: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Line:
    """One row of any of the tables."""

    at: datetime
    source: str
    pk: int
    kind: str
    row: Any

    @property
    def order(self) -> tuple[datetime, str, int]:
        return self.at, self.source, self.pk

    @property
    def cursor(self) -> str:
        return f"{self.at.isoformat()}~{self.source}~{self.pk}"


@dataclass(frozen=True)
class Trail:
    lines: Sequence[Line]
    next: str


def page(filters: Filters, *, after: str = "", size: int = SIZE) -> Trail:
    """At most three statements and one for the names. A cursor that makes no sense starts from the top."""
    found = list(islice(_merged(filters, _cursor(after), size + 1), size + 1))
    return Trail(found[:size], found[size - 1].cursor if len(found) > size else "")


def history(subject: str, *, most: int = 20) -> Sequence[AuditEntry]:
    """Every change of one thing, newest first."""
    return AuditEntry.objects.filter(subject=subject).select_related("actor").order_by("-id")[:most]


def _merged(filters: Filters, before: tuple[datetime, str, int] | None, most: int) -> Iterator[Line]:
    sources = [source(filters, before, most) for source in _SOURCES]
    return heapq.merge(*sources, key=lambda line: line.order, reverse=True)


def _changes(filters: Filters, before: Any, most: int) -> Iterator[Line]:
    rows = AuditEntry.objects.select_related("actor")
    if filters.kind:
        rows = rows.filter(kind=filters.kind)
    if filters.subject:
        rows = rows.filter(subject=filters.subject)
    # Whoever asks for a person wants what was done to the account as well, such as logins that failed.
    who = Q(actor__username=filters.who) | Q(subject__in=_subjects(filters.who)) if filters.who else Q()
    rows = _narrowed(rows.filter(who), filters, before, ALL, most)
    return (Line(row.at, ALL, row.pk, row.kind, row) for row in rows)


def _revealed(filters: Filters, before: Any, most: int) -> Iterator[Line]:
    if filters.kind not in ("", REVEALED) or filters.subject:
        return iter(())
    rows = Disclosure.objects.select_related("staff", "petition")
    rows = rows.filter(staff__username=filters.who) if filters.who else rows
    return (Line(row.at, REVEALED, row.pk, REVEALED, row) for row in _narrowed(rows, filters, before, REVEALED, most))


def _looked_up(filters: Filters, before: Any, most: int) -> Iterator[Line]:
    kinds = {AuditEntry.Kind.PHONE_SEARCH: Lookup.What.PHONE, AuditEntry.Kind.EXPORT: Lookup.What.EXPORT}
    if filters.subject or (filters.kind and filters.kind not in kinds):
        return iter(())
    rows = Lookup.objects.select_related("staff")
    rows = rows.filter(what=kinds[AuditEntry.Kind(filters.kind)]) if filters.kind else rows
    rows = rows.filter(staff__username=filters.who) if filters.who else rows
    named = {what: kind for kind, what in kinds.items()}
    return (
        Line(row.at, LOOKED_UP, row.pk, named[Lookup.What(row.what)], row)
        for row in _narrowed(rows, filters, before, LOOKED_UP, most)
    )


_SOURCES: tuple[Callable[[Filters, Any, int], Iterator[Line]], ...] = (_changes, _revealed, _looked_up)


def _narrowed(rows: QuerySet, filters: Filters, before: Any, source: str, most: int) -> QuerySet:
    if filters.since:
        rows = rows.filter(at__gte=_midnight(filters.since))
    if filters.until:
        rows = rows.filter(at__lt=_midnight(filters.until) + timedelta(days=1))
    if before:
        rows = rows.filter(_earlier(before, source))
    return rows.order_by("-at", "-id")[:most]


def _earlier(before: tuple[datetime, str, int], source: str) -> Q:
    """What follows a line in the order (time, source, key), all descending."""
    at, last, key = before
    if source == last:
        return Q(at__lt=at) | Q(at=at, pk__lt=key)
    return Q(at__lte=at) if source < last else Q(at__lt=at)


def _cursor(after: str) -> tuple[datetime, str, int] | None:
    moment, _, rest = after.partition("~")
    source, _, key = rest.partition("~")
    try:
        at = parse_datetime(moment)
    except ValueError:
        return None
    row = row_key(key)
    if at is None or is_naive(at) or source not in (ALL, REVEALED, LOOKED_UP) or row is None:
        return None
    return at, source, row


def _midnight(day: date) -> datetime:
    """When a day of the city begins; it has no summer time, so days are all of one length."""
    return datetime.combine(day, time.min, SHANGHAI)


def _subjects(username: str) -> list[str]:
    return [f"staff:{pk}" for pk in Staff.objects.filter(username=username).values_list("pk", flat=True)]
