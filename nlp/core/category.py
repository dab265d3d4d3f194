"""The category of a message: a leaf of the tree and its branch, with probabilities and telling words.

One linear model over the leaves. What the tree says about each leaf (its names and words) is a training text
too, so a leaf without examples can be suggested. A branch (first level) is as likely as its leaves together.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nlp.core import evaluate
from nlp.core.corpus import Leaf, Sample
from nlp.core.explain import Explanation
from nlp.core.features import Document, document
from nlp.core.linear import LinearText, Scores, best_temperature, softmax
from nlp.core.linear import fit as fit_linear

# A leaf's own words count as three examples: best of 1/3/10 in grouped folds on the seed corpus.
LEAF_WEIGHT = 3.0
CALIBRATION_FOLDS = 3
# "Sure" is a guess from the confidence on at which 9 in 10 held-out guesses were right (95 % lower bound).
SURE_PRECISION = 0.9

Progress = Callable[[int, int, str], None]


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


@dataclass(frozen=True)
class CategoryModel:
    """A linear model over leaf codes, calibrated for leaves and for branches."""

    linear: LinearText
    branch_temperature: float = 1.0
    sure_from: float = 1.01

    @property
    def branches(self) -> tuple[str, ...]:
        return tuple(sorted({branch_of(label) for label in self.linear.labels}))

    def suggest(self, each: Document, k: int = 3) -> Suggestion:
        """The k likeliest leaves with evidence, and the k likeliest branches."""
        row = self.linear.features.row(each)
        chances = self.linear.chances(row)
        why = Explanation.of(self.linear, each, row)
        best = np.argsort(-chances, kind="stable")[:k]
        guesses = tuple(Guess(self.linear.labels[at], float(chances[at]), why.evidence(int(at))) for at in best)
        branches = _best(self.branches, self.branch_chances(chances), k)
        return Suggestion(guesses, branches, *_sureness(guesses, self.sure_from))

    def branch_chances(self, chances: Scores) -> Scores:
        """Probabilities of the branches, shape (…, branches), from those of the leaves, shape (…, leaves)."""
        return sharpened(_sums(chances, self.linear.labels, self.branches), self.branch_temperature)


def branch_of(label: str) -> str:
    """The first level of a code: 02.01.03 → 02."""
    return label.split(".", 1)[0]


def fit(
    samples: Sequence[Sample],
    leaves: Sequence[Leaf] = (),
    *,
    seed: int = 0,
    progress: Progress = lambda done, total, message: None,
) -> tuple[CategoryModel, evaluate.Report]:
    """Learn from labelled samples and from the leaves' own words; calibrate on texts held out in grouped folds.

    The report is of those held-out guesses, each made by a model that had not seen the text nor a copy of it.
    """
    documents = [document(sample.text, sample.title) for sample in samples]
    held_out = _held_out_scores(samples, documents, leaves, seed=seed, progress=progress)
    progress(CALIBRATION_FOLDS, CALIBRATION_FOLDS + 1, "在全部语料上训练")
    model = CategoryModel(_fit_once(samples, documents, leaves, seed=seed))
    return _calibrated(model, held_out, [sample.label for sample in samples])


def _held_out_scores(
    samples: Sequence[Sample], documents: Sequence[Document], leaves: Sequence[Leaf], *, seed: int, progress: Progress
) -> tuple[tuple[str, ...], Scores]:
    labels = tuple(sorted({sample.label for sample in samples} | {leaf.code for leaf in leaves}))
    # A label that a fold has not seen cannot be guessed there: as far from its boundary as a clear "no".
    scores = np.full((len(samples), len(labels)), -2.0, dtype=np.float32)
    copies = evaluate.copies_together([sample.text for sample in samples])
    groups = [sample.group or copy for sample, copy in zip(samples, copies, strict=True)]
    truth = [sample.label for sample in samples]
    for done, (seen, held) in enumerate(evaluate.folds(truth, groups, count=CALIBRATION_FOLDS, seed=seed)):
        progress(done, CALIBRATION_FOLDS + 1, "交叉验证")
        model = _fit_once([samples[at] for at in seen], [documents[at] for at in seen], leaves, seed=seed)
        columns = [labels.index(label) for label in model.labels]
        scores[np.ix_(held, columns)] = model.scores_of_all([documents[at] for at in held])
    return labels, scores


def _fit_once(
    samples: Sequence[Sample], documents: Sequence[Document], leaves: Sequence[Leaf], *, seed: int
) -> LinearText:
    described = [document(" ".join((*leaf.names[1:], *leaf.keywords))) for leaf in leaves]
    return fit_linear(
        [*documents, *described],
        [*(sample.label for sample in samples), *(leaf.code for leaf in leaves)],
        weights=[*(sample.weight for sample in samples), *([LEAF_WEIGHT] * len(leaves))],
        seed=seed,
    )


def _calibrated(
    model: CategoryModel, held_out: tuple[tuple[str, ...], Scores], truth: Sequence[str]
) -> tuple[CategoryModel, evaluate.Report]:
    labels, scores = held_out
    temperature = best_temperature(scores, [labels.index(label) for label in truth])
    chances = softmax(scores / temperature)
    sums = _sums(chances, labels, model.branches)
    report = evaluate.measure(chances, labels, truth)
    right = np.array([labels[at] == label for at, label in zip(chances.argmax(axis=1), truth, strict=True)])
    return (
        replace(
            model,
            linear=model.linear.at_temperature(temperature),
            branch_temperature=best_temperature(
                np.log(sums + 1e-12), [model.branches.index(branch_of(label)) for label in truth]
            ),
            sure_from=evaluate.coverage_at(chances.max(axis=1), right, SURE_PRECISION)[1],
        ),
        report,
    )


def _sums(chances: Scores, labels: Sequence[str], branches: Sequence[str]) -> Scores:
    belongs = np.array([[branch_of(label) == branch for branch in branches] for label in labels], dtype=np.float32)
    return np.asarray(chances @ belongs)


def sharpened(chances: Scores, temperature: float) -> Scores:
    """The same probabilities, bolder (temperature < 1) or shyer (> 1)."""
    return softmax(np.log(chances + 1e-12) / temperature)


def _best(labels: Sequence[str], chances: NDArray[np.float32], k: int) -> tuple[Guess, ...]:
    order = np.argsort(-chances, kind="stable")[:k]
    return tuple(Guess(labels[at], float(chances[at])) for at in order)


def _sureness(guesses: Sequence[Guess], sure_from: float) -> tuple[bool, tuple[str, ...]]:
    if not guesses or not guesses[0].evidence:
        return False, ("文本里没有可作依据的词语,请人工判断类别。",)
    if guesses[0].confidence < sure_from:
        return False, ("把握不足,请人工确认类别。",)
    return True, ()
