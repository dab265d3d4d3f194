"""The cases behind a number of the board. The list and the number count the same rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet

from petitions.insight.models import CountedCase, IssueMember
from petitions.insight.windows import SHANGHAI
from petitions.queries import keyset
from petitions.queries.keyset import Page


@dataclass(frozen=True)
class Wanted:
    """What the number counts; None and '' narrow nothing. `category` is a code or its start, `weekday` 1 (一) to 7."""

    column: str = "received"
    first: date | None = None
    last: date | None = None
    areas: tuple[int, ...] | None = None
    unit: int | None = None
    category: str = ""
    channel: str = ""
    results: tuple[str, ...] = ()
    weekday: int | None = None
    clock: int | None = None
    issue: int | None = None


def cases(wanted: Wanted) -> QuerySet[CountedCase]:
    narrowed: dict[str, Any] = {
        "area__in": wanted.areas,
        "department": wanted.unit,
        "category__code__startswith": wanted.category or None,
        "channel": wanted.channel or None,
        "result__in": wanted.results or None,
        f"{wanted.column}__gte": wanted.first and _begins(wanted.first),
        f"{wanted.column}__lt": wanted.last and _begins(wanted.last + timedelta(days=1)),
        f"{wanted.column}__iso_week_day": wanted.weekday,
        f"{wanted.column}__hour": wanted.clock,
    }
    rows = CountedCase.objects.filter(**{name: value for name, value in narrowed.items() if value is not None})
    if wanted.issue is not None:
        rows = rows.filter(petition__in=IssueMember.objects.filter(issue=wanted.issue).values("petition"))
    return rows.filter(**{f"{wanted.column}__isnull": False})


def page(wanted: Wanted, after: str) -> Page:
    """One page, newest first; one statement."""
    near = cases(wanted).select_related("petition__category", "petition__area", "petition__main_department")
    return keyset.by_id(near.defer("petition__text", "petition__answer", "petition__search"), after)


def _begins(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=SHANGHAI)
