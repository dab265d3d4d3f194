"""Answers for a file of texts: what one model says at one level of the tree, or of the unit that would handle it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from nlp.core.category import CODE_LENGTH, CategoryModel, grouped
from nlp.core.explain import Explanation
from nlp.core.features import Document
from nlp.core.topic import TopicModel

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


def of_shipped(model: CategoryModel, level: str, unit_of: Mapping[str, str]) -> Answering:
    """Answers with codes of the tree cut to a level, or with the kind of unit that `unit_of` names for a leaf."""
    leaves = model.linear.labels
    names = [unit_of.get(leaf, "") if level == "unit" else leaf[: CODE_LENGTH[level]] for leaf in leaves]
    labels, belongs = grouped(names)
    answer_from = model.answer_from.get("3" if level == "unit" else level, 1.01)

    def answer(each: Document) -> Answer:
        row = model.linear.features.row(each)
        plain = model.linear.chances(row)
        chances = model.at_level(plain, belongs, level)
        best = np.argsort(-chances, kind="stable")[:3]
        leaf = int((plain * belongs[:, best[0]]).argmax())
        why = Explanation.of(model.linear, each, row).evidence(leaf)
        sure = float(chances[best[0]])
        return Answer(tuple(labels[at] for at in best), sure, bool(why) and sure >= answer_from, why)

    return answer
