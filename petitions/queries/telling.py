"""Which terms to ask the index for, so that alike cases are found and the work stays bounded.

A term that few cases have is asked for alone, a commoner one only together with another. Terms are
taken until the rows that will match reach a budget: with ten million cases more terms are asked for in company.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, combinations

from petitions.queries.frequencies import Frequencies

# The weight of a term seen in none of some thousand training texts: log(N + 1) + 1.
UNSEEN = 8.7
# Rows that may match alone and in pairs; entries of the index that may be read for the pairs, and for the terms that
# are asked for only near the place.
ROWS_ALONE, ROWS_TOGETHER, ENTRIES = 500, 400, 20_000
# Terms that stand together in one text are not independent: a pair is met this much more often than by chance.
TOGETHER = 8.0
MOST_ALONE, MOST_TOGETHER, MOST_NEAR = 24, 14, 40
# Terms for the first, rough order of what was found.
RANKED_BY = 40
# Without statistics (a small table): this many of the most telling terms, each alone.
FEW = 24


@dataclass(frozen=True)
class Ask:
    """Three tsqueries: `find` brings candidates from everywhere, `near` (commoner words) those near the place;
    `order` puts first what shares most telling terms."""

    find: str
    near: str
    order: str


def asked(terms: Sequence[str], weights: Mapping[str, float], frequencies: Frequencies) -> Ask | None:
    """What to ask for a text with these terms; None when nothing in it tells anything."""
    words = [term for term in terms if len(term) > 1 and not term.isdigit()]
    telling = sorted(words, key=lambda term: (-weights.get(term, UNSEEN), -len(term)))
    if not telling:
        return None
    order = " | ".join(map(quoted, telling[:RANKED_BY]))
    if frequencies.is_small:
        few = " | ".join(map(quoted, telling[:FEW]))
        return Ask(few, few, order)
    by_share = sorted(words, key=lambda term: (frequencies.share(term), -weights.get(term, UNSEEN), -len(term)))
    clauses = list(_clauses(by_share, frequencies))
    # Everything in the text is common: the three least common ones together.
    clauses = clauses or [tuple(by_share[:3])]
    find = " | ".join(f"({' & '.join(map(quoted, clause))})" for clause in clauses)
    near = _within(by_share[:MOST_NEAR], ENTRIES, frequencies) or by_share[:1]
    return Ask(find, " | ".join(map(quoted, near)), order)


def _clauses(by_share: Sequence[str], frequencies: Frequencies) -> Iterator[tuple[str, ...]]:
    alone = _within(by_share[:MOST_ALONE], ROWS_ALONE, frequencies)
    yield from ((term,) for term in alone)
    company = _within(by_share[len(alone) :][:MOST_TOGETHER], ENTRIES, frequencies)
    yield from _pairs(company, frequencies)


def _within(by_share: Sequence[str], budget: float, frequencies: Frequencies) -> Sequence[str]:
    """The first terms that together occur in so many rows."""
    rows = list(accumulate(frequencies.rows([term]) for term in by_share))
    return by_share[: sum(each <= budget for each in rows)]


def _pairs(company: Sequence[str], frequencies: Frequencies) -> Iterator[tuple[str, ...]]:
    """Pairs, the rarest first, within the budget. Overlapping terms (路灯, 灯坏) are no company."""
    pairs = sorted(
        (frequencies.rows(pair) * TOGETHER, pair) for pair in combinations(company, 2) if not _overlap(*pair)
    )
    rows = 0.0
    for expected, pair in pairs:
        rows += expected
        if rows > ROWS_TOGETHER:
            return
        yield pair


def _overlap(one: str, other: str) -> bool:
    return one in other or other in one or one[-1] == other[0] or one[0] == other[-1]


def quoted(term: str) -> str:
    """A lexeme as tsquery wants it."""
    return "'" + term.replace("\\", "\\\\").replace("'", "''") + "'"
