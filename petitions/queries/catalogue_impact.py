"""Past cases as the few facts that routing asks for, newest first, in batches by key."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from django.db.models import Q, QuerySet

from petitions.models import Petition
from petitions.states import CaseState

BATCH = 5_000
# Neither finished being told, nor a matter at all.
NOT_ROUTED = (CaseState.DRAFT, CaseState.INVALID)


class PastCase(NamedTuple):
    pk: int
    no: str
    category: str
    area_id: int | None
    received_at: datetime
    tags: list[str]
    urgency: str
    main_department_id: int | None


FIELDS = ("pk", "no", "category__code", "area_id", "received_at", "tags", "urgency", "main_department_id")


def routed(since: datetime, until: datetime) -> QuerySet:
    """Cases of active leaves that came in within this time; 体验件 are not counted."""
    cases = Petition.objects.filter(received_at__gte=since, received_at__lte=until, is_probe=False)
    return cases.filter(category__is_active=True).exclude(state__in=NOT_ROUTED)


def count(since: datetime, until: datetime) -> int:
    return routed(since, until).count()


def batches(since: datetime, until: datetime, *, size: int = BATCH) -> Iterator[list[PastCase]]:
    """One statement a batch, along the index on the time of receipt."""
    rows = routed(since, until).order_by("-received_at", "-pk").values_list(*FIELDS)
    found = [PastCase(*row) for row in rows[:size]]
    while found:
        yield found
        if len(found) < size:
            return
        last = found[-1]
        older = rows.filter(Q(received_at__lt=last.received_at) | Q(received_at=last.received_at, pk__lt=last.pk))
        found = [PastCase(*row) for row in older.filter(received_at__lte=last.received_at)[:size]]
