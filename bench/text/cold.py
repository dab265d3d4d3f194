"""The model of the shipped corpus alone on other people's messages, and after one round of pseudo-labels."""

from pathlib import Path
from typing import Any

import numpy as np

from bench.text.seven import row
from bench.text.sources import Sources, read
from nlp.core import blend, category, corpus, labels
from nlp.core.features import Document, document
from nlp.core.linear import Scores, softmax

SEED = 20240601
MAPPING = Path(__file__).resolve().parent.parent / "seven_labels.csv"
# Each label takes its surest unlabelled messages: this share of them, and at least so many.
SUREST, LEAST = 0.5, 40


def measure(sources: Sources, *, pseudo: bool) -> dict[str, Any]:
    """Trained on the authored corpus, read as seven labels, scored on the raw sample (and per class)."""
    mapping = labels.LabelMap.read(MAPPING)
    model, _ = category.fit(corpus.seed_samples(), corpus.leaves(), seed=SEED)
    truth = [line["label"] for line in sources.raw]
    groups = [str(at) for at in range(len(truth))]
    by_leaf = _by_leaf(model, mapping, sources.raw_documents)
    direct = _direct(mapping)
    plain = _together(by_leaf, _chances(direct, sources.raw_documents))
    found = {
        "leaves, mapped": row(by_leaf, mapping.labels, truth, groups),
        "and a model of the seven": row(plain, mapping.labels, truth, groups),
    }
    if pseudo:
        documents = _others(sources)
        guessed = _together(_by_leaf(model, mapping, documents), _chances(direct, documents))
        taught = _direct(mapping, *_surest(documents, guessed, mapping.labels))
        found["after one round of pseudo-labels"] = row(
            _together(_chances(taught, sources.raw_documents), plain), mapping.labels, truth, groups
        )
    return found


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


def _surest(documents: list[Document], chances: Scores, names: tuple[str, ...]) -> tuple[list[Document], list[str]]:
    guessed, sure = chances.argmax(axis=1), chances.max(axis=1)
    taken: list[int] = []
    for label in range(len(names)):
        mine = np.flatnonzero(guessed == label)
        most = max(LEAST, round(SUREST * len(mine)))
        taken.extend(int(at) for at in mine[np.argsort(-sure[mine], kind="stable")][:most])
    return [documents[at] for at in taken], [names[guessed[at]] for at in taken]
