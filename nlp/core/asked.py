"""Questions that ask for the same, put together: what a knowledge base is asked for most and does not have. Pure."""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import log, sqrt

from nlp.core.answers import terms

# How alike a question must be to the first of a group to join it; loose, because a person reads the group.
ALIKE = 0.25


@dataclass(frozen=True)
class Question:
    """One question; `leaf` is a category code or ''. Questions of different leaves are never put together."""

    key: Hashable
    text: str
    leaf: str = ""


@dataclass
class Group:
    """Questions that ask for the same, in the order in which they came; the first one is the example."""

    questions: list[Question] = field(default_factory=list)

    @property
    def example(self) -> Question:
        return self.questions[0]


def groups(questions: Sequence[Question], *, alike: float = ALIKE) -> list[Group]:
    """The largest groups first; equally large ones as they came."""
    said = {question.key: frozenset(terms(question.text)) for question in questions}
    seen_in = Counter(term for words in said.values() for term in words)
    rarity = {term: log((1 + len(said)) / count) + 1 for term, count in seen_in.items()}
    found: dict[str, list[Group]] = {}
    for question in questions:
        near = found.setdefault(question.leaf, [])
        best = max(near, key=lambda g: _likeness(said[g.example.key], said[question.key], rarity), default=None)
        if best is None or _likeness(said[best.example.key], said[question.key], rarity) < alike:
            near.append(Group([question]))
        else:
            best.questions.append(question)
    return sorted((group for near in found.values() for group in near), key=lambda group: -len(group.questions))


def _likeness(these: frozenset[str], those: frozenset[str], rarity: Mapping[str, float]) -> float:
    """Cosine of the two sets; 1 for the same set."""
    both = sqrt(_mass(these, rarity) * _mass(those, rarity))
    return _mass(these & those, rarity) / both if both else 0.0


def _mass(some: Iterable[str], rarity: Mapping[str, float]) -> float:
    return sum(rarity[term] ** 2 for term in some)
