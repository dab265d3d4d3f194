"""Other ways to find issues, as they are usually done, on the same words."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.cluster import DBSCAN, HDBSCAN
from sklearn.decomposition import LatentDirichletAllocation, TruncatedSVD
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import Normalizer

from nlp.core.issues import Read
from nlp.core.issues.weights import SHARES, Vectors

Groups = list[list[int]]
TOPICS = 150


def dbscan(reads: Sequence[Read], seed: int) -> Groups:
    """On the very features that issues are found with."""
    vectors = _joined(reads)
    return _groups(DBSCAN(eps=(2 * (1 - 0.45)) ** 0.5, min_samples=2).fit_predict(vectors))


def hdbscan(reads: Sequence[Read], seed: int) -> Groups:
    dense = make_pipeline(TruncatedSVD(100, random_state=seed), Normalizer()).fit_transform(_joined(reads))
    return _groups(HDBSCAN(min_cluster_size=3, copy=True).fit_predict(dense))


def bertopic(reads: Sequence[Read], seed: int) -> Groups:
    """BERTopic with TF-IDF and SVD in place of a language model, and scikit-learn's HDBSCAN."""
    from bertopic import BERTopic
    from bertopic.dimensionality import BaseDimensionalityReduction

    texts = _texts(reads)
    pipeline = make_pipeline(TfidfVectorizer(**_CUT, min_df=2), TruncatedSVD(100, random_state=seed), Normalizer())
    model = BERTopic(
        embedding_model=None,
        umap_model=BaseDimensionalityReduction(),
        hdbscan_model=HDBSCAN(min_cluster_size=3, copy=True),
        vectorizer_model=CountVectorizer(**_CUT),
        calculate_probabilities=False,
    )
    return _groups(model.fit_transform(texts, embeddings=pipeline.fit_transform(texts))[0])


def lda(reads: Sequence[Read], seed: int) -> Groups:
    counts = CountVectorizer(**_CUT, min_df=2).fit_transform(_texts(reads))
    model = LatentDirichletAllocation(TOPICS, learning_method="online", max_iter=2, random_state=seed)
    return _groups(model.fit_transform(counts).argmax(axis=1))


Way = Callable[[Sequence[Read], int], Groups]
WAYS: dict[str, Way] = {
    "DBSCAN": dbscan,
    "HDBSCAN": hdbscan,
    "BERTopic": bertopic,
    "LDA": lda,
}


def nearest_earlier(reads: Sequence[Read], most: int) -> list[list[int]]:
    """For each message the earlier ones that are most like it."""
    vectors = _joined(reads)
    likeness = csr_matrix(vectors @ vectors.T)
    found = []
    for at in range(len(reads)):
        part = slice(likeness.indptr[at], likeness.indptr[at + 1])
        others, values = likeness.indices[part], likeness.data[part]
        earlier = others < at
        best = np.argsort(-values[earlier], kind="stable")[:most]
        found.append(others[earlier][best].tolist())
    return found


_CUT: dict[str, Any] = {"analyzer": str.split}


def _texts(reads: Sequence[Read]) -> list[str]:
    return [" ".join((*each.title_words, *each.body_words)) for each in reads]


def _joined(reads: Sequence[Read]) -> csr_matrix:
    vectors = Vectors.of(reads)
    return hstack([vectors.views[view] * share**0.5 for view, share in SHARES.items()], "csr")


def _groups(labels: Iterable[int]) -> Groups:
    """Noise (-1) stands alone."""
    by_label: dict[int, list[int]] = {}
    alone: Groups = []
    for at, label in enumerate(labels):
        if label < 0:
            alone.append([at])
        else:
            by_label.setdefault(int(label), []).append(at)
    return [*by_label.values(), *alone]
