"""Which past cases are about the same thing: exact re-ranking of candidates that the database proposed.

A case is its title and its stored search terms (words and pairs of characters), so nothing is cut again. The
same words about another place are another case, which is why places can contradict.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log, sqrt

from nlp.core.clean import clean
from nlp.core.features import grams

# Shares of the whole, from the best method on the hot issues of the design notes (.25 title words, .5 body
# words, .25 title characters); stored terms hold words and characters together.
# On the hand-verified issues of the development data with frequencies of all cases: from 0.30 on 96 % of the
# proposals were the same problem (68 of 71), from 0.10 on a reader finds most of the others.
SAME_FROM, RELATED_FROM = 0.30, 0.10
TITLE_SHARE, BODY_SHARE = 0.4, 0.6
SAME_PLACE, OTHER_PLACE, SAME_CATEGORY, SAME_CALLER = 0.1, 0.6, 0.05, 0.1
SHARED_PHRASES = 3
# Pairs of characters are often cut out of words: they are shown last.
LEAST_PHRASE = 2


@dataclass(frozen=True)
class Case:
    """What is compared. `terms` are `search.index_terms` of the whole text; `place` a path of area codes."""

    key: Hashable
    title: str
    terms: tuple[str, ...]
    place: str = ""
    category: str = ""
    caller: str = ""

    @cached_property
    def title_terms(self) -> frozenset[str]:
        return frozenset(grams(clean(self.title).text))

    @cached_property
    def body_terms(self) -> frozenset[str]:
        return frozenset(self.terms)


@dataclass(frozen=True)
class Match:
    """A candidate with its likeness (0 to 1) and the reasons for it, readable by staff."""

    key: Hashable
    score: float
    reasons: tuple[str, ...]


def rank(new: Case, candidates: Iterable[Case], *, weights: Mapping[str, float] | None = None) -> list[Match]:
    """The candidates, most alike first; equal ones in the order they came.

    `weights` says how telling each term is (its inverse document frequency); without it the candidates' own
    frequencies are used.
    """
    others = [case for case in candidates if case.key != new.key]
    telling = weights if weights is not None else rarity([new, *others])
    return sorted((_match(new, other, telling) for other in others), key=lambda match: -match.score)


def rarity(cases: Sequence[Case]) -> dict[str, float]:
    """Inverse document frequency of the terms of these cases."""
    seen_in = Counter(term for case in cases for term in case.body_terms | case.title_terms)
    return {term: log((1 + len(cases)) / (1 + count)) + 1 for term, count in seen_in.items()}


def _match(new: Case, other: Case, weights: Mapping[str, float]) -> Match:
    body = _likeness(new.body_terms, other.body_terms, weights)
    # Without titles on both sides the body decides alone.
    titled = bool(new.title_terms and other.title_terms)
    title = _likeness(new.title_terms, other.title_terms, weights) if titled else body
    score, reasons = _with_context(new, other, TITLE_SHARE * title + BODY_SHARE * body)
    phrases = shared_phrases(new, other, weights)
    said = (f"共有词:{'、'.join(phrases)}",) if phrases else ()
    return Match(other.key, round(score, 4), (*reasons, *said))


def _with_context(new: Case, other: Case, score: float) -> tuple[float, tuple[str, ...]]:
    """The likeness of the words, moved by place, category and caller; 0 and 1 stay what they are."""
    reasons: list[str] = []
    boost = 0.0
    if new.place and other.place:
        if new.place.startswith(other.place) or other.place.startswith(new.place):
            boost += SAME_PLACE
            reasons.append("同一地点")
        else:
            score *= OTHER_PLACE
            reasons.append("地点不同")
    if new.category and new.category == other.category:
        boost += SAME_CATEGORY
        reasons.append("同一类别")
    if new.caller and new.caller == other.caller:
        boost += SAME_CALLER
        reasons.append("同一诉求人")
    # A boost closes part of the distance to 1, so nothing in common stays far from "the same".
    return min(1.0, score + boost * score * (1 - score) * 4), tuple(reasons)


def _likeness(these: frozenset[str], those: frozenset[str], weights: Mapping[str, float]) -> float:
    """Cosine of the two sets with squared term weights; 1 for the same set."""
    if not these or not those:
        return 0.0
    shared = _mass(these & those, weights)
    return shared / sqrt(_mass(these, weights) * _mass(those, weights))


def _mass(terms: Iterable[str], weights: Mapping[str, float]) -> float:
    return sum(weights.get(term, 1.0) ** 2 for term in terms)


def shared_phrases(new: Case, other: Case, weights: Mapping[str, float]) -> tuple[str, ...]:
    """The most telling wording that both have: stretches of the new title first, then whole words."""
    shared = new.body_terms & other.body_terms
    stretches = [stretch for stretch in _stretches(clean(new.title).text.lower(), shared) if len(stretch) > 2]
    by_weight = sorted(shared, key=lambda term: (len(term) == LEAST_PHRASE, -weights.get(term, 1.0), term))
    kept: list[str] = []
    for term in (*sorted(stretches, key=len, reverse=True), *(term for term in by_weight if len(term) > 1)):
        if len(kept) < SHARED_PHRASES and not any(term in longer or longer in term for longer in kept):
            kept.append(term)
    return tuple(kept)


def _stretches(title: str, shared: frozenset[str]) -> Iterator[str]:
    """The longest parts of the title of which the other case has every pair of characters."""
    start = 0
    for at in range(1, len(title) + 1):
        if title[at - 1 : at + 1] not in shared or at == len(title):
            yield title[start:at]
            start = at
