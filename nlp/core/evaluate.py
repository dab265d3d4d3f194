"""How good a model is: grouped folds, macro-F1, top-k, calibration, answers given only when sure."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlp.core import copies
from nlp.core.issue_scores import issue_scores as issue_scores

BINS = 10
FLOORS = (0.99, 0.98, 0.95, 0.9, 0.8)


@dataclass(frozen=True)
class Report:
    """Figures on texts that the model had not seen; shares are between 0 and 1."""

    texts: int
    labels: int
    accuracy: float
    macro_f1: float
    top_3: float
    calibration_error: float
    coverage: dict[str, float]  # precision (95 % lower bound) → share of texts answered
    per_label: dict[str, dict[str, float]]

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def measure(chances: NDArray[Any], labels: Sequence[str], truth: Sequence[str]) -> Report:
    """Compare probabilities, shape (texts, labels), with the true labels."""
    order = np.argsort(-chances, axis=1, kind="stable")
    guessed = [labels[at] for at in order[:, 0]]
    right = np.array([guess == true for guess, true in zip(guessed, truth, strict=True)])
    top = chances.max(axis=1)
    per_label = scores_per_label(guessed, truth)
    return Report(
        texts=len(truth),
        labels=len(per_label),
        accuracy=float(right.mean()),
        macro_f1=float(np.mean([row["f1"] for row in per_label.values()])),
        top_3=float(np.mean([true in {labels[at] for at in row[:3]} for row, true in zip(order, truth, strict=True)])),
        calibration_error=calibration_error(top, right),
        coverage={f"{floor:.2f}": coverage_at(top, right, floor)[0] for floor in FLOORS},
        per_label=per_label,
    )


def scores_per_label(guessed: Sequence[str], truth: Sequence[str]) -> dict[str, dict[str, float]]:
    """Precision, recall and F1 of every label that occurs in the truth."""
    found: dict[str, dict[str, float]] = {}
    pairs = list(zip(guessed, truth, strict=True))
    for label in sorted(set(truth)):
        hits = sum(guess == true == label for guess, true in pairs)
        said, are = sum(guess == label for guess, _ in pairs), sum(true == label for _, true in pairs)
        precision, recall = hits / said if said else 0.0, hits / are
        f1 = 2 * precision * recall / (precision + recall) if hits else 0.0
        found[label] = {"texts": are, "precision": precision, "recall": recall, "f1": f1}
    return found


def calibration_error(confidence: NDArray[Any], right: NDArray[Any]) -> float:
    """Mean gap between how sure the model was and how often it was right, over ten equal bins (ECE)."""
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    gaps = [abs(confidence[bins == at].mean() - right[bins == at].mean()) * (bins == at).mean() for at in set(bins)]
    return float(sum(gaps))


def coverage_at(confidence: NDArray[Any], right: NDArray[Any], precision: float) -> tuple[float, float]:
    """The largest share of texts that can be answered at this precision, and the confidence it takes.

    The precision is the 95 % lower bound (Wilson), so a lucky handful does not set the threshold.
    Without such a share: 0 and a confidence above 1.
    """
    order = np.argsort(-confidence, kind="stable")
    hits = np.cumsum(right[order])
    good = [at for at in _ends(confidence[order]) if lower_bound(int(hits[at]), at + 1) >= precision]
    return ((good[-1] + 1) / len(order), float(confidence[order[good[-1]]])) if good else (0.0, 1.01)


@dataclass(frozen=True)
class Surest:
    """The surest part of the texts: of all such parts the one with the highest lower bound (95 %) of its precision."""

    share: float
    precision: float
    low: float


def surest(confidence: NDArray[Any], right: NDArray[Any]) -> Surest:
    """What is the most that answering only when sure can promise."""
    order = np.argsort(-confidence, kind="stable")
    hits = np.cumsum(right[order])
    low, of = max((lower_bound(int(hits[at]), at + 1), at + 1) for at in _ends(confidence[order]))
    return Surest(of / len(hits), float(hits[of - 1] / of), low)


def _ends(falling: NDArray[Any]) -> list[int]:
    """Where the next confidence is lower: texts of equal confidence are answered together or not at all."""
    return [at for at in range(len(falling)) if at + 1 == len(falling) or falling[at] > falling[at + 1]]


def lower_bound(hits: int, of: int, z: float = 1.96) -> float:
    """Wilson's 95 % lower bound of a share."""
    if not of:
        return 0.0
    share, spread = hits / of, z * z / of
    return (share + spread / 2 - z * sqrt(share * (1 - share) / of + spread / (4 * of))) / (1 + spread)


def folds(
    labels: Sequence[str], groups: Sequence[str], *, count: int, seed: int
) -> Iterator[tuple[list[int], list[int]]]:
    """Split positions into (training, held out) `count` times; a group is never on both sides.

    Groups are dealt label by label, so every label is spread over the folds.
    """
    shuffled = [int(at) for at in np.random.default_rng(seed).permutation(len(labels))]
    fold_of: dict[str, int] = {}
    dealt = 0
    for at in sorted(shuffled, key=lambda position: labels[position]):
        if groups[at] not in fold_of:
            fold_of[groups[at]] = dealt % count
            dealt += 1
    for fold in range(count):
        held = [at for at in range(len(labels)) if fold_of[groups[at]] == fold]
        yield [at for at in range(len(labels)) if fold_of[groups[at]] != fold], held


def copies_together(texts: Sequence[str]) -> list[str]:
    """A group for each text; near-duplicates share one, so that they never straddle a split."""
    return copies.groups(texts)
