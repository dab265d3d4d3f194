"""The category of a message: a leaf of the tree and its branch, with probabilities and telling words.

One linear model over the leaves, each of which inherits part of its branch's boundary: what tells heating from
schools is learnt from all texts of the branch. What the tree says about each leaf (its names and words) is a
training text too, so a leaf without examples can be suggested. A branch is as likely as its leaves together.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Any

import numpy as np

from nlp.core import cores, evaluate
from nlp.core.corpus import Leaf, Sample
from nlp.core.explain import Explanation
from nlp.core.features import Document, Row, document
from nlp.core.guess import Guess, Suggestion, likeliest, sureness
from nlp.core.linear import Curve, LinearText, Scores, best_curve, best_temperature, softmax
from nlp.core.linear import fit as fit_linear

# Grouped folds on the seed corpus (leaf accuracy): a leaf's own words count 1/3/10/30 times → .52/.53/.64/.65
# together with the two below; part of the branch's boundary 0/.3/.6 → .63/.64/.64; cost .03/.1/.3/1 → .65/.64/.62/.53.
LEAF_WEIGHT = 10.0
BRANCH_SHARE = 0.3
# Part of how much more often a leaf uses a word (naive Bayes): boundaries learn what tells these few texts apart, which
# is not all that a leaf's texts have in common. In grouped folds .568 → .584 (first three .787 → .803); on 7,624 real
# messages, read as seven labels by a model that saw none of them, macro-F1 .850 → .856.
USAGE_SHARE = 0.03
# A dozen texts per leaf want a cautious machine. Once there are many the bold one is tried too (it takes longer to
# fit), and the better one on held-out texts is taken.
CAUTIOUS, BOLD = 0.1, 1.0
MANY_TEXTS_PER_LEAF = 30
CALIBRATION_FOLDS = 3
# "Sure" is a guess from the confidence on at which 9 in 10 held-out guesses were right (95 % lower bound).
SURE_PRECISION = 0.9
# A file's rows are answered without a person from the confidence on at which 98 in 100 were right.
ANSWER_PRECISION = 0.98

# How much of a code names a level of the tree.
CODE_LENGTH = {"1": 2, "2": 5, "3": 8}

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class CategoryModel:
    """A linear model over leaf codes, calibrated for leaves and for branches."""

    linear: LinearText
    leaf_curve: Curve = Curve()
    branch_curve: Curve = Curve()
    sure_from: float = 1.01
    answer_from: Mapping[str, float] = field(default_factory=dict)  # level → confidence at ANSWER_PRECISION

    @cached_property
    def branches(self) -> tuple[str, ...]:
        return tuple(sorted({branch_of(label) for label in self.linear.labels}))

    def suggest(self, each: Document, k: int = 3) -> Suggestion:
        """The k likeliest leaves with evidence, and the k likeliest branches."""
        row = self.linear.features.row(each)
        return self._suggestion(each, row, self.linear.chances(row), k, explained=k)

    def suggest_all(self, documents: Sequence[Document], k: int = 3) -> list[Suggestion]:
        """`suggest` for each, with evidence for the likeliest leaf only; the weights are gone through once for all."""
        matrix = self.linear.features.matrix(documents)
        rows = [
            (matrix.indices[start:end], matrix.data[start:end])
            for start, end in zip(matrix.indptr, matrix.indptr[1:], strict=False)
        ]
        chances = self.linear.chances_of(matrix)
        return [self._suggestion(*each, k, explained=1) for each in zip(documents, rows, chances, strict=True)]

    def _suggestion(self, each: Document, row: Row, plain: Scores, k: int, *, explained: int) -> Suggestion:
        chances = self.leaf_curve.bent(plain)
        why = Explanation.of(self.linear, each, row)
        best = np.argsort(-plain, kind="stable")[:k]  # the corrected ones may tie
        evidence = [why.evidence(int(at)) for at in best[:explained]] + [()] * (len(best) - explained)
        guesses = tuple(
            Guess(self.linear.labels[at], float(chances[at]), words) for at, words in zip(best, evidence, strict=True)
        )
        branches = likeliest(self.branches, self.branch_chances(plain), k)
        return Suggestion(guesses, branches, *sureness(guesses, self.sure_from))

    def branch_chances(self, plain: Scores) -> Scores:
        """Probabilities of the branches, shape (…, branches), from the linear model's of the leaves, (…, leaves)."""
        return self.branch_curve.bent(np.asarray(plain @ self._belongs))

    def at_level(self, plain: Scores, belongs: Scores, level: str) -> Scores:
        """Probabilities of groups of leaves, shape (…, groups); `belongs` as `grouped` gives it."""
        if level == "1":
            return self.branch_curve.bent(np.asarray(plain @ belongs))
        return np.asarray(self.leaf_curve.bent(plain) @ belongs)

    @cached_property
    def _belongs(self) -> Scores:
        return _belonging(self.linear.labels, self.branches)


