"""Answers for a file of texts: what one model says at one level of the tree, or of the unit that would handle it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from nlp.core.category import CODE_LENGTH, CategoryModel, grouped
from nlp.core.explain import Explanation
from nlp.core.features import Document
from nlp.core.places import Gazetteer, Place
from nlp.core.topic import TopicModel
from nlp.core.unit_kind import Catalogue, Duty, UnitModel, by_catalogue, duty_table

LEVELS = ("1", "2", "3", "unit")


@dataclass(frozen=True)
class Answer:
    """The three likeliest labels of a text (empty where there are fewer) and whether the first may be relied on."""

    labels: tuple[str, ...]
    confidence: float
    answered: bool
    evidence: tuple[str, ...]

    def cells(self) -> dict[str, str]:
        first, second, third = (*self.labels, "", "", "")[:3]
        return {
            "predicted": first,
            "confidence": f"{self.confidence:.4f}",
            "second": second,
            "third": third,
            "answered": str(int(self.answered)),
            "evidence": " ".join(self.evidence),
        }


Answering = Callable[[Document], Answer]


def of_model(model: TopicModel) -> Answering:
    """Answers with the labels that the model was trained on."""

    def answer(each: Document) -> Answer:
        found = model.predict(each)
        best = found.guesses[0]
        return Answer(tuple(guess.label for guess in found.guesses), best.confidence, found.answered, best.evidence)

    return answer


def of_unit(model: UnitModel, catalogue: Catalogue, gazetteer: Gazetteer | None) -> Answering:
    """Answers with the kinds of unit that the model was trained on, at the place that the text names."""

    def answer(each: Document) -> Answer:
        place = gazetteer.locate(each.text) if gazetteer else Place()
        found = model.predict(catalogue.case(each, place), catalogue)
        best = found.guesses[0]
        return Answer(tuple(guess.label for guess in found.guesses), best.confidence, found.answered, best.evidence)

    return answer


def of_shipped(model: CategoryModel, level: str, duties: Mapping[str, Duty]) -> Answering:
    """Answers with codes of the tree cut to a level, or with the kinds of unit that the catalogue names for leaves.

    Of units the first is the likeliest to be in charge; behind it come others, assisting ones as well.
    """
    leaves = model.linear.labels
    by_unit = level == "unit"
    names = [duties.get(leaf, Duty("")).main if by_unit else leaf[: CODE_LENGTH[level]] for leaf in leaves]
    labels, belongs = grouped(names)
    shares = duty_table(leaves, duties, labels)
    answer_from = model.answer_from.get("3" if by_unit else level, 1.01)

    def answer(each: Document) -> Answer:
        row = model.linear.features.row(each)
        plain = model.linear.chances(row)
        chances = model.at_level(plain, belongs, level)
        order = by_catalogue(plain, shares) if by_unit else chances
        best = np.argsort(-order, kind="stable")[:3]
        leaf = int((plain * belongs[:, best[0]]).argmax())
        why = Explanation.of(model.linear, each, row).evidence(leaf)
        sure = float(chances[best[0]])
        return Answer(tuple(labels[at] for at in best), sure, bool(why) and sure >= answer_from, why)

    return answer
