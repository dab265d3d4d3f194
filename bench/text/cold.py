"""The model of the shipped corpus alone on other people's messages, and after one round of pseudo-labels."""

from pathlib import Path
from typing import Any

import numpy as np

from bench.text.seven import row
from bench.text.sources import SEED, Sources, groups_of_copies, read, shipped
from nlp.core import blend, category, corpus, labels
from nlp.core.features import Document, document
from nlp.core.linear import Scores, softmax

MAPPING = Path(__file__).resolve().parent.parent / "seven_labels.csv"
# Each label takes as many unlabelled messages, its surest ones. With half of what each was guessed for, one label in
# two was 城乡建设, and the model learnt how often that is said, not what.
EACH = 300
# A message is left out when it belongs rather to none of the seven.
STRANGER = 0.7


def measure(sources: Sources, *, pseudo: bool) -> dict[str, Any]:
    """Trained on the authored corpus, read as seven labels; scored on the raw sample and, as that is small, on the
    segmented messages that are not in it. From these it was learnt which fields the corpus lacked."""
    mapping = labels.LabelMap.read(MAPPING)
    model = shipped()
    direct = _direct(mapping)
    taught = _direct(mapping, *_surest(_others(sources), model, direct, mapping)) if pseudo else None
    found = {}
    for what, documents, truth, groups in (_raw(sources), _segmented(sources)):
        by_leaf = _by_leaf(model, mapping, documents)
        plain = _together(by_leaf, _chances(direct, documents))
        opinions = {"leaves": by_leaf, "and a model of the seven": plain}
        if taught is not None:
            opinions["after pseudo-labels"] = _together(by_leaf, _chances(taught, documents))
        found |= {f"{what}, {name}": row(each, mapping.labels, truth, groups) for name, each in opinions.items()}
    return found


Judged = tuple[str, list[Document], list[str], list[str]]  # what it is, its messages, their labels and their groups


def _raw(sources: Sources) -> Judged:
    lines = sources.raw
    return "raw", sources.raw_documents, [line["label"] for line in lines], [str(at) for at in range(len(lines))]


def _segmented(sources: Sources) -> Judged:
    hidden = set().union(*groups_of_copies(sources))
    rest = [at for at, line in enumerate(sources.segmented) if line["dup_group"] not in hidden]
    labels_and_groups = ([sources.segmented[at][name] for at in rest] for name in ("label", "dup_group"))
    return "segmented", [sources.segmented_documents[at] for at in rest], *labels_and_groups


def _by_leaf(model: category.CategoryModel, mapping: labels.LabelMap, documents: list[Document]) -> Scores:
    return mapping.chances(model.linear.chances_of_all(documents), model.linear.labels)


def _direct(mapping: labels.LabelMap, more: list[Document] | None = None, theirs: list[str] | None = None) -> Any:
    """A model of the seven labels from the authored texts (and what is given beside them)."""
    pairs = [(document(sample.text), mapping.of(sample.label)) for sample in corpus.seed_samples()]
    pairs = [*((each, label) for each, label in pairs if label), *zip(more or [], theirs or [], strict=True)]
    return blend.fit([each for each, _ in pairs], [label for _, label in pairs], seed=SEED)


def _together(one: Scores, other: Scores) -> Scores:
    """Two opinions as one: their geometric mean."""
    both = np.sqrt(one * other)
    return np.asarray(both / both.sum(axis=1, keepdims=True))


def _chances(model: Any, documents: list[Document]) -> Scores:
    return softmax(model.scores_of_all(documents))


def _others(sources: Sources) -> list[Document]:
    """Unlabelled messages that are not in the labelled sample."""
    seen = {line["body"].strip() for line in sources.raw} | {line["title"].strip() for line in sources.raw}
    lines = [*sources.unlabelled, *sources.answered]
    return read(line for line in lines if line["body"].strip() not in seen and line["title"].strip() not in seen)


def _surest(
    documents: list[Document], model: category.CategoryModel, direct: Any, mapping: labels.LabelMap
) -> tuple[list[Document], list[str]]:
    """The messages that the leaves and the model of the seven agree on, the surest of each label, with that label."""
    by_leaf, by_label = _by_leaf(model, mapping, documents), _chances(direct, documents)
    together = _together(by_leaf, by_label)
    guessed, sure = together.argmax(axis=1), together.max(axis=1)
    strange = [not mapping.of(code) for code in model.linear.labels]
    elsewhere = model.linear.chances_of_all(documents)[:, strange].sum(axis=1)
    agreed = (by_leaf.argmax(axis=1) == by_label.argmax(axis=1)) & (elsewhere < STRANGER)
    taken: list[int] = []
    for label in range(len(mapping.labels)):
        mine = np.flatnonzero(agreed & (guessed == label))
        taken.extend(int(at) for at in mine[np.argsort(-sure[mine], kind="stable")][:EACH])
    return [documents[at] for at in taken], [mapping.labels[guessed[at]] for at in taken]
