"""Cases that look like this text: candidates from the database, exact re-rank in `nlp.core.similar`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from nlp.core import similar

CANDIDATES = 60
SHOWN = 5
# Rare terms find better candidates than common ones, and longer terms are rarer.
KEY_TERMS = 14


@dataclass(frozen=True)
class SimilarCase:
    petition_id: int
    no: str
    title: str
    state: str
    received_at: datetime
    score: float
    reasons: tuple[str, ...]


# One statement: the newest cases that share key terms, most shared terms first. The inner LIMIT keeps a burst of
# thousands of cases about one thing from being ranked whole.
CANDIDATE_SQL = """
SELECT c.id, c.no, c.title, c.redacted_text, c.state, c.received_at, a.path
FROM (
    SELECT p.* FROM petitions_petition p
    WHERE p.search @@ %(query)s::tsquery AND p.state NOT IN ('draft', 'invalid') AND p.id <> %(but)s
    ORDER BY p.id DESC LIMIT 400
) c LEFT JOIN routing_area a ON a.id = c.area_id
ORDER BY ts_rank(c.search, %(query)s::tsquery) DESC, c.id DESC LIMIT %(most)s
"""


def for_text(
    text: str,
    *,
    title: str = "",
    area_path: str = "",
    category_code: str | None = None,
    at_least: float = 0.35,
    but: int = 0,
) -> tuple[SimilarCase, ...]:
    """The cases most like this text, best first, each with the reasons for it. One statement."""
    terms = similar.key_terms(text, title=title, most=KEY_TERMS)
    if not terms:
        return ()
    query = " | ".join("'" + term.replace("\\", "\\\\").replace("'", "''") + "'" for term in terms)
    with connection.cursor() as cursor:
        cursor.execute(CANDIDATE_SQL, {"query": query, "but": but, "most": CANDIDATES})
        rows = cursor.fetchall()
    return _ranked(text, title, area_path, rows, at_least)


def _ranked(text: str, title: str, area_path: str, rows: Sequence[tuple], at_least: float) -> tuple[SimilarCase, ...]:
    by_id = {row[0]: row for row in rows}
    documents = [similar.Document(key=r[0], title=r[2], body=r[3], area_path=r[6] or "") for r in rows]
    here = similar.Document(key=0, title=title, body=text, area_path=area_path)
    found = [match for match in similar.rank(here, documents) if match.score >= at_least]
    return tuple(
        SimilarCase(match.key, *(by_id[match.key][i] for i in (1, 2, 4, 5)), match.score, tuple(match.reasons))
        for match in found[:SHOWN]
    )
