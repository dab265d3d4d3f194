"""通知投递: what went out or did not, newest first; recipients masked. A constant number of statements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.dateparse import parse_datetime

from petitions.masks import mask
from petitions.models import Delivery, Outbox
from petitions.models.delivery import Way
from petitions.queries import keyset

COUNTED = 999  # more dead letters than that are shown as "999+"
UNWORDED = 20


@dataclass(frozen=True)
class Filters:
    state: str = ""
    way: str = ""
    topic: str = ""
    no: str = ""

    def apply(self, rows: QuerySet) -> QuerySet:
        wanted = {"state": self.state, "way": self.way, "topic": self.topic, "petition__no": self.no}
        return rows.filter(**{field: value for field, value in wanted.items() if value})


@dataclass(frozen=True)
class Try:
    at: datetime | None
    problem: str


@dataclass(frozen=True)
class Line:
    """One delivery with its masked recipient and its attempts, oldest first."""

    row: Delivery
    label: str
    to: str
    tries: tuple[Try, ...]


@dataclass(frozen=True)
class Log:
    lines: Sequence[Line]
    next: str
    dead: int
    unworded: Sequence[Outbox]


def page(filters: Filters, *, after: str, labels: Mapping[str, str]) -> Log:
    """Three statements: the page, how many dead letters there are, and what could not be worded."""
    rows = filters.apply(Delivery.objects.select_related("petition__caller", "department", "webhook"))
    found = keyset.by_id(rows.defer("petition__text", "petition__redacted_text", "petition__search"), after)
    dead = Delivery.objects.filter(state=Delivery.State.DEAD)[: COUNTED + 1].count()
    unworded = Outbox.objects.filter(state=Outbox.State.FAILED).select_related("petition").order_by("-pk")[:UNWORDED]
    return Log([_line(row, labels) for row in found.rows], found.next, dead, list(unworded))


def _line(row: Delivery, labels: Mapping[str, str]) -> Line:
    tries = tuple(Try(parse_datetime(each["at"]), each["problem"]) for each in row.tries)
    return Line(row, labels.get(row.topic, row.topic), _to(row), tries)


def _to(row: Delivery) -> str:
    if row.way == Way.WEBHOOK:
        return str(row.webhook)
    if row.way == Way.EMAIL:
        return f"{row.department} {mask(row.department.email)}" if row.department else ""
    return _masked_phone(row.petition)


def _masked_phone(case: Any) -> str:
    return case.caller.masked_phone if case and case.caller else ""
