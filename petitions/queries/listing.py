"""工单列表: filters, search, and pages that start where the last one ended (keyset); one statement."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from petitions.models import Petition
from petitions.queries.search import matching
from petitions.states import OPEN

PAGE = 30
SOON = timedelta(hours=4)


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to; empty values narrow nothing. `area` is a path, `category` a code or its start."""

    q: str = ""
    state: str = ""
    lamp: str = ""
    category: str = ""
    area: str = ""
    unit: str = ""
    channel: str = ""
    since: date | None = None
    until: date | None = None
    caller: int | None = None

    def apply(self, cases: QuerySet, now: datetime) -> QuerySet:
        cases = cases.filter(self._places_and_kinds() & self._times(now))
        return matching(cases, self.q) if self.q.strip() else cases

    def _places_and_kinds(self) -> Q:
        wanted = {
            "category__code__startswith": self.category,
            "area__path__startswith": self.area,
            "main_department_id": self.unit,
            "channel": self.channel,
            "caller_id": self.caller,
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


@dataclass(frozen=True)
class Page:
    rows: tuple[Petition, ...]
    after: int | None  # the key that the next page starts behind; None on the last one


def page(staff: Any, filters: Filters, *, after: int | None, now: datetime) -> Page:
    """Newest first. One statement."""
    cases = filters.apply(Petition.objects.visible_to(staff), now).defer("text", "answer", "search")
    if after:
        cases = cases.filter(pk__lt=after)
    rows = tuple(cases.select_related("category", "area", "main_department").order_by("-pk")[: PAGE + 1])
    return Page(rows[:PAGE], rows[PAGE - 1].pk if len(rows) > PAGE else None)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
