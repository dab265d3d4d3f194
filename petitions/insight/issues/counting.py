"""What is counted of issues: messages and people, units, places, verdicts, heat. Derived from the members, so it can
be counted anew at any time; three statements for up to hundreds of issues."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from petitions.insight.issues.heat import Limits, Told, heat
from petitions.insight.models import HotIssue
from petitions.insight.queries.behind import DISSATISFIED

CHUNK = 500
# A case without a known caller is one person of its own; whoever was unhappy once is, whatever was said of other cases.
COUNT_SQL = """
WITH said AS (
    SELECT m.issue_id, p.id, coalesce(p.caller_id, -p.id) AS who, p.received_at, p.area_id, p.category_id,
           p.main_department_id AS unit, nullif(split_part(a.path, '/', 2), '') AS district
    FROM insight_issuemember m JOIN petitions_petition p ON p.id = m.petition_id
    LEFT JOIN routing_area a ON a.id = p.area_id
    WHERE m.issue_id = ANY (%(issues)s)
), marked AS (
    SELECT k.petition_id, bool_or(k.kind = 'repeat') AS again, bool_or(k.kind = 'verdict') AS judged,
           bool_or(k.kind = 'verdict' AND (k.solved = 'no' OR k.satisfaction = ANY (%(bad)s))) AS unhappy
    FROM insight_mark k WHERE k.petition_id IN (SELECT id FROM said) AND k.kind IN ('repeat', 'verdict')
    GROUP BY k.petition_id
), people AS (
    SELECT s.issue_id, s.who, max(s.received_at) >= %(recent)s AS recent,
           bool_or(s.received_at >= %(before)s AND s.received_at < %(recent)s) AS before,
           count(*) > 1 OR coalesce(bool_or(k.again), false) AS "returning",
           coalesce(bool_or(k.judged), false) AS judged, coalesce(bool_or(k.unhappy), false) AS unhappy
    FROM said s LEFT JOIN marked k ON k.petition_id = s.id GROUP BY s.issue_id, s.who
), persons AS (
    SELECT issue_id, count(*) AS citizens, count(*) FILTER (WHERE recent) AS recent,
           count(*) FILTER (WHERE before) AS before, count(*) FILTER (WHERE "returning") AS "returning",
           count(*) FILTER (WHERE judged) AS judged, count(*) FILTER (WHERE unhappy) AS unhappy
    FROM people GROUP BY issue_id
), messages AS (
    SELECT issue_id, count(*) AS messages, min(received_at) AS first_at, max(received_at) AS last_at,
           count(DISTINCT unit) AS units, count(DISTINCT district) AS districts,
           mode() WITHIN GROUP (ORDER BY area_id) AS area_id, mode() WITHIN GROUP (ORDER BY category_id) AS category_id
    FROM said GROUP BY issue_id
)
SELECT * FROM messages JOIN persons USING (issue_id)
"""
COUNTED = (
    *("messages", "first_at", "last_at", "units", "districts", "area_id", "category_id"),
    *("citizens", "recent", "before", "returning", "judged", "unhappy"),
)
NOTHING: dict[str, Any] = {
    name: None if name in ("first_at", "last_at", "area_id", "category_id") else 0 for name in COUNTED
}
WRITTEN = (*(name.removesuffix("_id") for name in COUNTED), "heat", "terms", "counted_at")


def count(issues: Collection[int], limits: Limits, *, now: datetime) -> None:
    """Bring these issues in line with their members. Whoever calls holds the turn of the issues."""
    for at in range(0, len(issues), CHUNK):
        _count(sorted(issues)[at : at + CHUNK], limits, now)


def cool_down(limits: Limits, *, now: datetime, older_than: timedelta, most: int) -> int:
    """Count those anew that were counted longest ago: heat cools with time, and verdicts come in."""
    since = now - timedelta(days=limits.join_days)
    due = HotIssue.objects.filter(citizens__gt=1, counted_at__lt=now - older_than, last_at__gte=since)
    ids = list(due.order_by("counted_at").values_list("pk", flat=True)[:most])
    count(ids, limits, now=now)
    return len(ids)


def _count(ids: list[int], limits: Limits, now: datetime) -> None:
    recent = now - limits.span
    wanted = {"issues": ids, "recent": recent, "before": recent - limits.span, "bad": list(DISSATISFIED)}
    with connection.cursor() as cursor:
        cursor.execute(COUNT_SQL, wanted)
        names = [column.name for column in cursor.description]
        counted = {row[0]: dict(zip(names, row, strict=True)) for row in cursor.fetchall()}
    issues = list(HotIssue.objects.filter(pk__in=ids))
    for issue in issues:
        found = counted.get(issue.pk, NOTHING)
        for name in COUNTED:
            setattr(issue, name, found[name])
        _warm(issue, limits, now)
    HotIssue.objects.bulk_create(issues, update_conflicts=True, unique_fields=["id"], update_fields=WRITTEN)


def _warm(issue: HotIssue, limits: Limits, now: datetime) -> None:
    issue.counted_at, issue.terms, issue.heat = now, [], 0
    if issue.last_at:
        people = (issue.citizens, issue.recent, issue.before, issue.returning, issue.judged, issue.unhappy)
        found = heat(Told(*people, issue.last_at), limits, now)
        issue.heat = found.points
        issue.terms = [[term.name, term.weight, term.share, str(term.points)] for term in found.terms]