def branch_of(label: str) -> str:
    """The first level of a code: 02.01.03 → 02."""
    return label.split(".", 1)[0]


def fit(
    samples: Sequence[Sample],
    leaves: Sequence[Leaf] = (),
    *,
    seed: int = 0,
    progress: Progress = lambda done, total, message: None,
    processes: int = 1,
) -> tuple[CategoryModel, evaluate.Report]:
    """Learn from labelled samples and from the leaves' own words; calibrate on texts held out in grouped folds.

    The report is of those held-out guesses, each made by a model that had not seen the text nor a copy of it.
    """
    model, held = fit_and_hold_out(samples, leaves, seed=seed, progress=progress, processes=processes)
    return model, evaluate.measure(held.chances, held.labels, held.truth)


@dataclass(frozen=True)
class HeldOut:
    """Probabilities of texts by models that had not seen them, shape (texts, labels), and their true labels."""

    labels: tuple[str, ...]
    chances: Scores
    truth: tuple[str, ...]


def fit_and_hold_out(
    samples: Sequence[Sample],
    leaves: Sequence[Leaf] = (),
    *,
    seed: int = 0,
    progress: Progress = lambda done, total, message: None,
    processes: int = 1,
) -> tuple[CategoryModel, HeldOut]:
    """As `fit`, with every held-out guess instead of the report of them. Several processes learn the very same."""
    documents = [document(sample.text, sample.title) for sample in samples]
    labels = tuple(sorted({sample.label for sample in samples} | {leaf.code for leaf in leaves}))
    truth = [labels.index(sample.label) for sample in samples]
    costs = (CAUTIOUS, BOLD) if len(samples) >= MANY_TEXTS_PER_LEAF * len(labels) else (CAUTIOUS,)
    folds = _folds(samples, seed)

    def learnt(cost: float, seen: Sequence[int]) -> LinearText:
        return _fit_once([samples[at] for at in seen], [documents[at] for at in seen], leaves, cost=cost, seed=seed)

    def held_out(cost: float, fold: Fold) -> Scores:
        return _scores(learnt(cost, fold[0]), [documents[at] for at in fold[1]], labels)

    tried = {}
    for done, cost in enumerate(costs):
        progress(done, len(costs), f"训练与交叉验证（C={cost:g}）")
        # The model of all texts takes longest, so it is begun first.
        work: list[Callable[[], Any]] = [
            partial(learnt, cost, range(len(samples))),
            *(partial(held_out, cost, fold) for fold in folds),
        ]
        model, *parts = cores.mapped(lambda task: task(), work, processes=processes, piece=1)
        scores = np.empty((len(samples), len(labels)), dtype=np.float32)
        for (_, held), part in zip(folds, parts, strict=True):
            scores[held] = part
        tried[cost] = model, scores
    model, scores = max(tried.values(), key=lambda found: float((found[1].argmax(axis=1) == truth).mean()))
    return _calibrated(CategoryModel(model), labels, scores, [sample.label for sample in samples])


