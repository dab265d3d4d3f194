"""The online way: which of the issues near by a new message belongs to."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np

from nlp.core.issues import likeness
from nlp.core.issues.grouping import LEAST, MOST, SAME_FROM
from nlp.core.issues.likeness import Side
from nlp.core.issues.pairs import reasons
from nlp.core.issues.reading import Read
from nlp.core.issues.weights import Weights

Key = TypeVar("Key")


@dataclass(frozen=True)
class Joining(Generic[Key]):
    """The issue that a message joins, the chance that this is right, and what speaks for it."""

    key: Key
    chance: float
    reasons: tuple[str, ...]


def join(new: Read, near: Mapping[Key, Sequence[Read]], weights: Weights) -> Joining[Key] | None:
    """The likeliest of these issues (key → its messages or some of them), or None when it is about something else.

    As in `group`, the mean over an issue's messages decides. Of equally likely issues the first one is taken.
    """
    best: Joining[Key] | None = None
    best_mean = -math.inf
    side, model = Side.of(new, weights), likeness.shipped_model().among(weights.texts)
    for key, members in near.items():
        if not members:
            continue
        said = model.log_odds(np.array([side.figures(Side.of(member, weights)) for member in members]))
        mean = float(np.clip(said, LEAST, MOST).mean())
        if mean > best_mean and mean >= SAME_FROM:
            closest = members[int(np.argmax(said))]
            best, best_mean = Joining(key, likeness.chance(mean), reasons(new, closest, weights)), mean
    return best
