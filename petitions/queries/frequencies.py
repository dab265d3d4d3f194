"""How common a search term is among all cases, as the database's own statistics know it (ANALYZE keeps them).

A query for candidates is planned with these figures, so that its cost is known before it is sent.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock

from django.db import connection

# Statistics move slowly; autovacuum renews them after each tenth of new rows.
LOOK_AGAIN_SECONDS = 600.0

STATISTICS_SQL = """
SELECT c.reltuples, s.most_common_elems::text::text[], s.most_common_elem_freqs
FROM pg_class c LEFT JOIN pg_stats s ON s.schemaname = c.relnamespace::regnamespace::text AND s.tablename = c.relname
     AND s.attname = 'search'
WHERE c.oid = to_regclass('petitions_petition')
"""


@dataclass(frozen=True)
class Frequencies:
    """`shares` of all cases that have a term, for the commonest terms; what is not listed has at most `rare`."""

    cases: float = 0.0
    shares: Mapping[str, float] = field(default_factory=dict)
    rare: float = 0.0

    @property
    def is_small(self) -> bool:
        """Never analysed: so few rows that any statement is cheap."""
        return not self.shares

    def share(self, term: str, guess: float = 1.0) -> float:
        """The share of cases with this term; for a term that is not listed the guess, at most `rare`."""
        return self.shares.get(term, min(self.rare, guess))


_reading = Lock()
_known: tuple[str, float, Frequencies] | None = None


def known() -> Frequencies:
    """The figures of the database in use; one statement every ten minutes."""
    global _known
    with _reading:
        now, database = time.monotonic(), connection.settings_dict["NAME"]
        if _known is None or _known[0] != database or now - _known[1] > LOOK_AGAIN_SECONDS:
            _known = (database, now, read())
        return _known[2]


def read() -> Frequencies:
    """One statement. An empty answer (never analysed) means: treat the table as small."""
    with connection.cursor() as cursor:
        cursor.execute(STATISTICS_SQL)
        cases, terms, shares = cursor.fetchone() or (0, None, None)
    if not terms:
        return Frequencies(cases=max(cases, 0))
    # After the shares come their minimum and maximum (and the share of NULLs): the minimum bounds every other term.
    return Frequencies(cases, dict(zip(terms, shares, strict=False)), rare=shares[len(terms)])
