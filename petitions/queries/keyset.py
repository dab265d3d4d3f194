"""Pages of a list by key, not by OFFSET: as fast on page ten thousand as on the first, and stable while rows arrive."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive

from petitions.row_keys import row_key

PAGE = 20


@dataclass(frozen=True)
class Page:
    """One page of rows; `next` is what the link to the following page carries, '' on the last."""

    rows: Sequence[Any]
    next: str


def by_id(rows: QuerySet, after: str, *, size: int = PAGE, oldest_first: bool = False) -> Page:
    """Newest first, unless said otherwise. A cursor that makes no sense starts from the top."""
    if (last_seen := row_key(after)) is not None:
        rows = rows.filter(**{"pk__gt" if oldest_first else "pk__lt": last_seen})
    found = list(rows.order_by("pk" if oldest_first else "-pk")[: size + 1])
    return Page(found[:size], str(found[size - 1].pk) if len(found) > size else "")


def by_due(rows: QuerySet, after: str, *, field: str = "due_at", size: int = PAGE) -> Page:
    """The most urgent first: by clock, then by key. Rows without a clock are not in such a list.

    A cursor that makes no sense starts from the top.
    """
    moment, key = _cursor(after)
    if moment:
        rows = rows.filter(Q(**{f"{field}__gt": moment}) | Q(**{field: moment, "pk__gt": key}))
    found = list(rows.filter(**{f"{field}__isnull": False}).order_by(field, "pk")[: size + 1])
    if len(found) <= size:
        return Page(found, "")
    last = found[size - 1]
    return Page(found[:size], f"{getattr(last, field).isoformat()}~{last.pk}")


def _cursor(after: str) -> tuple[datetime | None, int]:
    moment, _, key = after.partition("~")
    try:
        at = parse_datetime(moment)
    except ValueError:
        return None, 0
    row = row_key(key)
    return (None, 0) if at is None or is_naive(at) or row is None else (at, row)
