"""What a model says of one text: labels with their likelihood and their words, and whether it knows."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nlp.core.linear import Scores


@dataclass(frozen=True)
class Guess:
    """One possible label, how likely it is (0 to 1), and the words of the text that spoke for it."""

    label: str
    confidence: float
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True)
class Suggestion:
    """The likeliest leaves and branches, best first; `sure` is False when the model does not know."""

    leaves: tuple[Guess, ...]
    branches: tuple[Guess, ...]
    sure: bool
    reasons: tuple[str, ...] = ()


def likeliest(labels: Sequence[str], chances: Scores, k: int) -> tuple[Guess, ...]:
    """The k likeliest labels, without evidence."""
    order = np.argsort(-chances, kind="stable")[:k]
    return tuple(Guess(labels[at], float(chances[at])) for at in order)


def sureness(guesses: Sequence[Guess], sure_from: float) -> tuple[bool, tuple[str, ...]]:
    """Whether the first guess may stand, and in a sentence why not."""
    if not guesses or not guesses[0].evidence:
        return False, ("文本里没有可作依据的词语,请人工判断类别。",)
    if guesses[0].confidence < sure_from:
        return False, ("把握不足,请人工确认类别。",)
    return True, ()
