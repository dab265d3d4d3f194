"""Which kind of unit would handle a message: its words, the leaves it may belong to, the place, and the catalogue.

Words know the units that an installation has seen, the leaves and the catalogue know the rest, and the place says
whether a town or a street is near. One linear machine reads them all, so how much each counts is learnt together;
without a trained machine the catalogue's opinion of the likely leaves answers alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlp.core import blend, evaluate, topic
from nlp.core.category import CODE_LENGTH, CategoryModel, Progress, grouped
from nlp.core.explain import Explanation
from nlp.core.features import WITH_TITLE, Document, Features
from nlp.core.guess import Guess
from nlp.core.linear import LinearText, Scores
from nlp.core.place_signs import frequent_areas, signs
from nlp.core.places import Place
from nlp.core.topic import TopicModel

# How much an assisting unit counts beside the main one (1).
ASSISTING = 0.3
# An opinion never rules a kind out altogether.
LEAST = 0.01
# Top-1 and top-3 in grouped folds on the 893 messages of `bench/text` whose reply states its unit: leaves at
# .3/.5/.8/1.2 → .682/.905, .682/.906, .675/.905, .671/.903; place at .4 → .683/.898.
BESIDE = 0.5
PLACE = 0.2


@dataclass(frozen=True)
class Duty:
    """The kinds that the catalogue names for one leaf."""

    main: str
    assisting: tuple[str, ...] = ()


@dataclass(frozen=True)
class Catalogue:
    """The likely leaves of a message and what they mean for units; `category` is asked for the leaves."""

    category: CategoryModel
    duties: Mapping[str, Duty]

    def case(self, each: Document, place: Place) -> "Case":
        return Case(each, place, self.category.linear.chances(self.category.linear.features.row(each)))

    def cases(self, documents: Sequence[Document], places: Sequence[Place]) -> list["Case"]:
        chances = self.category.linear.chances_of_all(documents)
        return [Case(*each) for each in zip(documents, places, chances, strict=True)]

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        return tuple(sorted({duty.main for duty in self.duties.values()} - {""}))

    def opinion(self, leaf_chances: Scores) -> Scores:
        return by_catalogue(leaf_chances, self._shares)

    def beside(self, leaf_chances: Scores) -> Scores:
        """Roots of the probabilities of leaves, of the two levels above, and of the catalogue's kinds."""
        levels = [np.asarray(leaf_chances @ belongs) for belongs in self._levels]
        whole = np.concatenate([*levels, leaf_chances, self.opinion(leaf_chances)], axis=-1)
        return np.asarray(BESIDE * np.sqrt(whole), dtype=np.float32)

    @cached_property
    def _shares(self) -> Scores:
        return duty_table(self.category.linear.labels, self.duties, self.kinds)

    @cached_property
    def _levels(self) -> list[Scores]:
        leaves = self.category.linear.labels
        return [grouped([leaf[: CODE_LENGTH[level]] for leaf in leaves])[1] for level in ("1", "2")]

    def guess(self, each: Document, k: int = 3) -> tuple[Guess, ...]:
        """The catalogue's opinion alone, with the words that spoke for the likeliest leaf of the first kind."""
        linear = self.category.linear
        row = linear.features.row(each)
        leaf_chances = linear.chances(row)
        chances = self.opinion(leaf_chances)
        best = np.argsort(-chances, kind="stable")[:k]
        its = [self.duties.get(leaf, Duty("")).main == self.kinds[best[0]] for leaf in linear.labels]
        why = Explanation.of(linear, each, row).evidence(int((leaf_chances * its).argmax()))
        return tuple(Guess(self.kinds[at], float(chances[at]), why if at == best[0] else ()) for at in best)


@dataclass(frozen=True)
class Case:
    """One message to be judged: its words, its place, and the probabilities of its leaves."""

    document: Document
    place: Place
    leaf_chances: Scores


@dataclass(frozen=True)
class UnitModel:
    """A text model over kinds, and weights for what stands beside the words."""

    words: TopicModel
    beside: Scores  # (features beside the words, kinds)
    leaves: tuple[str, ...]  # of the category model that it was trained with
    kinds: tuple[str, ...]  # of the catalogue, in the order of its features
    areas: tuple[str, ...]  # paths that have a weight of their own

    def fits(self, catalogue: Catalogue) -> bool:
        """Whether the category model and the catalogue have the leaves and kinds that this model knows."""
        return (self.leaves, self.kinds) == (catalogue.category.linear.labels, catalogue.kinds)

    def chances(self, cases: Sequence[Case], catalogue: Catalogue) -> Scores:
        """Probabilities of `labels`, shape (cases, labels)."""
        linear = self.words.linear
        scores = linear.scores_of_all([case.document for case in cases])
        scores += _beside(cases, catalogue, self.areas) @ self.beside
        return self.words.calibrated(scores)

    def predict(self, case: Case, catalogue: Catalogue, k: int = 3) -> topic.Prediction:
        """The k likeliest kinds; the first one with the words that spoke for it."""
        linear = self.words.linear
        chances = self.chances([case], catalogue)[0]
        best = np.argsort(-chances, kind="stable")[:k]
        row = linear.features.row(case.document)
        why = Explanation.of(linear, case.document, row).evidence(int(best[0]))
        guesses = tuple(Guess(linear.labels[at], float(chances[at]), why if at == best[0] else ()) for at in best)
        return topic.Prediction(guesses, bool(why) and guesses[0].confidence >= self.words.answer_from)


