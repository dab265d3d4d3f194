"""What is counted of topics by month: cases, people, verdicts, places, the way they go. Derived from the members."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import date

from django.db import connection
from django.db.models import Max

from nlp.core.themes.course import Rules, course
from petitions.insight.models import TopicMonth
from petitions.insight.queries.behind import DISSATISFIED
from petitions.insight.topics.gathering import shifted

REPRESENTATIVES = 5
# A case without a known caller is one person of its own.
COUNT_SQL = """
WITH said AS (
    SELECT m.topic_id, m.month, p.id, coalesce(p.caller_id, -p.id) AS who, m.nearness,
           coalesce(p.area_id::text, '') AS area
    FROM insight_topicmember m JOIN petitions_petition p ON p.id = m.petition_id
    WHERE (%(topics)s::bigint[] IS NULL OR m.topic_id = ANY (%(topics)s::bigint[]))
      AND (%(month)s::date IS NULL OR m.month = %(month)s::date)
), judged AS (
    SELECT k.petition_id, bool_or(k.satisfaction = ANY (%(bad)s) OR k.solved = 'no') AS unhappy
    FROM insight_mark k WHERE k.kind = 'verdict' AND k.petition_id IN (SELECT id FROM said) GROUP BY k.petition_id
), placed AS (
    SELECT topic_id, month, jsonb_object_agg(area, n) AS areas
    FROM (SELECT topic_id, month, area, count(*) AS n FROM said GROUP BY topic_id, month, area) d
    GROUP BY topic_id, month
), middle AS (
    SELECT topic_id, month, array_agg(id ORDER BY at) AS nearest FROM (
        SELECT topic_id, month, id, row_number() OVER (
            PARTITION BY topic_id, month ORDER BY nearness DESC, id) AS at FROM said
    ) n WHERE at <= %(shown)s GROUP BY topic_id, month
)
SELECT s.topic_id, s.month, count(*), count(DISTINCT s.who), count(j.petition_id),
       count(*) FILTER (WHERE j.unhappy), d.areas, n.nearest
FROM said s LEFT JOIN judged j ON j.petition_id = s.id
JOIN placed d USING (topic_id, month) JOIN middle n USING (topic_id, month)
GROUP BY s.topic_id, s.month, d.areas, n.nearest
"""


def count_month(month: date, rules: Rules) -> None:
    """Every topic in one month. Other months keep their figures."""
    earlier: dict[int, dict[date, int]] = defaultdict(dict)
    for topic, at, cases in TopicMonth.objects.filter(month__lt=month).values_list("topic_id", "month", "cases"):
        earlier[topic][at] = cases
    rows = {row.topic_id: row for row in _counted(None, month)}
    going = TopicMonth.objects.filter(month=shifted(month, -1)).exclude(state=TopicMonth.State.SOLVED)
    for topic in going.values_list("topic_id", flat=True):
        rows.setdefault(topic, _nothing(topic, month))
    for topic, row in rows.items():
        row.state = course(_series(earlier[topic], row), rules)
    TopicMonth.objects.filter(month=month).delete()
    TopicMonth.objects.bulk_create(rows.values())


def count_topics(topics: Collection[int], rules: Rules) -> None:
    """These topics in every counted month, after people changed what is in them."""
    rows = defaultdict(list)
    for row in sorted(_counted(topics, None), key=lambda each: each.month):
        rows[row.topic_id].append(row)
    last = TopicMonth.objects.aggregate(last=Max("month"))["last"]
    TopicMonth.objects.filter(topic__in=topics).delete()
    TopicMonth.objects.bulk_create(row for own in rows.values() for row in _with_quiet_months(own, last, rules))


def _with_quiet_months(rows: list[TopicMonth], last: date, rules: Rules) -> Iterator[TopicMonth]:
    """The rows with their states, and rows of nothing in between and after, until the topic counts as over."""
    there = {row.month: row for row in rows}
    counts: list[int] = []
    month, was_over = rows[0].month, False
    while month <= last:
        row = there.get(month) or _nothing(rows[0].topic_id, month)
        counts.append(row.cases)
        row.state = course(counts, rules)
        if row.cases or not was_over:
            yield row
        was_over = row.state == TopicMonth.State.SOLVED
        month = shifted(month, 1)


def _nothing(topic: int, month: date) -> TopicMonth:
    return TopicMonth(topic_id=topic, month=month, cases=0, citizens=0, repeated=0, judged=0, dissatisfied=0)


def _series(before: Mapping[date, int], row: TopicMonth) -> list[int]:
    """Cases of consecutive months, from the topic's first one to the row's."""
    month, counts = min(before, default=row.month), []
    while month < row.month:
        counts.append(before.get(month, 0))
        month = shifted(month, 1)
    return [*counts, row.cases]


def _counted(topics: Collection[int] | None, month: date | None) -> list[TopicMonth]:
    """One statement."""
    wanted = {
        "topics": sorted(topics) if topics is not None else None,
        "month": month,
        "bad": list(DISSATISFIED),
        "shown": REPRESENTATIVES,
    }
    with connection.cursor() as cursor:
        cursor.execute(COUNT_SQL, wanted)
        return [
            TopicMonth(
                topic_id=topic,
                month=at,
                cases=cases,
                citizens=citizens,
                repeated=cases - citizens,
                judged=judged,
                dissatisfied=unhappy,
                areas=json.loads(areas),
                representatives=nearest,
            )
            for topic, at, cases, citizens, judged, unhappy, areas, nearest in cursor.fetchall()
        ]
