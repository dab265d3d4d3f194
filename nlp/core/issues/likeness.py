"""How alike two messages are, in eight figures, and what these say of the chance that both are about the same.

The chance is a logistic regression over the figures; its coefficients are numbers in a file that
`python -m bench.topics learn` writes.
"""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlp.core.issues.reading import Read
from nlp.core.issues.weights import SHARES, Vector, Vectors, Weights, day

COEFFICIENTS = Path(__file__).resolve().parents[2] / "corpus" / "issue_pairs.csv"
# How much of what one title names the other message mentions; how alike the rest of the titles is; 1 where both titles
# name something and neither message mentions anything of the other's; the logarithm of the days between them.
FIGURES = (*SHARES, "name_words", "problem_words", "elsewhere", "days")
# The last figure is no part of the regression: how alike the bodies are where neither message mentions anything of the
# names in the other's title. From so much on they are the same words about another place, and that is another issue.
SAME_WORDS, ELSEWHERE = 0.5, -6.0
CONSTANT = "constant"
BODY = list(SHARES).index("body_words")


@dataclass(frozen=True)
class PairModel:
    """Log-odds that two messages are about the same: weights of the standardised figures and a constant."""

    constant: float
    weights: NDArray[Any]
    means: NDArray[Any]
    scales: NDArray[Any]

    def log_odds(self, figures: NDArray[Any]) -> NDArray[Any]:
        """Of figures of the shape (…, 8), in the order of FIGURES. One that is not known (NaN) says nothing."""
        likely = np.nan_to_num((figures[..., :-1] - self.means) / self.scales) @ self.weights + self.constant
        return np.where(figures[..., -1] >= SAME_WORDS, ELSEWHERE, likely)


@cache
def shipped_model() -> PairModel:
    with COEFFICIENTS.open(encoding="utf-8", newline="") as file:
        rows = {row["figure"]: row for row in csv.DictReader(file)}
    columns = {name: [float(rows[figure][name]) for figure in FIGURES] for name in ("weight", "mean", "scale")}
    return PairModel(
        float(rows[CONSTANT]["weight"]), *(np.array(columns[name]) for name in ("weight", "mean", "scale"))
    )


def chance(log_odds: float) -> float:
    return float(1 / (1 + np.exp(-log_odds)))


@dataclass(frozen=True)
class Side:
    """One message made ready to be compared with many."""

    vectors: tuple[Vector, ...]
    names: Vector
    problem: Vector
    proper: frozenset[str]
    having: frozenset[str]
    day: float

    @classmethod
    def of(cls, each: Read, weights: Weights) -> "Side":
        vectors = tuple(weights.vector(view, each) for view in SHARES)
        having = frozenset((*each.title_words, *each.body_words))
        return cls(vectors, weights.names(each), weights.problem(each), frozenset(each.proper_words), having, day(each))

    def figures(self, other: "Side") -> NDArray[Any]:
        """Shape (8,)."""
        title, body, grams = map(_product, self.vectors, other.vectors)
        names = max(self._named_in(other), other._named_in(self))
        problem = _product(self.problem, other.problem)
        elsewhere, days = self._is_elsewhere(other), np.log1p(abs(self.day - other.day))
        return np.array([title, body, grams, names, problem, elsewhere, days, body * elsewhere])

    def _named_in(self, other: "Side") -> float:
        return sum(value for word, value in self.names.items() if word in other.having)

    def _is_elsewhere(self, other: "Side") -> bool:
        both = bool(self.proper and other.proper)
        return both and self.proper.isdisjoint(other.having) and other.proper.isdisjoint(self.having)


def of_pairs(vectors: Vectors, one: NDArray[Any], other: NDArray[Any]) -> NDArray[Any]:
    """The figures of pairs of positions, shape (pairs, 8)."""
    cosines = [_row_products(vectors.views[view], vectors.views[view], one, other) for view in SHARES]
    names, proper = (
        np.maximum(_row_products(named, vectors.having, one, other), _row_products(named, vectors.having, other, one))
        for named in (vectors.names, vectors.proper)
    )
    both = (np.diff(vectors.proper.indptr) > 0)[np.stack([one, other])].all(axis=0)
    problem = _row_products(vectors.problem, vectors.problem, one, other)
    elsewhere = both & (proper == 0)
    days = np.log1p(np.abs(vectors.days[one] - vectors.days[other]))
    return np.stack([*cosines, names, problem, elsewhere, days, cosines[BODY] * elsewhere], axis=-1)


def among(vectors: Vectors, members: NDArray[Any]) -> NDArray[Any]:
    """The figures of every two of these positions, shape (members, members, 8)."""
    cosines = [_dense(vectors.views[view][members], vectors.views[view][members]) for view in SHARES]
    having = vectors.having[members]
    names, proper = (_dense(named[members], having) for named in (vectors.names, vectors.proper))
    titled = np.diff(vectors.proper.indptr)[members] > 0
    elsewhere = np.logical_and.outer(titled, titled) & (np.maximum(proper, proper.T) == 0)
    problem = _dense(vectors.problem[members], vectors.problem[members])
    days = np.log1p(np.abs(np.subtract.outer(vectors.days[members], vectors.days[members])))
    figures = [*cosines, np.maximum(names, names.T), problem, elsewhere, days, cosines[BODY] * elsewhere]
    return np.stack(figures, axis=-1)


def _product(one: Vector, other: Vector) -> float:
    return sum(value * other[term] for term, value in one.items() if term in other)


def _row_products(left: Any, right: Any, one: NDArray[Any], other: NDArray[Any]) -> NDArray[Any]:
    return np.asarray(left[one].multiply(right[other]).sum(axis=1)).ravel()


def _dense(left: Any, right: Any) -> NDArray[Any]:
    return np.asarray((left @ right.T).toarray())
