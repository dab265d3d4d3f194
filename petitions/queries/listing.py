"""工单列表: filters, search, and pages that start where the last one ended (keyset); one statement."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from petitions import rules
from petitions.models import Assignment, Petition
from petitions.queries import keyset
from petitions.queries.keyset import Page
from petitions.queries.search import matching
from petitions.states import OPEN

PAGE, BATCH = 30, 500
SOON = timedelta(hours=4)
OLDEST, DUE = "old", "due"  # newest first otherwise


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to, and its order; empty values narrow nothing.

    `area` is a path, `category` a code or its start, `mine`: registered by whoever looks. In the order of clocks, only
    cases with a clock are listed.
    """

    q: str = ""
    state: str = ""
    lamp: str = ""
    category: str = ""
    area: str = ""
    unit: str = ""
    channel: str = ""
    outcome: str = ""
    tag: str = ""
    since: date | None = None
    until: date | None = None
    mine: bool = False
    caller: int | None = None
    sort: str = ""

    def apply(self, cases: QuerySet, staff: Any, now: datetime) -> QuerySet:
        cases = cases.filter(self._places_and_kinds() & self._times(now) & self._people(staff))
        return matching(cases, self.q) if self.q.strip() else cases

    def _places_and_kinds(self) -> Q:
        wanted = {
            "category__code__startswith": self.category,
            "area__path__startswith": self.area,
            "main_department_id": self.unit,
            "channel": self.channel,
            "outcome": self.outcome,
            "tags__contains": [self.tag] if self.tag else None,
        }
        narrowed = Q(**{field: value for field, value in wanted.items() if value})
        if self.state == "open":
            return narrowed & Q(state__in=OPEN)
        return narrowed & Q(state=self.state) if self.state else narrowed

    def _times(self, now: datetime) -> Q:
        narrowed = Q()
        if self.since:
            narrowed &= Q(received_at__gte=_midnight(self.since))
        if self.until:
            narrowed &= Q(received_at__lt=_midnight(self.until + timedelta(days=1)))
        if self.lamp == "over":
            narrowed &= Q(due_at__lt=now)
        if self.lamp == "soon":
            narrowed &= Q(due_at__gte=now, due_at__lt=now + SOON)
        return narrowed

    def _people(self, staff: Any) -> Q:
        narrowed = Q(registered_by=staff) if self.mine else Q()
        if self.caller is None:
            return narrowed
        # Whoever may not ask for a confidential caller must not find them by their number either.
        seen = Q() if staff.has_role(*rules.SEE_PERSON) else Q(confidential=False)
        return narrowed & seen & Q(caller_id=self.caller)


def page(staff: Any, filters: Filters, *, after: str, now: datetime) -> Page:
    """In the order that is asked for. One statement."""
    cases = _all(staff, filters, now).select_related("category", "area", "main_department")
    return _cut(cases.defer("text", "answer", "search"), filters, after, PAGE)


def count(staff: Any, filters: Filters, *, now: datetime, most: int) -> int:
    """How many there are, counted no further than `most`."""
    return _all(staff, filters, now).order_by()[:most].count()


def main_parts(cases: Iterable[int]) -> dict[int, int]:
    """The main unit's part of each of these cases that has one now. One statement."""
    parts = Assignment.objects.active().filter(petition__in=list(cases), part=Assignment.Part.MAIN)
    return dict(parts.values_list("petition_id", "pk"))


def batches(staff: Any, filters: Filters, *, now: datetime) -> Iterator[Sequence[Petition]]:
    """All of it with the callers, in the order of the pages. One statement a batch."""
    cases = _all(staff, filters, now).select_related("category", "area", "main_department", "caller")
    cases = cases.defer("text", "answer", "search")
    found = _cut(cases, filters, "", BATCH)
    yield found.rows
    while found.next:
        found = _cut(cases, filters, found.next, BATCH)
        yield found.rows


def _all(staff: Any, filters: Filters, now: datetime) -> QuerySet:
    cases = filters.apply(Petition.objects.visible_to(staff), staff, now)
    return cases.filter(due_at__isnull=False) if filters.sort == DUE else cases


def _cut(cases: QuerySet, filters: Filters, after: str, size: int) -> Page:
    if filters.sort == DUE:
        return keyset.by_due(cases, after, size=size)
    return keyset.by_id(cases, after, size=size, oldest_first=filters.sort == OLDEST)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