def by_catalogue(leaf_chances: Scores, duty_shares: Scores) -> Scores:
    """Probabilities of the kinds, shape (…, kinds), from those of the leaves, shape (…, leaves), and `duty_table`."""
    return _normal(np.asarray(leaf_chances @ duty_shares) + LEAST / duty_shares.shape[1])


def duty_table(leaves: Sequence[str], duties: Mapping[str, Duty], kinds: Sequence[str]) -> Scores:
    """How much of each leaf is each kind's, shape (leaves, kinds)."""
    table = np.zeros((len(leaves), len(kinds)), dtype=np.float32)
    for at, leaf in enumerate(leaves):
        duty = duties.get(leaf, Duty(""))
        for kind, share in ((duty.main, 1.0), *((kind, ASSISTING) for kind in duty.assisting)):
            if kind in kinds:
                table[at, kinds.index(kind)] = max(table[at, kinds.index(kind)], share)
    return table


def fit(
    cases: Sequence[Case],
    labels: Sequence[str],
    groups: Sequence[str],
    catalogue: Catalogue,
    *,
    seed: int = 0,
    progress: Progress = lambda done, total, message: None,
) -> tuple[UnitModel, evaluate.Report]:
    """Learn from answered messages; messages of one group are never on both sides of a split.

    The report is of held-out guesses, calibrated on others. Raises topic.TooLittle.
    """
    if len(set(labels)) < 2 or min(labels.count(label) for label in set(labels)) < topic.FEWEST_TEXTS:
        raise topic.TooLittle
    held = held_out(cases, labels, groups, catalogue, seed=seed, progress=progress)
    progress(topic.FOLDS, topic.FOLDS + 1, "在全部文本上训练")
    linear, beside, areas = _fit_once(cases, labels, catalogue, seed)
    words, report = topic.calibrated_on(linear, held, groups, seed=seed)
    return UnitModel(words, beside, catalogue.category.linear.labels, catalogue.kinds, areas), report


def held_out(
    cases: Sequence[Case],
    labels: Sequence[str],
    groups: Sequence[str],
    catalogue: Catalogue,
    *,
    seed: int,
    progress: Progress = lambda done, total, message: None,
) -> topic.HeldOut:
    """Every message scored by a model of the other folds."""
    names = tuple(sorted(set(labels)))
    scores = np.full((len(labels), len(names)), -2.0, dtype=np.float32)
    for done, (seen, out) in enumerate(evaluate.folds(labels, groups, count=topic.FOLDS, seed=seed)):
        progress(done, topic.FOLDS + 1, f"交叉验证 {done + 1}/{topic.FOLDS}")
        linear, beside, areas = _fit_once([cases[at] for at in seen], [labels[at] for at in seen], catalogue, seed)
        held = [cases[at] for at in out]
        columns = [names.index(label) for label in linear.labels]
        found = linear.scores_of_all([case.document for case in held]) + _beside(held, catalogue, areas) @ beside
        scores[np.ix_(out, columns)] = found
    return topic.HeldOut(names, scores, tuple(labels))


def _fit_once(
    cases: Sequence[Case], labels: Sequence[str], catalogue: Catalogue, seed: int
) -> tuple[LinearText, Scores, tuple[str, ...]]:
    from scipy.sparse import csr_matrix, hstack

    documents = [case.document for case in cases]
    features = Features.fit(documents, weights=WITH_TITLE, min_texts=(2, 2, 2, 2))
    areas = frequent_areas([case.place for case in cases])
    names = tuple(sorted(set(labels)))
    matrix = hstack([features.matrix(documents), csr_matrix(_beside(cases, catalogue, areas))]).tocsr()
    answers = np.array([names.index(label) for label in labels], dtype=np.int64)
    learnt, offsets = blend.boundaries(matrix, answers, np.ones(len(labels), dtype=np.float32), seed)
    words = np.ascontiguousarray(learnt[: features.width])
    return LinearText(names, features, words, offsets), learnt[features.width :], areas


def _beside(cases: Sequence[Case], catalogue: Catalogue, areas: Sequence[str]) -> Scores:
    """What stands beside the words, shape (cases, features)."""
    leaves = catalogue.beside(np.stack([case.leaf_chances for case in cases]))
    where = np.stack([signs(case.document.text, case.place, areas) for case in cases])
    return np.concatenate([leaves, PLACE * where], axis=1)


def _normal(chances: NDArray[Any]) -> Scores:
    return np.asarray(chances / chances.sum(axis=-1, keepdims=True), dtype=np.float32)
