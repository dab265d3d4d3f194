"""How likely two messages are about the same concrete problem, and what speaks for it."""

from dataclasses import dataclass

from nlp.core.features import function_words
from nlp.core.issues import likeness
from nlp.core.issues.likeness import Side
from nlp.core.issues.reading import Read
from nlp.core.issues.weights import Weights

SHOWN = 3


@dataclass(frozen=True)
class Pair:
    """The chance (0 to 1) that both are about the same, and the reasons, readable by staff."""

    chance: float
    reasons: tuple[str, ...]


def pair(one: Read, other: Read, weights: Weights) -> Pair:
    figures = Side.of(one, weights).figures(Side.of(other, weights))
    log_odds = likeness.shipped_model().among(weights.texts).log_odds(figures)
    return Pair(likeness.chance(float(log_odds)), reasons(one, other, weights))


def reasons(one: Read, other: Read, weights: Weights) -> tuple[str, ...]:
    """The longest names and the most telling other words that both have; the kind of problem, the filer."""
    names = _apart(sorted(set(one.names) & set(other.names), key=lambda name: (-len(name), name)))
    shared = {*one.title_words, *one.body_words} & {*other.title_words, *other.body_words} - function_words()
    words = _apart(sorted(shared, key=lambda word: (-weights.rarity("body_words", word), word)), but=names)
    found = [f"{what}:{'、'.join(terms)}" for what, terms in (("同一名称", names), ("共有词", words)) if terms]
    if one.spot and one.spot == other.spot:
        found.append("同一社区、同一事项")
    elif one.leaf and one.leaf == other.leaf:
        found.append("类别相同")
    if one.user and one.user == other.user:
        found.append("同一诉求人")
    return tuple(found)


def _apart(terms: list[str], but: list[str] | None = None) -> list[str]:
    """The first few terms of two characters or more that do not lie in each other."""
    kept: list[str] = []
    for term in terms:
        seen = [*kept, *(but or [])]
        if len(kept) < SHOWN and len(term) > 1 and not term.isdigit() and not any(term in each for each in seen):
            kept.append(term)
    return kept
