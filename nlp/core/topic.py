"""A model of somebody's own labels, trained on their file: calibrated, explained, and silent where it is not sure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nlp.core import blend, evaluate, trust
from nlp.core.category import Progress
from nlp.core.explain import Explanation
from nlp.core.features import Document
from nlp.core.guess import Guess
from nlp.core.linear import LinearText, Scores, best_temperature
from nlp.core.trust import Trust

FOLDS = 5
# Answered are the texts from the confidence on at which 98 of 100 held-out guesses were right (95 % lower bound).
ANSWER_PRECISION = 0.98
FEWEST_TEXTS = 2


class TooLittle(ValueError):
    """至少需要两个标签,每个标签至少两条文本。"""


@dataclass(frozen=True)
class Prediction:
    """The likeliest labels, best first, and whether the model is sure enough to answer."""

    guesses: tuple[Guess, ...]
    answered: bool


@dataclass(frozen=True)
class TopicModel:
    """A linear model over labels, how far it can be trusted, and the confidence from which it answers."""

    linear: LinearText
    trust: Trust
    answer_from: float = 1.01

    def chances(self, documents: Sequence[Document]) -> Scores:
        """Probabilities, shape (documents, labels)."""
        return self.calibrated(self.linear.scores_of_all(documents))

    def calibrated(self, scores: Scores) -> Scores:
        """Probabilities from raw scores, shape (…, labels)."""
        return self.trust.chances(scores / self.linear.temperature)

    def predict(self, each: Document, k: int = 3) -> Prediction:
        """The k likeliest labels; the first one with the words that spoke for it."""
        row = self.linear.features.row(each)
        chances = self.calibrated(self.linear.scores(row))
        best = np.argsort(-chances, kind="stable")[:k]
        why = Explanation.of(self.linear, each, row).evidence(int(best[0]))
        guesses = tuple(Guess(self.linear.labels[at], float(chances[at]), why if at == best[0] else ()) for at in best)
        return Prediction(guesses, bool(why) and guesses[0].confidence >= self.answer_from)


@dataclass(frozen=True)
class HeldOut:
    """Raw scores of texts by models that had not seen them nor a copy, shape (texts, labels), and the truth."""

    labels: tuple[str, ...]
    scores: Scores
    truth: tuple[str, ...]

    @property
    def answers(self) -> NDArray[np.int64]:
        return np.array([self.labels.index(label) for label in self.truth])


def fit(
    documents: Sequence[Document],
    labels: Sequence[str],
    groups: Sequence[str],
    *,
    known: LinearText | None = None,
    seed: int = 0,
    progress: Progress = lambda done, total, message: None,
) -> tuple[TopicModel, evaluate.Report]:
    """Learn from labelled documents; texts of one group are never on both sides of a split.

    `known` is a model of other labels that has read other texts. The report is of held-out guesses, calibrated on
    others.
    """
    if len(set(labels)) < 2 or min(labels.count(label) for label in set(labels)) < FEWEST_TEXTS:
        raise TooLittle
    held = held_out(documents, labels, groups, known=known, seed=seed, progress=progress)
    progress(FOLDS, FOLDS + 1, "在全部文本上训练")
    linear = blend.fit(documents, labels, known=known, seed=seed)
    return calibrated_on(linear, held, groups, seed=seed)


def calibrated_on(
    linear: LinearText, held: "HeldOut", groups: Sequence[str], *, seed: int
) -> tuple[TopicModel, evaluate.Report]:
    """The model with what held-out scores say of its certainty, and the report of those."""
    temperature, learnt = _calibration(held.scores, held.answers)
    model = TopicModel(linear.at_temperature(temperature), learnt)
    plain = model.calibrated(held.scores)
    right = plain.argmax(axis=1) == held.answers
    answer_from = evaluate.coverage_at(plain.max(axis=1), right, ANSWER_PRECISION)[1]
    chances = cross_calibrated(held, groups, seed=seed)
    return replace(model, answer_from=answer_from), evaluate.measure(chances, held.labels, held.truth)


def held_out(
    documents: Sequence[Document],
    labels: Sequence[str],
    groups: Sequence[str],
    *,
    known: LinearText | None = None,
    seed: int,
    progress: Progress = lambda done, total, message: None,
) -> HeldOut:
    """Every text scored by a model of the other folds."""
    names = tuple(sorted(set(labels)))
    scores = np.full((len(labels), len(names)), -2.0, dtype=np.float32)
    for done, (seen, out) in enumerate(evaluate.folds(labels, groups, count=FOLDS, seed=seed)):
        progress(done, FOLDS + 1, f"交叉验证 {done + 1}/{FOLDS}")
        model = blend.fit([documents[at] for at in seen], [labels[at] for at in seen], known=known, seed=seed)
        columns = [names.index(label) for label in model.labels]
        scores[np.ix_(out, columns)] = model.scores_of_all([documents[at] for at in out])
    return HeldOut(names, scores, tuple(labels))


def cross_calibrated(held: HeldOut, groups: Sequence[str], *, seed: int) -> Scores:
    """Probabilities of held-out texts, each calibrated on the others only."""
    chances = np.zeros_like(held.scores)
    for seen, out in evaluate.folds(held.truth, groups, count=FOLDS, seed=seed + 1):
        temperature, learnt = _calibration(held.scores[seen], held.answers[seen])
        chances[out] = learnt.chances(held.scores[out] / temperature)
    return chances


def _calibration(scores: Scores, answers: NDArray[np.int64]) -> tuple[float, Trust]:
    temperature = best_temperature(scores, answers.tolist())
    return temperature, trust.learn(scores / temperature, answers.tolist())
