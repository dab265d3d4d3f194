"""A linear text model that can be fitted, asked, explained and stored without pickling code."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from nlp.core.features import Document, Features, Row

Scores = NDArray[np.float32]
# scikit-learn's own default, also the best of .3/1/3 on thousands of labelled messages.
REGULARISATION = 1.0
# What a label is taken to have of a feature that none of its texts has; .01/.02/.05 are told apart by .002 of accuracy.
UNSEEN = 0.02


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
        one = csr_matrix((values, columns, [0, len(columns)]), shape=(1, self.features.width))
        return np.asarray(self.scores_of(one)[0])

    def scores_of(self, matrix: csr_matrix) -> Scores:
        """Of many texts (`features.matrix`), shape (texts, labels); each row to the last digit as if alone."""
        return np.asarray(matrix @ self.weights) + self.offsets

    def scores_of_all(self, documents: Sequence[Document]) -> Scores:
        """The same for many, shape (documents, labels)."""
        return self.scores_of(self.features.matrix(documents))

    def chances(self, row: Row) -> Scores:
        return softmax(self.scores(row) / self.temperature)

    def chances_of(self, matrix: csr_matrix) -> Scores:
        return softmax(self.scores_of(matrix) / self.temperature)

    def chances_of_all(self, documents: Sequence[Document]) -> Scores:
        return self.chances_of(self.features.matrix(documents))

    def at_temperature(self, temperature: float) -> "LinearText":
        return LinearText(self.labels, self.features, self.weights, self.offsets, temperature)


def fit(
    documents: Sequence[Document],
    labels: Sequence[str],
    *,
    weights: Sequence[float] | None = None,
    cost: float = REGULARISATION,
    groups: Sequence[str] | None = None,
    group_share: float = 0.0,
    usage_share: float = 0.0,
    content_only: bool = True,
    seed: int = 0,
) -> LinearText:
    """Learn one boundary per label; rare labels weigh as much as common ones.

    `weights` says how much each document counts (1 by default), `cost` how much a mistake does. With `groups` (one
    for each document, each label in one group) boundaries between the groups are learnt too, and each label's
    boundary gets `group_share` of its group's; and it gets `usage_share` of how much more often its label uses each
    feature (`_usage`). Scores stay linear, so nothing is added to the model. Without `content_only` function words are
    read too: they tell a question from a request.
    """
    features = Features.fit(documents, content_only=content_only)
    matrix = features.matrix(documents)
    names, learnt, offsets = _boundaries(matrix, labels, weights, cost, seed)
    if groups is not None and len(set(groups)) > 1:
        group_names, above, above_offsets = _boundaries(matrix, groups, weights, cost, seed)
        group_of = dict(zip(labels, groups, strict=True))
        column = [group_names.index(group_of[name]) for name in names]
        learnt, offsets = learnt + group_share * above[:, column], offsets + group_share * above_offsets[column]
    if usage_share:
        learnt = learnt + usage_share * _usage(matrix, labels, weights, names)
    return LinearText(names, features, np.ascontiguousarray(learnt), offsets)


def _boundaries(
    matrix: Any, labels: Sequence[str], weights: Sequence[float] | None, cost: float, seed: int
) -> tuple[tuple[str, ...], Scores, Scores]:
    # Imported here: it takes a second to load, and only training needs it, not the web process.
    from sklearn.svm import LinearSVC

    machine = LinearSVC(C=cost, class_weight="balanced", random_state=seed)
    with warnings.catch_warnings():
        # Few texts for many leaves is what a new city has; scikit-learn asks whether it is a regression.
        warnings.filterwarnings("ignore", message="The number of unique classes", category=UserWarning)
        machine.fit(matrix, list(labels), sample_weight=weights)
    return tuple(map(str, machine.classes_)), *one_per_label(machine)


def _usage(matrix: csr_matrix, labels: Sequence[str], weights: Sequence[float] | None, names: Sequence[str]) -> Scores:
    """Log of each feature's share in a label's texts, less its mean over the labels (multinomial naive Bayes)."""
    counts = np.ones(len(labels)) if weights is None else np.asarray(weights, dtype=float)
    rows = [names.index(label) for label in labels]
    belongs = csr_matrix((counts, (rows, np.arange(len(labels)))), shape=(len(names), len(labels)))
    found = np.asarray((belongs @ matrix).todense()) + UNSEEN
    shares = np.log(found / found.sum(axis=1, keepdims=True))
    return np.asarray((shares - shares.mean(axis=0)).T, dtype=np.float32)


def one_per_label(machine: Any) -> tuple[Scores, Scores]:
    """With two labels scikit-learn keeps one boundary; written out, both labels have theirs."""
    coefficients, offsets = machine.coef_, np.atleast_1d(machine.intercept_)
    if len(coefficients) == 1:
        coefficients, offsets = np.vstack([-coefficients, coefficients]), np.concatenate([-offsets, offsets])
    return np.ascontiguousarray(coefficients.T, dtype=np.float32), offsets.astype(np.float32)


def softmax(scores: Scores) -> Scores:
    """Probabilities along the last axis."""
    raised = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True))


@dataclass(frozen=True)
class Curve:
    """How sure the model says it is → how sure it may be: a straight line between log odds."""

    slope: float = 1.0
    offset: float = 0.0

    def __call__(self, confidence: Scores) -> Scores:
        odds = np.clip(confidence, 1e-6, 1 - 1e-6)
        line = np.clip(self.slope * np.log(odds / (1 - odds)) + self.offset, -50, 50)
        return np.asarray(1 / (1 + np.exp(-line)))

    def bent(self, chances: Scores, sure: Scores | None = None) -> Scores:
        """The same probabilities with the largest one corrected and the others sharing the rest, in the same order.

        What is corrected is `sure`, shape (…, 1), or else the largest probability itself.
        """
        # Double precision: beside a very sure guess the rest is smaller than single precision can tell from 1.
        exact = np.asarray(chances, dtype=np.float64)
        first = np.arange(exact.shape[-1]) == exact.argmax(axis=-1)[..., None]
        corrected = self(exact.max(axis=-1, keepdims=True) if sure is None else sure)
        others = np.where(first, 0.0, exact)
        shared = others * ((1 - corrected) / np.maximum(others.sum(axis=-1, keepdims=True), 1e-12))
        # Just below, so that the first one stays the first in single precision.
        return np.asarray(np.where(first, corrected, np.minimum(shared, corrected * (1 - 1e-6))), dtype=np.float32)


def best_temperature(scores: Scores, truth: Sequence[int]) -> float:
    """The temperature under which held-out truths are most likely (log loss), between 1/100 and 10."""
    from scipy.optimize import minimize_scalar

    answers = np.asarray(truth)

    def loss(log_temperature: float) -> float:
        chances = softmax(scores / np.exp(log_temperature))
        return float(-np.log(chances[np.arange(len(answers)), answers] + 1e-12).mean())

    return float(np.exp(minimize_scalar(loss, bounds=(np.log(0.01), np.log(10.0)), method="bounded").x))


def best_curve(chances: Scores, truth: Sequence[int]) -> Curve:
    """The curve under which "the likeliest label is right" has the held-out frequency (Platt's method)."""
    from scipy.optimize import minimize

    top = chances.max(axis=1)
    right = chances.argmax(axis=1) == np.asarray(truth)

    def loss(line: NDArray[np.float64]) -> float:
        sure = Curve(float(line[0]), float(line[1]))(top)
        # A handful of texts can be told apart perfectly by a very steep line; the last term keeps it near 1.
        return float(-np.log(np.where(right, sure, 1 - sure) + 1e-12).mean() + (line[0] - 1) ** 2 / len(right))

    slope, offset = minimize(loss, (1.0, 0.0), method="Nelder-Mead").x
    # A falling curve would turn the order of certainty round; too little data for a line is no line.
    return Curve(float(slope), float(offset)) if slope > 0 else Curve()
