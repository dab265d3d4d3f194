"""月度主题: the topics of a month, the way the largest went, one topic with its cases. Statements are constant."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from petitions.insight.models import Mark, Topic, TopicEdit, TopicMember, TopicMonth, TopicRun
from petitions.insight.queries.behind import DISSATISFIED
from petitions.insight.topics.gathering import shifted
from petitions.models import Petition
from petitions.queries.keyset import PAGE, Page
from petitions.row_keys import row_key

MOST_MONTHS, RIVER_MONTHS, RIVER_TOPICS = 36, 12, 8
# The grouping makes about fifty topics of any month; only the edits of people could make so many.
MOST_TOPICS = 300
UNHAPPY, AGAIN = "dissatisfied", "repeated"


@dataclass(frozen=True)
class Standing:
    """A topic in a month, and its cases of the month before (None where that month was not grouped)."""

    row: TopicMonth
    before: int | None


@dataclass(frozen=True)
class Stream:
    """A topic's cases in consecutive months; `topic` is None for all smaller ones together."""

    topic: Topic | None
    counts: tuple[int, ...]


def months() -> list[date]:
    """The grouped months, newest first. One statement."""
    rows = TopicMonth.objects.order_by("-month").values_list("month", flat=True).distinct()
    return list(rows[:MOST_MONTHS])


def standings(month: date, state: str = "") -> list[Standing]:
    """The month's topics, the largest first. Two statements."""
    before = dict(TopicMonth.objects.filter(month=shifted(month, -1)).values_list("topic_id", "cases"))
    rows = TopicMonth.objects.filter(month=month, **({"state": state} if state else {})).select_related("topic")
    found = rows.order_by("-cases", "topic_id")[:MOST_TOPICS]
    return [Standing(row, before.get(row.topic_id, 0) if before else None) for row in found]


def states(month: date) -> Counter[str]:
    """How many topics are in each state. One statement."""
    return Counter(TopicMonth.objects.filter(month=month).values_list("state", flat=True))


def river(month: date) -> tuple[list[date], list[Stream]]:
    """The year up to this month: its largest topics and the rest, from the first grouped month on. Two statements."""
    first = shifted(month, 1 - RIVER_MONTHS)
    counts: dict[int, dict[date, int]] = defaultdict(dict)
    rows = TopicMonth.objects.filter(month__gte=first, month__lte=month)
    for topic, at, cases in rows.values_list("topic_id", "month", "cases"):
        counts[topic][at] = cases
    known = [at for own in counts.values() for at in own]
    span = _months(min(known), month) if known else []
    largest = sorted(counts, key=lambda topic: (-sum(counts[topic].values()), topic))[:RIVER_TOPICS]
    topics = Topic.objects.in_bulk(largest)
    streams = [Stream(topics[pk], tuple(counts[pk].get(at, 0) for at in span)) for pk in largest]
    small = [own for topic, own in counts.items() if topic not in largest]
    if small:
        streams.append(Stream(None, tuple(sum(own.get(at, 0) for own in small) for at in span)))
    return span, streams


def places(month: date, topic: int | None = None) -> Counter[int | None]:
    """Cases by area, of one topic or of all. One statement."""
    rows = TopicMonth.objects.filter(month=month, **({"topic": topic} if topic else {}))
    found: Counter[int | None] = Counter()
    for areas in rows.values_list("areas", flat=True):
        for area, cases in areas.items():
            found[int(area) if area else None] += cases
    return found


def one(pk: int) -> Topic | None:
    return Topic.objects.filter(pk=pk).first()


def history(topic: Topic) -> list[TopicMonth]:
    """Its months, oldest first."""
    return list(reversed(topic.months.order_by("-month")[:MOST_MONTHS]))


def quoted(row: TopicMonth) -> list[Petition]:
    """The cases nearest to the topic's middle."""
    found = Petition.objects.defer("text", "answer", "search").in_bulk(row.representatives)
    return [found[pk] for pk in row.representatives if pk in found]


@dataclass(frozen=True)
class Filters:
    """Which cases of a topic: of a month, inside an area (a path; "-" where the place is not known), `only` those of
    unhappy citizens or of citizens who had written before."""

    month: date | None = None
    area: str = ""
    only: str = ""


def cases(topic: Topic, filters: Filters, after: str) -> Page:
    """Newest first, as many as the figure says that the filters come from. One statement."""
    rows = TopicMember.objects.filter(_wanted(filters), topic=topic)
    if (before := row_key(after)) is not None:
        rows = rows.filter(petition__lt=before)
    rows = rows.select_related("petition__category", "petition__area", "petition__main_department")
    rows = rows.defer("petition__text", "petition__redacted_text", "petition__answer", "petition__search")
    found = list(rows.order_by("-petition")[: PAGE + 1])
    return Page(found[:PAGE], str(found[PAGE - 1].petition_id) if len(found) > PAGE else "")


def count(topic: Topic, filters: Filters) -> int:
    return TopicMember.objects.filter(_wanted(filters), topic=topic).count()


def edits(topic: Topic) -> list[TopicEdit]:
    """What people changed, newest first; `is_undone` where somebody took it back."""
    undone = Exists(TopicEdit.objects.filter(undoes=OuterRef("pk")))
    rows = TopicEdit.objects.filter(Q(topic=topic) | Q(other=topic)).annotate(is_undone=undone)
    return list(rows.select_related("topic", "other", "by", "undoes").order_by("-pk")[: 2 * PAGE])


def merged_into(topic: Topic) -> Topic | None:
    """Where its cases went, if people merged it away."""
    last = TopicEdit.objects.filter(topic=topic, kind=TopicEdit.Kind.MERGE, undone=None).order_by("-pk").first()
    return last.other if last else None


def others(topic: Topic, month: date | None) -> QuerySet[Topic]:
    """The month's topics that it may be merged into."""
    return Topic.objects.filter(months__month=month, months__cases__gt=0).exclude(pk=topic.pk).order_by("title", "pk")


def last_run(month: date) -> TopicRun | None:
    return TopicRun.objects.filter(month=month).first()


def _months(first: date, last: date) -> list[date]:
    found = [first]
    while found[-1] < last:
        found.append(shifted(found[-1], 1))
    return found


def _wanted(filters: Filters) -> Q:
    wanted = Q(month=filters.month) if filters.month else Q()
    if filters.area:
        wanted &= Q(petition__area=None) if filters.area == "-" else Q(petition__area__path__startswith=filters.area)
    if filters.only == UNHAPPY:
        verdicts = Mark.objects.filter(petition=OuterRef("petition"), kind="verdict")
        wanted &= Exists(verdicts.filter(Q(satisfaction__in=DISSATISFIED) | Q(solved="no")))
    if filters.only == AGAIN:
        same = {name: OuterRef(name) for name in ("topic", "month", "petition__caller")}
        wanted &= Exists(TopicMember.objects.filter(**same, petition__lt=OuterRef("petition")))
    return wanted
