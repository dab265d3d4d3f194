"""诚信核查: the findings to look into, one of them with its cases, and how often each rule was right."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q

from nlp.core.agreement import Share
from petitions.insight.models import Finding, FindingCase
from petitions.queries import keyset
from petitions.queries.keyset import Page

MOST_PROOFS = 200
JUDGED = (Finding.State.EXPLAINED, Finding.State.CONFIRMED)


@dataclass(frozen=True)
class Record:
    """How a rule did so far: of those somebody answered, how many were confirmed; how many are open."""

    rule: str
    confirmed: Share
    open: int


def listing(state: str, after: str) -> Page:
    """The findings of one state, newest first. One statement."""
    rows = Finding.objects.filter(state=state).select_related("unit", "person").annotate(cases=Count("proofs"))
    return keyset.by_id(rows, after)


def counts() -> dict[str, int]:
    return dict(Finding.objects.order_by().values_list("state").annotate(n=Count("pk")))


def records() -> list[Record]:
    """One statement."""
    rows = (
        Finding.objects.order_by("rule")
        .values_list("rule")
        .annotate(
            confirmed=Count("pk", filter=Q(state=Finding.State.CONFIRMED)),
            judged=Count("pk", filter=Q(state__in=JUDGED)),
            open=Count("pk", filter=Q(state=Finding.State.OPEN)),
        )
    )
    return [Record(rule, Share(confirmed, judged), waiting) for rule, confirmed, judged, waiting in rows]


def one(pk: int) -> Finding | None:
    return Finding.objects.select_related("unit", "person").prefetch_related("answers__by").filter(pk=pk).first()


def proofs(finding: Finding) -> list[FindingCase]:
    """The newest cases it rests on. One statement."""
    return list(finding.proofs.select_related("petition__main_department")[:MOST_PROOFS])
