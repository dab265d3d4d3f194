"""Which past cases are about the same thing: exact re-ranking of candidates that the database proposed.

A case is its title and its stored search terms (words and pairs of characters), so nothing is cut again. The
same words about another place are another case, which is why places can contradict.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log, sqrt

from nlp.core.clean import plain
from nlp.core.features import grams

# Shares of the whole, from the best method on the hot issues of the design notes (.25 title words, .5 body
# words, .25 title characters); stored terms hold words and characters together.
# bench/similar.py on the hand-verified issues of the development data: from 0.30 on 98.9 % of the proposals inside the
# key were the same problem (363 of 367; 29 more are outside it, were all of them wrong it would be 91.7 %), from 0.10
# on 94.8 % (635 of 670).
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
        return frozenset(grams(plain(self.title)))

    @cached_property
    def body_terms(self) -> frozenset[str]:
        return frozenset(self.terms)


@dataclass(frozen=True)
class Match:
    """A candidate with its likeness (0 to 1) and the reasons for it, readable by staff."""

    key: Hashable
    score: float
    reasons: tuple[str, ...]


def rank(
    new: Case,
    candidates: Iterable[Case],
    *,
    weights: Mapping[str, float] | None = None,
    most: int | None = None,
    at_least: float = 0.0,
) -> list[Match]:
    """The candidates (the best `most` of them) that are at least so alike, most alike first; equal ones as they came.

    `weights` says how telling each term is (its inverse document frequency); without it the candidates' own
    frequencies are used.
    """
    others = [case for case in candidates if case.key != new.key]
    telling = weights if weights is not None else rarity([new, *others])
    scored = sorted(((_score(new, other, telling), other) for other in others), key=lambda pair: -pair[0])
    # Reasons cost as much as the score: only what is shown gets them.
    return [_match(new, other, score, telling) for score, other in scored[:most] if score >= at_least]


def rarity(cases: Sequence[Case]) -> dict[str, float]:
    """Inverse document frequency of the terms of these cases."""
    seen_in = Counter(term for case in cases for term in case.body_terms | case.title_terms)
    return {term: log((1 + len(cases)) / (1 + count)) + 1 for term, count in seen_in.items()}


def _score(new: Case, other: Case, weights: Mapping[str, float]) -> float:
    body = _likeness(new.body_terms, other.body_terms, weights)
    # Without titles on both sides the body decides alone.
    titled = bool(new.title_terms and other.title_terms)
    title = _likeness(new.title_terms, other.title_terms, weights) if titled else body
    score = TITLE_SHARE * title + BODY_SHARE * body
    score *= 1.0 if _near(new, other) is not False else OTHER_PLACE
    boost = SAME_PLACE if _near(new, other) else 0.0
    boost += SAME_CATEGORY if new.category and new.category == other.category else 0.0
    boost += SAME_CALLER if new.caller and new.caller == other.caller else 0.0
    # A boost closes part of the distance to 1, so nothing in common stays far from "the same".
    return round(min(1.0, score + boost * score * (1 - score) * 4), 4)


def _near(new: Case, other: Case) -> bool | None:
    """Whether one place lies in the other; None when a place is not known."""
    if not (new.place and other.place):
        return None
    return new.place.startswith(other.place) or other.place.startswith(new.place)


def _match(new: Case, other: Case, score: float, weights: Mapping[str, float]) -> Match:
    near, reasons = _near(new, other), []
    if new.caller and new.caller == other.caller:
        reasons.append("同一诉求人")
    if near is not None:
        reasons.append("同一地点" if near else "地点不同")
    if new.category and new.category == other.category:
        reasons.append("同一类别")
    phrases = shared_phrases(new, other, weights)
    if phrases:
        reasons.append(f"{len(phrases)} 处相同说法：{'、'.join(phrases)}")
    return Match(other.key, score, tuple(reasons))


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
    stretches = [stretch for stretch in _stretches(plain(new.title).lower(), shared) if len(stretch) > 2]
    by_weight = sorted(shared, key=lambda term: (len(term) == LEAST_PHRASE, -weights.get(term, 1.0), term))
    kept: list[str] = []
    for term in (*sorted(stretches, key=len, reverse=True), *(term for term in by_weight if len(term) > 1)):
        if len(kept) < SHARED_PHRASES and not any(_overlap(term, other) for other in kept):
            kept.append(term)
    return tuple(kept)


def _overlap(term: str, other: str) -> bool:
    """One inside the other, or pairs cut out of one word: 开不 and 不了."""
    return term in other or other in term or term[-1] == other[0] or term[0] == other[-1]


def _stretches(title: str, shared: frozenset[str]) -> Iterator[str]:
    """The longest parts of the title of which the other case has every pair of characters."""
    start = 0
    for at in range(1, len(title) + 1):
        if title[at - 1 : at + 1] not in shared or at == len(title):
            yield title[start:at]
            start = at
