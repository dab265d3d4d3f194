"""Two linear machines merged into one weight matrix: they err on different texts, and their mean costs nothing.

Each learns one boundary per label on the same features: a support vector machine on features that are stretched by how
much more often a label uses them (NB-SVM), and a ridge regression. Their scores are brought to one scale and added; as
both are linear, so is the sum, and evidence, speed and size stay those of one. Where a model of other labels is known,
a share of what it says is added in the same way (`nlp/core/known.py`).
"""

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlp.core.features import WITH_TITLE, Document, Features
from nlp.core.known import Known
from nlp.core.linear import LinearText, Scores

# Macro-F1 in grouped folds on 8,156 labelled messages: stretched .932, ridge .931, both .935; a plain support vector
# machine alone .929, and as a third nothing more (.935).
COST = 0.3
RIDGE = 0.9
STRETCH = 1.5
MOST_STRETCHED = 4.0
TOLERANCE = 1e-2
# Macro-F1 in the same folds: none .934, .03/.05/.1 .936, .15 .935; from .1 on fewer are sure (.79 instead of .80
# answered at 98 %).
KNOWN_SHARE = 0.05

Boundaries = tuple[Scores, Scores]  # (features, labels), (labels,)
Machine = Callable[[Any, NDArray[np.int64], Scores, int], Boundaries]


def fit(
    documents: Sequence[Document],
    labels: Sequence[str],
    *,
    counts: Sequence[float] | None = None,
    known: LinearText | None = None,
    seed: int = 0,
) -> LinearText:
    """Learn from labelled documents; `counts` says how much each counts (1 by default), `known` is of other labels."""
    names = tuple(sorted(set(labels)))
    features = Features.fit(documents, weights=WITH_TITLE, min_texts=(2, 2, 2, 2))
    beside = Known.beside(features, known) if known else None
    features = beside.features if beside else features
    matrix = features.matrix(documents)
    answers = np.array([names.index(label) for label in labels], dtype=np.int64)
    shares = np.ones(len(labels), dtype=np.float32) if counts is None else np.asarray(counts, dtype=np.float32)
    learnt, offsets = boundaries(matrix, answers, shares, seed)
    if beside:
        scale = _spread(matrix, learnt, offsets)
        more, starts = beside.boundaries(matrix, answers, shares)
        learnt, offsets = learnt / scale + KNOWN_SHARE * more, offsets / scale + KNOWN_SHARE * starts
    return LinearText(names, features, learnt, offsets)


def _spread(matrix: Any, learnt: Scores, offsets: Scores) -> float:
    """How far the scores of these texts lie apart."""
    return float(np.std(matrix @ learnt + offsets)) or 1.0


def boundaries(matrix: Any, answers: NDArray[np.int64], shares: Scores, seed: int) -> Boundaries:
    """Of texts as rows of features (none below 0), by the number of each one's label and how much it counts."""
    learnt = np.zeros((matrix.shape[1], int(answers.max()) + 1), np.float32)
    offsets = np.zeros(learnt.shape[1], np.float32)
    for machine in (_stretched, _ridge):
        weights, starts = machine(matrix, answers, shares, seed)
        scale = _spread(matrix, weights, starts)
        learnt, offsets = learnt + weights / scale, offsets + starts / scale
    return np.ascontiguousarray(learnt, dtype=np.float32), offsets.astype(np.float32)


def _stretched(matrix: Any, answers: NDArray[np.int64], shares: Scores, seed: int) -> Boundaries:
    from scipy.sparse import diags

    columns, starts = [], []
    for label in range(answers.max() + 1):
        stretch = _stretch(matrix, answers == label)
        weights, start = _boundary(matrix @ diags(stretch), answers == label, shares, COST, seed)
        columns.append(weights * stretch)
        starts.append(start)
    return np.stack(columns, axis=1), np.array(starts, np.float32)


def _stretch(matrix: Any, mine: NDArray[np.bool_]) -> Scores:
    """Log of how much more of each feature the label's texts have than the others."""
    inside = np.asarray(matrix[mine].sum(axis=0)).ravel() + 0.05
    outside = np.asarray(matrix[~mine].sum(axis=0)).ravel() + 0.05
    ratio = np.log(inside / inside.sum()) - np.log(outside / outside.sum())
    return np.asarray(np.clip(ratio, -MOST_STRETCHED, MOST_STRETCHED) / STRETCH, dtype=np.float32)


def _boundary(
    matrix: Any, mine: NDArray[np.bool_], shares: Scores, cost: float, seed: int
) -> tuple[Scores, np.float32]:
    # Imported here: it takes a second to load, and only training needs it, not the web process.
    from sklearn.svm import LinearSVC

    machine = LinearSVC(C=cost, class_weight="balanced", tol=TOLERANCE, random_state=seed)
    machine.fit(matrix, mine, sample_weight=shares)
    return machine.coef_[0].astype(np.float32), np.float32(machine.intercept_[0])


def _ridge(matrix: Any, answers: NDArray[np.int64], shares: Scores, seed: int) -> Boundaries:
    """Rare labels weigh more, by the square root of how rare they are."""
    from sklearn.linear_model import Ridge

    per_label = np.bincount(answers)
    rarity = np.sqrt(len(answers) / (len(per_label) * per_label))[answers]
    wanted = np.where(answers[:, None] == np.arange(len(per_label)), 1.0, -1.0)
    machine = Ridge(alpha=RIDGE, solver="sparse_cg", tol=1e-4)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Singular matrix")
        machine.fit(matrix, wanted, sample_weight=shares * rarity)
    return machine.coef_.T.astype(np.float32), np.asarray(machine.intercept_, dtype=np.float32)
