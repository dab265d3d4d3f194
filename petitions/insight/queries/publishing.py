"""Before a period is published: what is still open. Afterwards: what was published, and whether it still holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef

from petitions.insight.models import Publication, Stale
from petitions.insight.queries.spans import Span
from petitions.models import Petition, Request
from petitions.queries import keyset
from petitions.queries.keyset import Page
from petitions.services.requests import THREE_TIER
from petitions.states import CaseState, RequestState

OPEN = (RequestState.FILED, RequestState.UNIT_APPROVED, RequestState.DEPARTMENT_APPROVED)


@dataclass(frozen=True)
class Readiness:
    """What a publisher has to know. `requests`: kind → how many wait for a decision, filed before the end."""

    has_ended: bool
    requests: dict[str, int]
    uncalled: int
    unread: int
    published: Publication | None

    @property
    def is_clear(self) -> bool:
        return not (self.requests or self.uncalled or self.unread)


def readiness(span: Span, *, now: datetime) -> Readiness:
    """Four statements."""
    waiting = Request.objects.filter(kind__in=THREE_TIER, state__in=OPEN, filed_at__lt=span.window.ends)
    uncalled = Petition.objects.filter(state=CaseState.PENDING_CALLBACK, received_at__lt=span.window.ends)
    return Readiness(
        has_ended=now >= span.window.ends,
        requests=dict(waiting.order_by("kind").values_list("kind").annotate(n=Count("pk"))),
        uncalled=uncalled.count(),
        unread=Stale.objects.count(),
        published=latest(span),
    )


def latest(span: Span) -> Publication | None:
    """The newest publication of exactly this span."""
    found = Publication.objects.filter(
        period__kind=span.kind, period__first_half=span.window.first, period__end_half=span.window.end
    )
    return found.select_related("period", "formula", "by").order_by("-number").first()


def publications(after: str) -> Page:
    """All of them, newest first; `is_corrected` says that a later one stands for the same period. One statement."""
    later = Publication.objects.filter(period=OuterRef("period"), number__gt=OuterRef("number"))
    rows = Publication.objects.select_related("period", "formula", "by").annotate(is_corrected=Exists(later))
    return keyset.by_id(rows, after)
