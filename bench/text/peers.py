"""Other ways to the same end, on the same words and the same folds."""

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Chances = NDArray[np.float64]
Peer = Callable[[Sequence[Sequence[str]], Sequence[str], Sequence[Sequence[str]]], Chances]


def signalen(
    texts: Sequence[Sequence[str]], labels: Sequence[str], others: Sequence[Sequence[str]], *, penalty: str = "l2"
) -> Chances:
    """Signalen's recipe: a bag of words, TF-IDF, logistic regression (Chinese has no endings to stem off)."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.multiclass import OneVsRestClassifier
    from sklearn.pipeline import make_pipeline

    ratio = {"l2": 0.0, "l1": 1.0}[penalty]
    machine = LogisticRegression(C=10, l1_ratio=ratio, solver="liblinear", class_weight="balanced")
    pipeline = make_pipeline(TfidfVectorizer(analyzer=list, min_df=2), OneVsRestClassifier(machine))
    pipeline.fit(texts, labels)
    return np.asarray(pipeline.predict_proba(others))


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
    "Signalen (L2)": signalen,
    "Signalen (L1)": lambda texts, labels, others: signalen(texts, labels, others, penalty="l1"),
}
