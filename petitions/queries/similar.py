"""Cases that look like this text: candidates from the database, exact re-rank in `nlp.core.similar`.

A case is found from the moment its row is committed: candidates come from the index of the table itself. What the
database has to read is bounded beforehand (`telling`), whatever the number of cases; a deadline cuts off the rest.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import OperationalError, connection

from nlp.core import similar
from petitions.queries import frequencies, telling

SHOWN = 5
# Rows of the text's terms that are looked at, and candidates that are compared exactly.
LOOKED_AT, CANDIDATES = 2_000, 60
# The newest cases of the same place and kind, and of the same caller: hot issues have more common words than rare ones.
OF_PLACE, OF_CALLER = 60, 30
# Commoner words are looked for near the place among the newest cases only: an area's entries grow with the table.
NEWEST = 1_000_000
# What the same place is worth in the rough order.
HERE = 1.25
# A proposal that takes longer helps nobody; the case is taken in without it.
DEADLINE_MS = 400
CANCELLED = "57014"

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class SimilarCase:
    petition_id: int
    no: str
    title: str
    state: str
    received_at: datetime
    score: float
    reasons: tuple[str, ...]


# One statement. Rows are named by where they lie (ctid): all is one snapshot, and up to thousands of rows are fetched,
# which would cost four more pages each by key. What was found is put into a rough order, an estimate of the exact
# score: shared telling terms over the length of the text, less at another place. The best are compared exactly in
# Python.
CANDIDATE_SQL = """
WITH here AS (SELECT id, parent_id FROM routing_area WHERE path = %(place)s), found AS (
    (SELECT ctid FROM petitions_petition WHERE search @@ %(find)s::tsquery LIMIT %(looked_at)s)
    UNION
    (SELECT ctid FROM petitions_petition WHERE search @@ %(near)s::tsquery AND area_id = ANY (ARRAY(
     SELECT a.id FROM routing_area a, here h WHERE a.id IN (h.id, h.parent_id) OR a.parent_id = h.id))
     AND id > (SELECT max(id) - %(newest)s FROM petitions_petition) LIMIT %(looked_at)s)
    UNION
    (SELECT ctid FROM petitions_petition WHERE area_id = (SELECT id FROM here)
     AND category_id = (SELECT id FROM routing_category WHERE code = %(category)s) ORDER BY id DESC LIMIT %(of_place)s)
    UNION
    (SELECT ctid FROM petitions_petition WHERE caller_id = %(caller)s ORDER BY id DESC LIMIT %(of_caller)s)
), nearest AS (
    SELECT p.id, p.no, p.title, p.state, p.received_at, p.search, p.category_id, p.caller_id, a.path
    FROM petitions_petition p LEFT JOIN routing_area a ON a.id = p.area_id
    WHERE p.ctid = ANY (ARRAY(SELECT ctid FROM found)) AND p.state NOT IN ('draft', 'invalid') AND p.id <> %(but)s
    ORDER BY ts_rank(p.search, %(order)s::tsquery) / sqrt(length(p.search) + 1)
             * CASE WHEN a.path IS NULL OR %(place)s = '' THEN 1
                    WHEN starts_with(a.path, %(place)s) OR starts_with(%(place)s, a.path) THEN %(here)s
                    ELSE %(elsewhere)s END DESC, p.id DESC
    LIMIT %(most)s
)
SELECT n.id, n.no, n.title, n.state, n.received_at, tsvector_to_array(n.search), COALESCE(n.path, ''),
       COALESCE(k.code, ''), n.caller_id
FROM nearest n LEFT JOIN routing_category k ON k.id = n.category_id
"""


def for_text(
    terms: Sequence[str],
    *,
    title: str = "",
    area_path: str = "",
    category_code: str | None = None,
    caller_id: int | None = None,
    weights: Mapping[str, float] | None = None,
    at_least: float = similar.RELATED_FROM,
    most: int = SHOWN,
    but: int = 0,
    deadline_ms: int = DEADLINE_MS,
) -> tuple[SimilarCase, ...]:
    """The `most` cases most like a text with these index terms, best first, each with its reasons. One statement.

    `but` is a case that is left out (the text's own). Empty when the database does not answer in time.
    """
    ask = telling.asked(terms, weights or {}, frequencies.known())
    if ask is None:
        return ()
    rows = _candidates(ask, area_path, category_code or "", caller_id, but, deadline_ms)
    new = similar.Case(0, title, tuple(terms), area_path, category_code or "", _key(caller_id))
    others = [similar.Case(r[0], r[2], tuple(r[5]), r[6], r[7], _key(r[8])) for r in rows]
    telling_weights = _complete(weights, [new, *others])
    found = similar.rank(new, others, weights=telling_weights, most=most, at_least=at_least)
    by_id = {row[0]: row for row in rows}
    return tuple(SimilarCase(match.key, *by_id[match.key][1:5], match.score, match.reasons) for match in found)


def _key(caller_id: int | None) -> str:
    return str(caller_id) if caller_id else ""


def _candidates(
    ask: telling.Ask, place: str, category: str, caller_id: int | None, but: int, deadline_ms: int
) -> list[tuple]:
    wanted = {
        "find": ask.find,
        "near": ask.near,
        "order": ask.order,
        "place": place,
        "category": category,
        "caller": caller_id,
    }
    wanted |= {"but": but, "looked_at": LOOKED_AT, "most": CANDIDATES, "of_place": OF_PLACE, "of_caller": OF_CALLER}
    wanted |= {"newest": NEWEST, "here": HERE, "elsewhere": similar.OTHER_PLACE}
    # Sent together these are one short transaction; inside somebody else's the limit would outlive the statement,
    # and a cancelled statement would spoil it.
    limit = "" if connection.in_atomic_block else f"SET LOCAL statement_timeout = {int(deadline_ms)};"
    with connection.cursor() as cursor:
        try:
            cursor.execute(limit + CANDIDATE_SQL, wanted)
        except OperationalError as late:
            if getattr(late.__cause__, "pgcode", "") != CANCELLED:
                raise
            log.warning("No similar cases: the search took longer than %s ms.", deadline_ms)
            return []
        return cursor.fetchall()


def _complete(weights: Mapping[str, float] | None, cases: Sequence[similar.Case]) -> dict[str, float] | None:
    """The weight of every term of these cases; terms that the model never saw are the rarest of all."""
    if not weights:
        return None
    terms = {term for case in cases for term in case.body_terms | case.title_terms}
    return {term: weights.get(term, telling.UNSEEN) for term in terms}
