"""The cases of some months as the grouping reads them: texts without personal data, their issue, their topic so far."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction

from nlp.core.themes.reading import Message
from petitions.services.clock import midnight

CHUNK = 5000

CASES_SQL = """
SELECT p.id, p.received_at >= %(last)s, p.title, coalesce(nullif(p.redacted_text, ''), p.text), i.issue_id, t.found_id,
       coalesce(c.full_name, '')
FROM petitions_petition p
LEFT JOIN routing_category c ON c.id = p.category_id
LEFT JOIN insight_issuemember i ON i.petition_id = p.id
LEFT JOIN insight_topicmember t ON t.petition_id = p.id
WHERE p.received_at >= %(first)s AND p.received_at < %(end)s AND p.state NOT IN ('draft', 'invalid') AND NOT p.is_probe
ORDER BY p.id
"""


@dataclass(frozen=True)
class Case:
    """A case of the window; `is_of_month`: of its last month. `topic`: where the texts put it last time, if ever.
    `category`: the whole name of its leaf, '' for none."""

    pk: int
    is_of_month: bool
    message: Message
    topic: int | None
    category: str


def gather(month: date, months: int) -> list[Case]:
    """All that came in during `months` months, of which `month` is the last. One statement."""
    wanted = {
        "first": midnight(shifted(month, 1 - months)),
        "last": midnight(month),
        "end": midnight(shifted(month, 1)),
    }
    return [
        Case(pk, is_of_month, Message(str(pk), title, text, f"issue {issue}" if issue else ""), topic, category)
        for pk, is_of_month, title, text, issue, topic, category in _rows(wanted)
    ]


def _rows(wanted: dict) -> Iterator[tuple]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DECLARE topic_cases NO SCROLL CURSOR FOR {CASES_SQL}", wanted)
        while True:
            cursor.execute(f"FETCH {CHUNK} FROM topic_cases")
            rows = cursor.fetchall()
            if not rows:
                cursor.execute("CLOSE topic_cases")
                return
            yield from rows


def shifted(month: date, by: int) -> date:
    """The first day of the month so many months later."""
    year, index = divmod(12 * month.year + month.month - 1 + by, 12)
    return date(year, index + 1, 1)
