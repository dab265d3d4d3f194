"""Other ways to the same end, on the same words and the same folds."""

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Chances = NDArray[np.float64]
Peer = Callable[[Sequence[Sequence[str]], Sequence[str], Sequence[Sequence[str]]], Chances]


def signalen(texts: Sequence[Sequence[str]], labels: Sequence[str], others: Sequence[Sequence[str]]) -> Chances:
    """Signalen's recipe as published (Signalen/classification, app/engine.py): counts of words, of length 1, without
    document frequencies; logistic regression with an L1 penalty at its default cost; class weights and word pairs by a
    grid of five folds. Chinese has no endings to stem off, and stop words are out of these tokens already."""
    from sklearn.model_selection import GridSearchCV

    grid = {"vect__ngram_range": [(1, 1), (1, 2)], "clf__estimator__class_weight": [None, "balanced"]}
    search = GridSearchCV(_bag_of_words(l1_ratio=1.0), grid, cv=5)
    search.fit(_joined(texts), labels)
    return np.asarray(search.predict_proba(_joined(others)))


def signalen_tuned(texts: Sequence[Sequence[str]], labels: Sequence[str], others: Sequence[Sequence[str]]) -> Chances:
    """The same kind of model with what we found best for it: document frequencies, an L2 penalty, cost 10."""
    pipeline = _bag_of_words(l1_ratio=0.0, cost=10, use_idf=True, least=2, class_weight="balanced")
    pipeline.fit(_joined(texts), labels)
    return np.asarray(pipeline.predict_proba(_joined(others)))


def _bag_of_words(  # noqa: PLR0913
    *, l1_ratio: float, cost: float = 1.0, use_idf: bool = False, least: int = 1, class_weight: str | None = None
) -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.multiclass import OneVsRestClassifier
    from sklearn.pipeline import Pipeline

    machine = LogisticRegression(
        C=cost, l1_ratio=l1_ratio, solver="liblinear", max_iter=500, class_weight=class_weight, random_state=0
    )
    vectors = TfidfVectorizer(tokenizer=str.split, token_pattern=None, min_df=least, use_idf=use_idf)
    return Pipeline([("vect", vectors), ("clf", OneVsRestClassifier(machine))])


def _joined(texts: Sequence[Sequence[str]]) -> list[str]:
    return [" ".join(words) for words in texts]


def fasttext(texts: Sequence[Sequence[str]], labels: Sequence[str], others: Sequence[Sequence[str]]) -> Chances:
    """fastText supervised, words and word pairs; its best of a few settings on these messages."""
    import fasttext as library

    names = sorted(set(labels))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "train.txt"
        lines = [f"__label__{names.index(label)} {' '.join(words)}" for words, label in zip(texts, labels, strict=True)]
        path.write_text("\n".join(lines), encoding="utf-8")
        model = library.train_supervised(
            str(path), lr=0.5, epoch=25, dim=100, wordNgrams=2, bucket=200_000, thread=1, verbose=0
        )
    chances = np.zeros((len(others), len(names)))
    for at, words in enumerate(others):
        # The Python wrapper's `predict` does not know numpy 2; the function under it does.
        for chance, name in model.f.predict(" ".join(words) + "\n", len(names), 0.0, "strict"):
            chances[at, int(name.removeprefix("__label__"))] = chance
    return chances / chances.sum(axis=1, keepdims=True)


PEERS: dict[str, Peer] = {
    "fastText": fasttext,
    "Signalen, as published": signalen,
    "Signalen, tuned by us": signalen_tuned,
}
