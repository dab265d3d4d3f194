"""Cases that look like this text: candidates from the database, exact re-rank in `nlp.core.similar`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from nlp.core import similar

CANDIDATES = 60
SHOWN = 5
# Terms that go into the query for candidates: the most telling ones, so that a burst of cases which only share
# 小区 and 反映 is not read at all.
KEY_TERMS = 16
# The weight of a term seen in none of some thousand training texts: log(N + 1) + 1.
UNSEEN = 8.7


@dataclass(frozen=True)
class SimilarCase:
    petition_id: int
    no: str
    title: str
    state: str
    received_at: datetime
    score: float
    reasons: tuple[str, ...]


# One statement: the newest cases that share telling terms, those that share most of them first. The inner LIMIT
# bounds the work when thousands of cases are about one thing.
CANDIDATE_SQL = """
SELECT c.id, c.no, c.title, c.state, c.received_at, tsvector_to_array(c.search), COALESCE(a.path, ''),
       COALESCE(k.code, '')
FROM (
    SELECT p.* FROM petitions_petition p
    WHERE p.search @@ %(query)s::tsquery AND p.state NOT IN ('draft', 'invalid') AND p.id <> %(but)s
    ORDER BY p.id DESC LIMIT 300
) c LEFT JOIN routing_area a ON a.id = c.area_id LEFT JOIN routing_category k ON k.id = c.category_id
ORDER BY ts_rank(c.search, %(query)s::tsquery) DESC, c.id DESC LIMIT %(most)s
"""


def for_text(
    terms: Sequence[str],
    *,
    title: str = "",
    area_path: str = "",
    category_code: str | None = None,
    weights: Mapping[str, float] | None = None,
    at_least: float = similar.RELATED_FROM,
    but: int = 0,
) -> tuple[SimilarCase, ...]:
    """The cases most like a text with these index terms, best first, each with its reasons. One statement."""
    key = _telling(terms, weights or {})
    if not key:
        return ()
    with connection.cursor() as cursor:
        cursor.execute(CANDIDATE_SQL, {"query": " | ".join(map(quoted, key)), "but": but, "most": CANDIDATES})
        rows = cursor.fetchall()
    new = similar.Case(0, title, tuple(terms), area_path, category_code or "")
    others = [similar.Case(r[0], r[2], tuple(r[5]), r[6], r[7]) for r in rows]
    found = [match for match in similar.rank(new, others, weights=_complete(weights, [new, *others]))]
    found = [match for match in found if match.score >= at_least]
    by_id = {row[0]: row for row in rows}
    return tuple(SimilarCase(m.key, *by_id[m.key][1:5], m.score, tuple(m.reasons)) for m in found[:SHOWN])


def _telling(terms: Sequence[str], weights: Mapping[str, float]) -> list[str]:
    """The rarest terms, longer ones before shorter; numbers tell nothing."""
    words = [term for term in terms if len(term) > 1 and not term.isdigit()]
    return sorted(words, key=lambda term: (-weights.get(term, UNSEEN), -len(term)))[:KEY_TERMS]


def _complete(weights: Mapping[str, float], cases: Sequence[similar.Case]) -> dict[str, float] | None:
    """The weight of every term of these cases; terms that the model never saw are the rarest of all."""
    if not weights:
        return None
    terms = {term for case in cases for term in case.body_terms | case.title_terms}
    return {term: weights.get(term, UNSEEN) for term in terms}


def quoted(term: str) -> str:
    """A lexeme as tsquery wants it."""
    return "'" + term.replace("\\", "\\\\").replace("'", "''") + "'"
