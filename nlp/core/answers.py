"""Which ready answer fits a question: all items in memory, found by the words that they share with it. Pure.

An item is asked for in its own words or in others, so its title and usual questions count most, its answer less, and
the leaf that the category model sees in the question speaks for the items of that leaf.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log, sqrt

from nlp.core.clean import plain
from nlp.core.features import function_words
from nlp.core.search import terms_of
from nlp.core.segment import with_parts, words

# Chosen on the odd rows of tests/golden/kb_questions.csv (bench/knowledge.py), which says what they are worth.
ASKED_SHARE, ANSWERED_SHARE = 0.8, 0.2
OTHER_WORDS = 0.2
LEAF, BRANCH = 0.45, 0.1
# The weight of a word that no item has; one that a single item of fifty has weighs 4.9.
UNKNOWN = 2.0
# The smallest part of a code that still says what it is about: 02.02 is water, 02 any public service.
BRANCH_DEPTH = 2
WORDS_SHOWN = 4


@dataclass(frozen=True)
class Item:
    """A ready answer. `asked` is its title and usual questions, `answered` what it says, `leaf` a category code."""

    key: Hashable
    asked: str
    answered: str
    leaf: str = ""


@dataclass(frozen=True)
class Match:
    """An item with how well it fits (0 to 1) and the words it shares with the question."""

    key: Hashable
    score: float
    words: tuple[str, ...]


class Answers:
    """The items of a knowledge base, ready to be asked; built once for each state of the base."""

    def __init__(self, items: Iterable[Item]):
        self._items = list(items)
        self._asked = [frozenset(terms(item.asked)) for item in self._items]
        answered = [frozenset(terms(item.answered)) for item in self._items]
        seen_in = Counter(term for both in zip(self._asked, answered, strict=True) for term in frozenset.union(*both))
        self._rarity = {term: log((1 + len(self._items)) / count) + 1 for term, count in seen_in.items()}
        self._asking, self._answering = _places(self._asked), _places(answered)
        self._masses = [self._mass(asked) for asked in self._asked]

    def find(
        self, question: str, *, likely: Mapping[str, float] | None = None, at_least: float, most: int = 3
    ) -> list[Match]:
        """The items that fit best, best first. `likely` is the share of each leaf code by the category model."""
        wanted = frozenset(terms(question))
        scored = self._scores(wanted, likely or {})
        best = sorted(((score, at) for at, score in scored.items() if score >= at_least), key=lambda s: (-s[0], s[1]))
        return [Match(self._items[at].key, round(score, 4), self._shared(wanted, at)) for score, at in best[:most]]

    def _scores(self, wanted: frozenset[str], likely: Mapping[str, float]) -> dict[int, float]:
        """Of every item that shares a word with the question."""
        alike: dict[int, float] = defaultdict(float)
        covered: dict[int, float] = defaultdict(float)
        for term in wanted & self._rarity.keys():
            weight = self._rarity[term] ** 2
            for at in self._asking.get(term, ()):
                alike[at] += weight
            for at in self._answering.get(term, ()):
                covered[at] += weight
        mass, scores = self._mass(wanted), {}
        for at in alike.keys() | covered.keys():
            both = sqrt(mass * self._masses[at])
            said = ASKED_SHARE * (alike[at] / both if both else 0.0) + ANSWERED_SHARE * covered[at] / mass
            # What the leaf says closes part of the distance to 1; with few shared words it says little.
            scores[at] = said + (1 - said) * min(1.0, said / OTHER_WORDS) * _of_leaf(self._items[at].leaf, likely)
        return scores

    def _mass(self, some: Iterable[str]) -> float:
        """Squared weights. A word that no item has counts little: people tell more than they ask."""
        return sum(self._rarity.get(term, UNKNOWN) ** 2 for term in some)

    def _shared(self, wanted: frozenset[str], at: int) -> tuple[str, ...]:
        shared = (term for term in wanted & self._asked[at] if len(term) > 1)
        return tuple(sorted(shared, key=lambda term: (-self._rarity[term], term))[:WORDS_SHOWN])


def terms(text: str) -> Sequence[str]:
    """What is compared: words and pairs of characters, none of them out of words that carry no topic (什么, 时候)."""
    cut = words(plain(text).lower())
    said = "".join(" " if word in function_words() else word for word in cut)
    return terms_of(said, with_parts(word for word in cut if word not in function_words()))


def _places(of_items: Iterable[Iterable[str]]) -> dict[str, list[int]]:
    """Term → the items that have it."""
    found: dict[str, list[int]] = defaultdict(list)
    for at, some in enumerate(of_items):
        for term in some:
            found[term].append(at)
    return dict(found)


def _of_leaf(leaf: str, likely: Mapping[str, float]) -> float:
    """How much the model's leaves speak for an item of this one (0 to LEAF + BRANCH)."""
    branch = leaf.split(".")[:BRANCH_DEPTH]
    near = sum(share for code, share in likely.items() if code.split(".")[:BRANCH_DEPTH] == branch)
    return LEAF * likely.get(leaf, 0.0) + BRANCH * min(1.0, near) if leaf else 0.0
