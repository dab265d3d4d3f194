"""Cases that no note told of (older than the notes, or read by an earlier version) get their reading and an issue."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db import connection, transaction

from petitions.insight.issues import readings
from petitions.insight.issues.joining import TURN, first_member, new_issue
from petitions.insight.models import HotIssue, IssueMember, Unread
from petitions.services import turns

CHUNK = 500

MISSING_SQL = """
SELECT p.id FROM petitions_petition p LEFT JOIN insight_issuemember m ON m.petition_id = p.id
WHERE p.received_at >= %s AND p.state NOT IN ('draft', 'invalid') AND NOT p.is_probe AND m.id IS NULL
ORDER BY p.id
"""


def adopt(since: datetime, *, now: datetime) -> set[int]:
    """One issue for each case received since then that has none; returns the new issues."""
    with connection.cursor() as cursor:
        cursor.execute(MISSING_SQL, [since])
        missing = [row[0] for row in cursor.fetchall()]
    found: set[int] = set()
    for chunk in _chunks(missing):
        found |= _adopt(chunk, now)
    return found


def _adopt(ids: Sequence[int], now: datetime) -> set[int]:
    noted = Unread.objects.order_by("id").values_list("id", flat=True).last() or 0
    reader = readings.reader()
    read = {case.id: (case, readings.read(case, reader)) for case in readings.cases(ids).values() if case.belongs}
    with transaction.atomic():
        turns.wait(TURN)
        there = set(IssueMember.objects.filter(petition__in=ids).values_list("petition_id", flat=True))
        new = [(case, said) for case, said in read.values() if case.id not in there]
        issues = HotIssue.objects.bulk_create(new_issue(case, said) for case, said in new)
        members = (first_member(case, said, issue, now) for (case, said), issue in zip(new, issues, strict=True))
        IssueMember.objects.bulk_create(members)
        Unread.objects.filter(petition_id__in=ids, id__lte=noted).delete()
    return {issue.pk for issue in issues}


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for at in range(0, len(ids), CHUNK):
        yield ids[at : at + CHUNK]