Fold = tuple[Sequence[int], Sequence[int]]  # rows that are learnt from, rows that are held out


def _folds(samples: Sequence[Sample], seed: int) -> list[Fold]:
    copies = evaluate.copies_together([sample.text for sample in samples])
    groups = [sample.group or copy for sample, copy in zip(samples, copies, strict=True)]
    return list(evaluate.folds([sample.label for sample in samples], groups, count=CALIBRATION_FOLDS, seed=seed))


def _scores(model: LinearText, documents: Sequence[Document], labels: Sequence[str]) -> Scores:
    # A label that a fold has not seen cannot be guessed there: as far from its boundary as a clear "no".
    scores = np.full((len(documents), len(labels)), -2.0, dtype=np.float32)
    scores[:, [labels.index(label) for label in model.labels]] = model.scores_of_all(documents)
    return scores


def _fit_once(
    samples: Sequence[Sample], documents: Sequence[Document], leaves: Sequence[Leaf], *, cost: float, seed: int
) -> LinearText:
    described = [document(" ".join((*leaf.names[1:], *leaf.keywords))) for leaf in leaves]
    labels = [*(sample.label for sample in samples), *(leaf.code for leaf in leaves)]
    return fit_linear(
        [*documents, *described],
        labels,
        weights=[*(sample.weight for sample in samples), *([LEAF_WEIGHT] * len(leaves))],
        cost=cost,
        groups=[branch_of(label) for label in labels],
        group_share=BRANCH_SHARE,
        usage_share=USAGE_SHARE,
        seed=seed,
    )


def _calibrated(
    model: CategoryModel, labels: Sequence[str], scores: Scores, truth: Sequence[str]
) -> tuple[CategoryModel, HeldOut]:
    """The model with its temperature and curves set on held-out scores, and what it makes of those."""
    answers = [labels.index(label) for label in truth]
    temperature = best_temperature(scores, answers)
    plain = softmax(scores / temperature)
    sums = np.asarray(plain @ _belonging(labels, model.branches))
    leaf_curve = best_curve(plain, answers)
    branch_curve = best_curve(sums, [model.branches.index(branch_of(label)) for label in truth])
    chances = leaf_curve.bent(plain)
    right = plain.argmax(axis=1) == answers
    linear = model.linear.at_temperature(temperature)
    sure_from = evaluate.coverage_at(chances.max(axis=1), right, SURE_PRECISION)[1]
    model = CategoryModel(linear, leaf_curve, branch_curve, sure_from)
    model = replace(model, answer_from={level: _threshold(model, plain, labels, truth, level) for level in CODE_LENGTH})
    return model, HeldOut(tuple(labels), chances, tuple(truth))


def _threshold(model: CategoryModel, plain: Scores, labels: Sequence[str], truth: Sequence[str], level: str) -> float:
    """The confidence from which held-out guesses at a level of the tree were right often enough."""
    names = [label[: CODE_LENGTH[level]] for label in labels]
    kinds, belongs = grouped(names)
    chances = model.at_level(plain, belongs, level)
    right = [kinds[at] == true[: CODE_LENGTH[level]] for at, true in zip(chances.argmax(axis=1), truth, strict=True)]
    return evaluate.coverage_at(chances.max(axis=1), np.array(right), ANSWER_PRECISION)[1]


def grouped(names: Sequence[str]) -> tuple[tuple[str, ...], Scores]:
    """The distinct names (without the empty one), and 1 where a leaf has one, shape (leaves, names)."""
    kinds = tuple(sorted(set(names) - {""}))
    return kinds, np.array([[name == kind for kind in kinds] for name in names], dtype=np.float32)


def _belonging(labels: Sequence[str], branches: Sequence[str]) -> Scores:
    """1 where a label is of a branch, shape (labels, branches)."""
    return np.array([[branch_of(label) == branch for branch in branches] for label in labels], dtype=np.float32)
