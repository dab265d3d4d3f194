"""知识库: the list with its states, one item with its versions, and how each item serves."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from petitions.models import Ask, Citation, KnowledgeItem, KnowledgeVersion, Petition
from petitions.queries import keyset
from petitions.states import CaseState, RequestType
from routing.rulebook import Rulebook

NEAR_DAYS = 30
DAYS = 30
AGAIN_DAYS = 30
VERSIONS_SHOWN = 30
Outcome = Ask.Outcome


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to; empty values narrow nothing. `category` is a code or its start."""

    q: str = ""
    state: str = ""
    category: str = ""
    owner: str = ""
    audience: str = ""

    def apply(self, items: QuerySet, today: date, near: timedelta) -> QuerySet:
        if self.q.strip():
            items = items.filter(
                Q(title__icontains=self.q) | Q(question__icontains=self.q) | Q(answer__icontains=self.q)
            )
        if self.category:
            items = items.filter(category__code__startswith=self.category)
        if self.owner:
            items = items.filter(owner=self.owner)
        if self.audience == "enterprise":
            items = items.filter(for_enterprises=True)
        state = states(today, near).get(self.state)
        return items.filter(state) if state is not None else items


@dataclass(frozen=True)
class Figures:
    """How an item served: cited by operators, said to citizens who asked, and what they said to it."""

    cited: int = 0
    called_again: int = 0
    asked: int = 0
    answered: int = 0
    rejected: int = 0
    reopened: int = 0

    @property
    def said(self) -> int:
        """Citizens who said whether it helped."""
        return self.answered + self.rejected


@dataclass(frozen=True)
class Listing:
    lines: tuple[tuple[KnowledgeItem, str, Figures], ...]  # item, state, figures
    next: str
    counts: dict[str, int]


@dataclass(frozen=True)
class Direct:
    """How much was answered at once, as (hits, n): consultations by the hotline, questions online."""

    hotline: tuple[int, int]
    online: tuple[int, int]
    out_of_hours: tuple[int, int]
    since: datetime
    at: datetime


def states(today: date, near: timedelta) -> dict[str, Q]:
    """What an item can be: in force, in force but to be reviewed soon, expired, a draft."""
    return {
        "in_force": Q(is_published=True, review_by__gte=today + near),
        "near": Q(is_published=True, review_by__gte=today, review_by__lt=today + near),
        "expired": Q(is_published=True, review_by__lt=today),
        "draft": Q(is_published=False),
    }


def state_of(item: KnowledgeItem, today: date, near: timedelta) -> str:
    if not item.is_published:
        return "draft"
    if item.is_stale(today):
        return "expired"
    return "near" if item.review_by < today + near else "in_force"


def near_of(rules: Rulebook) -> timedelta:
    """How long before its review date an item counts as near: the earliest reminder."""
    return timedelta(days=max(rules.parameter("knowledge.remind_days", [NEAR_DAYS])))


def listing(filters: Filters, after: str, *, rules: Rulebook, today: date) -> Listing:
    """Newest first, with the counts of all states. Four statements."""
    near = near_of(rules)
    items = KnowledgeItem.objects.select_related("category", "owner")
    page = keyset.by_id(filters.apply(items, today, near), after)
    counts = KnowledgeItem.objects.aggregate(**{name: Count("pk", filter=q) for name, q in states(today, near).items()})
    served = figures([item.pk for item in page.rows], rules=rules)
    lines = tuple((item, state_of(item, today, near), served[item.pk]) for item in page.rows)
    return Listing(lines, page.next, counts)


def one(pk: int) -> KnowledgeItem | None:
    return KnowledgeItem.objects.select_related("category", "owner").filter(pk=pk).first()


def versions(item: KnowledgeItem) -> list[KnowledgeVersion]:
    """What it said, the newest first, each with the one it replaced for comparison."""
    rows = item.versions.select_related("made_by", "owner", "category").order_by("-number")
    return list(rows[:VERSIONS_SHOWN])


def figures(item_ids: Iterable[int], *, rules: Rulebook) -> dict[int, Figures]:
    """How these items served, all versions together. Two statements."""
    wanted = list(item_ids)
    again = timedelta(days=float(rules.parameter("knowledge.again_days", AGAIN_DAYS)))
    asks = (
        Ask.objects.filter(version__item__in=wanted)
        .values_list("version__item")
        .annotate(
            n=Count("pk"),
            answered=Count("pk", filter=Q(outcome=Outcome.ANSWERED)),
            rejected=Count("pk", filter=Q(outcome=Outcome.REJECTED)),
            reopened=Count("pk", filter=Q(reopened_at__isnull=False)),
        )
    )
    # Whoever was answered at once and comes back about the same kind of matter was not answered.
    later = Petition.objects.filter(
        caller=OuterRef("petition__caller"),
        category=OuterRef("petition__category"),
        pk__gt=OuterRef("petition"),
        received_at__lt=OuterRef("cited_at") + again,
    )
    cited = Citation.objects.filter(version__item__in=wanted).values_list("version__item")
    cited = cited.annotate(n=Count("pk"), again=Count("pk", filter=Q(Exists(later))))
    online = {pk: counts for pk, *counts in asks}
    hotline = {pk: counts for pk, *counts in cited}
    return {pk: Figures(*hotline.get(pk, (0, 0)), *online.get(pk, (0, 0, 0, 0))) for pk in wanted}


def direct(*, rules: Rulebook, now: datetime) -> Direct:
    """Of the last days' consultations, how many were answered at once. Two statements, both by time."""
    since = now - timedelta(days=float(rules.parameter("knowledge.rate_days", DAYS)))
    cases = Petition.objects.filter(received_at__gte=since, request_type=RequestType.CONSULT, is_probe=False)
    cases = cases.exclude(state__in=(CaseState.DRAFT, CaseState.INVALID))
    n, hits = cases.aggregate(n=Count("pk"), k=Count("pk", filter=Q(state=CaseState.ANSWERED))).values()
    good = Q(outcome=Outcome.ANSWERED, reopened_at=None)
    asked = Ask.objects.filter(asked_at__gte=since).aggregate(
        n=Count("pk"),
        k=Count("pk", filter=good),
        n_out=Count("pk", filter=Q(out_of_hours=True)),
        k_out=Count("pk", filter=good & Q(out_of_hours=True)),
    )
    return Direct((hits, n), (asked["k"], asked["n"]), (asked["k_out"], asked["n_out"]), since, now)


def latest_rejected(item: KnowledgeItem) -> list[Any]:
    """Questions that this item did not answer, redacted, the newest first: what its words have to be mended by."""
    rows = Ask.objects.filter(version__item=item).filter(Q(outcome=Outcome.REJECTED) | Q(reopened_at__isnull=False))
    return list(rows.select_related("petition").order_by("-id")[:5])
