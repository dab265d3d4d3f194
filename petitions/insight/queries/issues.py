"""热点: the list by heat, and one issue with its curve, units, cases and edits. One statement each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation

from django.db.models import Count, Min, Q, QuerySet
from django.db.models.functions import TruncDate

from petitions.insight.issues.editing import with_undo
from petitions.insight.models import HotIssue, IssueEdit, IssueMember
from petitions.insight.windows import SHANGHAI
from petitions.queries.keyset import PAGE, Page
from petitions.row_keys import row_key
from petitions.states import OPEN

State = HotIssue.State
LISTED = {"living": (State.OPEN, State.WATCHED), "watched": (State.WATCHED,), "ignored": (State.IGNORED,)}
# A curve of more days than this says more by weeks.
MOST_DAYS, WEEK = 62, 7
REPRESENTATIVE, SUGGESTED, MOST_UNITS = 3, 8, 12


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to. `since`: a case came in after that; `area` is a path, `category` a code or its
    start; `least`: so many citizens."""

    which: str = "living"
    since: datetime | None = None
    area: str = ""
    category: str = ""
    least: int = 1

    def apply(self) -> QuerySet[HotIssue]:
        return self.of_any_state().filter(state__in=LISTED[self.which])

    def of_any_state(self) -> QuerySet[HotIssue]:
        rows = HotIssue.objects.filter(citizens__gte=self.least, citizens__gt=1)
        wanted = {"last_at__gte": self.since, "area__path__startswith": self.area}
        wanted["category__code__startswith"] = self.category
        return rows.filter(**{field: value for field, value in wanted.items() if value})


def listing(filters: Filters, after: str) -> tuple[Page, int]:
    """The hottest first, and how many come before this page. A cursor that makes no sense starts from the top."""
    heat, pk, before = _cursor(after)
    rows = filters.apply().select_related("area", "category")
    if pk:
        rows = rows.filter(Q(heat__lt=heat) | Q(heat=heat, pk__lt=pk))
    found = list(rows.order_by("-heat", "-pk")[: PAGE + 1])
    if len(found) <= PAGE:
        return Page(found, ""), before
    last = found[PAGE - 1]
    return Page(found[:PAGE], f"{last.heat}~{last.pk}~{before + PAGE}"), before


def named(wanted: str, most: int) -> list[HotIssue]:
    """Living issues whose name or title has these words, the hottest first. One statement."""
    fitting = Q(name__icontains=wanted) | Q(title__icontains=wanted)
    return list(Filters().apply().filter(fitting).order_by("-heat", "-pk")[:most])


def counts(filters: Filters) -> dict[str, int]:
    """How many issues each list has, with the same filters."""
    each = {which: Count("pk", filter=Q(state__in=states)) for which, states in LISTED.items()}
    return filters.of_any_state().aggregate(**each)


def one(pk: int) -> HotIssue | None:
    return HotIssue.objects.select_related("area", "category", "merged_into").filter(pk=pk).first()


@dataclass(frozen=True)
class Step:
    """A day or a week of the curve: cases and citizens, each citizen once."""

    first: date
    messages: int
    citizens: int


def curve(issue: HotIssue) -> list[Step]:
    """From the first case to the last, by days, or by weeks where it took long; nothing left out in between."""
    if not (issue.first_at and issue.last_at):
        return []
    first, last = (at.astimezone(SHANGHAI).date() for at in (issue.first_at, issue.last_at))
    days = (last - first).days + 1
    length = 1 if days <= MOST_DAYS else WEEK
    rows = (
        IssueMember.objects.filter(issue=issue)
        .annotate(day=TruncDate("received_at", tzinfo=SHANGHAI))
        .order_by("day")
        .values_list("day", "petition__caller_id", "petition_id")
    )
    steps: list[list[int]] = [[] for _ in range(-(-days // length))]
    for day, caller, case in rows:
        steps[min(max((day - first).days // length, 0), len(steps) - 1)].append(caller or -case)
    return [Step(first + timedelta(days=length * at), len(who), len(set(who))) for at, who in enumerate(steps)]


def units(issue: HotIssue) -> list[tuple[str, int, int]]:
    """(unit, cases, those still open), the busiest first."""
    rows = (
        IssueMember.objects.filter(issue=issue, petition__main_department__isnull=False)
        .order_by()
        .values_list("petition__main_department__name")
        .annotate(cases=Count("pk"), open=Count("pk", filter=Q(petition__state__in=OPEN)))
    )
    return list(rows.order_by("-cases", "petition__main_department__name")[:MOST_UNITS])


def representative(issue: HotIssue) -> list[IssueMember]:
    """The cases most like the others, one of each citizen."""
    of_each = (
        IssueMember.objects.filter(issue=issue)
        .order_by()
        .values("petition__caller_id")
        .annotate(first=Min("petition_id"))
        .values("first")
    )
    rows = IssueMember.objects.filter(issue=issue, petition__in=of_each).select_related("petition")
    return list(_bare(rows).order_by("-chance", "petition_id")[:REPRESENTATIVE])


def cases(issue: HotIssue, after: str) -> Page:
    """All of them, newest first, each with why it belongs."""
    rows = IssueMember.objects.filter(issue=issue).select_related(
        "petition__category", "petition__area", "petition__main_department", "by"
    )
    if (before := row_key(after)) is not None:
        rows = rows.filter(petition__lt=before)
    found = list(_bare(rows).order_by("-petition_id")[: PAGE + 1])
    return Page(found[:PAGE], str(found[PAGE - 1].petition_id) if len(found) > PAGE else "")


def edits(issue: HotIssue) -> list[IssueEdit]:
    """What people changed, the newest first; `may_undo` says whether it can be taken back."""
    rows = with_undo(IssueEdit.objects.filter(Q(issue=issue) | Q(other=issue)))
    return list(rows.select_related("issue", "other", "by").order_by("-pk")[:PAGE])


def to_merge(issue: HotIssue) -> list[HotIssue]:
    """Other living issues about the same object or the same kind of thing at the same place, the hottest first."""
    near = Q(area=issue.area_id, category=issue.category_id) if issue.area_id and issue.category_id else Q()
    if issue.object:
        near |= Q(object=issue.object)
    if not near:
        return []
    rows = HotIssue.objects.filter(near, state__in=LISTED["living"], citizens__gt=0).exclude(pk=issue.pk)
    return list(rows.order_by("-heat", "-pk")[:SUGGESTED])


def _bare(rows: QuerySet[IssueMember]) -> QuerySet[IssueMember]:
    return rows.defer("reading", "petition__text", "petition__answer", "petition__search")


def _cursor(after: str) -> tuple[Decimal, int, int]:
    """(heat, key, how many came before); zeros for what makes no sense."""
    said, *parts = after.split("~")
    keys = [row_key(part) for part in parts]
    if len(keys) != 2 or None in keys:
        return Decimal(0), 0, 0
    try:
        heat = Decimal(said)
    except InvalidOperation:
        return Decimal(0), 0, 0
    return (heat, *keys) if heat.is_finite() else (Decimal(0), 0, 0)
