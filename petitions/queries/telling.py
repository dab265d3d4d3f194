"""Which terms to ask the index for, so that alike cases are found and the work stays bounded.

A term that few cases have is asked for alone, a commoner one only together with another. Terms are
taken until the rows that will match reach a budget: with ten million cases more terms are asked for in company.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, combinations
from math import exp

from petitions.queries.frequencies import Frequencies

# The weight of a term seen in none of some thousand training texts: log(N + 1) + 1.
UNSEEN = 8.7
# Rows that may match alone and in pairs; entries of the index that may be read for the pairs, and for the terms that
# are asked for only near the place.
ROWS_ALONE, ROWS_TOGETHER, ENTRIES = 400, 300, 15_000
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


@dataclass(frozen=True)
class Term:
    """A term of the text and how many cases are expected to have it."""

    word: str
    rows: float


def asked(terms: Sequence[str], weights: Mapping[str, float], frequencies: Frequencies) -> Ask | None:
    """What to ask for a text with these terms; None when nothing in it tells anything."""
    words = [term for term in terms if len(term) > 1 and not term.isdigit()]
    telling = sorted(words, key=lambda term: (-weights.get(term, UNSEEN), -len(term)))
    if not telling:
        return None
    order = any_of(telling[:RANKED_BY])
    if frequencies.is_small:
        return Ask(any_of(telling[:FEW]), any_of(telling[:FEW]), order)
    by_rows = sorted((expected(term, weights, frequencies) for term in words), key=lambda term: term.rows)
    alone = within(by_rows[:MOST_ALONE], ROWS_ALONE)
    company = within(by_rows[len(alone) :][:MOST_TOGETHER], ENTRIES)
    clauses = [(term,) for term in alone] + list(_pairs(company, frequencies.cases))
    # Everything in the text is common: the three least common ones together.
    find = any_of_all(clauses or [tuple(by_rows[:3])])
    return Ask(find, any_of(term.word for term in within(by_rows[:MOST_NEAR], ENTRIES) or by_rows[:1]), order)


def expected(term: str, weights: Mapping[str, float], frequencies: Frequencies) -> Term:
    """What the database does not list is guessed from the corpus of the model (its weight is 1 − log share)."""
    return Term(term, frequencies.cases * frequencies.share(term, exp(1 - weights.get(term, UNSEEN))))


def within(by_rows: Sequence[Term], budget: float) -> Sequence[Term]:
    """The first terms that together are expected in so many rows."""
    sums = accumulate(term.rows for term in by_rows)
    return by_rows[: sum(each <= budget for each in sums)]


def _pairs(company: Sequence[Term], cases: float) -> Iterator[tuple[Term, ...]]:
    """Pairs, the rarest first, within the budget. Overlapping terms (路灯, 灯坏) are no company."""
    pairs = [(one, other) for one, other in combinations(company, 2) if not _overlap(one.word, other.word)]
    together = sorted(((one.rows * other.rows / cases * TOGETHER, one, other) for one, other in pairs), key=_rows)
    sums = accumulate(rows for rows, _, _ in together)
    yield from ((one, other) for (_, one, other), rows in zip(together, sums, strict=True) if rows <= ROWS_TOGETHER)


def _rows(pair: tuple[float, Term, Term]) -> float:
    return pair[0]


def _overlap(one: str, other: str) -> bool:
    return one in other or other in one or one[-1] == other[0] or one[0] == other[-1]


def any_of(words: Iterable[str]) -> str:
    return " | ".join(map(quoted, words))


def any_of_all(clauses: Iterable[Sequence[Term]]) -> str:
    return " | ".join(f"({' & '.join(quoted(term.word) for term in clause)})" for clause in clauses)


def quoted(term: str) -> str:
    """A lexeme as tsquery wants it."""
    return "'" + term.replace("\\", "\\\\").replace("'", "''") + "'"
