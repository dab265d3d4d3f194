"""Which kind of unit would handle a message: what its words say, pooled with what the catalogue says of its leaf.

Words alone know units that an installation has seen; the catalogue knows the rest. Each opinion is a probability per
kind, and the pool is their weighted product, so that a kind that both find likely comes first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlp.core.linear import Scores

# How much an assisting unit counts beside the main one (1).
ASSISTING = 0.3
# An opinion never rules a kind out altogether.
LEAST = 0.01
SHARES = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5)


@dataclass(frozen=True)
class Duty:
    """The kinds that the catalogue names for one leaf."""

    main: str
    assisting: tuple[str, ...] = ()


def by_catalogue(
    leaf_chances: Scores, leaves: Sequence[str], duties: Mapping[str, Duty], kinds: Sequence[str]
) -> Scores:
    """Probabilities of the kinds, shape (texts, kinds), from those of the leaves, shape (texts, leaves)."""
    table = np.zeros((len(leaves), len(kinds)), dtype=np.float32)
    for at, leaf in enumerate(leaves):
        duty = duties.get(leaf, Duty(""))
        for kind, share in ((duty.main, 1.0), *((kind, ASSISTING) for kind in duty.assisting)):
            if kind in kinds:
                table[at, kinds.index(kind)] = max(table[at, kinds.index(kind)], share)
    return _normal(np.asarray(leaf_chances @ table) + LEAST / len(kinds))


def pool(by_words: Scores, by_catalogue: Scores, catalogue_share: float) -> Scores:
    """The two opinions together; the catalogue's counts `catalogue_share` as much as the words'."""
    product = np.log(by_words + LEAST / by_words.shape[1]) + catalogue_share * np.log(by_catalogue)
    return _normal(np.exp(product - product.max(axis=1, keepdims=True)))


def best_share(by_words: Scores, by_catalogue: Scores, truth: Sequence[int]) -> float:
    """The catalogue's share under which held-out truths are most likely."""
    right = np.arange(len(truth)), np.asarray(truth)
    return max(SHARES, key=lambda share: float(np.log(pool(by_words, by_catalogue, share)[right] + 1e-9).mean()))


def _normal(chances: NDArray[Any]) -> Scores:
    return np.asarray(chances / chances.sum(axis=-1, keepdims=True), dtype=np.float32)
