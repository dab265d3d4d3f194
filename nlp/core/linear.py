"""A linear text model that can be fitted, asked, explained and stored without pickling code."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlp.core.features import Document, Features, Row

Scores = NDArray[np.float32]
# scikit-learn's own default, also the best of .3/1/3 on the labelled messages.
REGULARISATION = 1.0


@dataclass(frozen=True)
class LinearText:
    """One-against-rest weights over `Features`, and a temperature that turns scores into probabilities."""

    labels: tuple[str, ...]
    features: Features
    weights: Scores  # (features, labels)
    offsets: Scores  # (labels,)
    temperature: float = 1.0

    def scores(self, row: Row) -> Scores:
        """Distance of one text (`features.row`) to each label's boundary, shape (labels,)."""
        columns, values = row
        return np.asarray(values @ self.weights[columns] + self.offsets)

    def scores_of_all(self, documents: Sequence[Document]) -> Scores:
        """The same for many, shape (documents, labels)."""
        return np.asarray(self.features.matrix(documents) @ self.weights) + self.offsets

    def chances(self, row: Row) -> Scores:
        return softmax(self.scores(row) / self.temperature)

    def chances_of_all(self, documents: Sequence[Document]) -> Scores:
        return softmax(self.scores_of_all(documents) / self.temperature)

    def at_temperature(self, temperature: float) -> "LinearText":
        return LinearText(self.labels, self.features, self.weights, self.offsets, temperature)


def fit(
    documents: Sequence[Document], labels: Sequence[str], *, weights: Sequence[float] | None = None, seed: int = 0
) -> LinearText:
    """Learn one boundary per label; rare labels weigh as much as common ones.

    `weights` says how much each document counts (1 by default).
    """
    # Imported here: it takes a second to load, and only training needs it, not the web process.
    from sklearn.svm import LinearSVC

    features = Features.fit(documents)
    machine = LinearSVC(C=REGULARISATION, class_weight="balanced", random_state=seed)
    machine.fit(features.matrix(documents), list(labels), sample_weight=weights)
    weights_, offsets = _one_per_label(machine)
    return LinearText(tuple(map(str, machine.classes_)), features, weights_, offsets)


def _one_per_label(machine: Any) -> tuple[Scores, Scores]:
    """With two labels scikit-learn keeps one boundary; written out, both labels have theirs."""
    coefficients, offsets = machine.coef_, np.atleast_1d(machine.intercept_)
    if len(coefficients) == 1:
        coefficients, offsets = np.vstack([-coefficients, coefficients]), np.concatenate([-offsets, offsets])
    return np.ascontiguousarray(coefficients.T, dtype=np.float32), offsets.astype(np.float32)


def softmax(scores: Scores) -> Scores:
    """Probabilities along the last axis."""
    raised = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True))


def best_temperature(scores: Scores, truth: Sequence[int]) -> float:
    """The temperature under which held-out truths are most likely (log loss), between 1/100 and 10."""
    from scipy.optimize import minimize_scalar

    answers = np.asarray(truth)

    def loss(log_temperature: float) -> float:
        chances = softmax(scores / np.exp(log_temperature))
        return float(-np.log(chances[np.arange(len(answers)), answers] + 1e-12).mean())

    return float(np.exp(minimize_scalar(loss, bounds=(np.log(0.01), np.log(10.0)), method="bounded").x))
