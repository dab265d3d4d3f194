"""Monthly topics against other ways to group the same messages, in the same run.

There is no key of careful topics in the data, so two stand-ins are used: rules on titles that say what kind of problem
it is (problem_kinds.csv; titles that exactly one rule fits), and the leaf that the shipped category model sees. Ours
reads that model too, so only the first tells ways apart fairly. Agreement is adjusted mutual information (1: the same).
"""

import os
import re
import resource
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from statistics import mean
from typing import Any

import django
import numpy as np
from sklearn.cluster import HDBSCAN, KMeans
from sklearn.decomposition import NMF, LatentDirichletAllocation, TruncatedSVD
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.metrics import adjusted_mutual_info_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import Normalizer

from bench.topics.sources import Sources
from nlp.core import labels
from nlp.core.category import CategoryModel
from nlp.core.issues import group
from nlp.core.themes.carrying import carry
from nlp.core.themes.finding import find
from nlp.core.themes.reading import Message, read

SEEDS = (0, 1)
TOPICS = 48
BOOTSTRAPS = 100
Labels = Sequence[int]


@dataclass(frozen=True)
class Texts:
    """The messages, their words without names, and the stand-ins for a key (-1: none)."""

    messages: list[Message]
    words: list[list[str]]
    kinds: np.ndarray
    leaves: np.ndarray
    model: CategoryModel

    @classmethod
    def of(cls, sources: Sources) -> "Texts":
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings")
        django.setup()
        from nlp import shipped

        model = shipped.category_model(say=print)
        issue_of = {at: str(n) for n, issue in enumerate(group(sources.reads, seed=0)) for at in issue.members}
        messages = [Message(row["id"], row["title"], row["body"], issue_of[at]) for at, row in enumerate(sources.rows)]
        reads = read(messages, model)
        leaves = np.array([int(each.chances.argmax()) for each in reads])
        return cls(messages, [[*each.title * 3, *each.body] for each in reads], _kinds(messages), leaves, model)


def measure(sources: Sources) -> Iterator[tuple[str, dict[str, Any]]]:
    texts = Texts.of(sources)
    yield "messages", {"all": len(texts.messages), "with a kind": int((texts.kinds >= 0).sum())}
    for name, way in WAYS.items():
        yield name, _figures(texts, way)
    yield "a month later", _kept(texts)


def _figures(texts: Texts, way: Callable[[Texts, int], Labels]) -> dict[str, Any]:
    found, seconds = [], []
    for seed in SEEDS:
        begun = time.process_time()
        found.append(np.asarray(way(texts, seed)))
        seconds.append(time.process_time() - begun)
    known = texts.kinds >= 0
    low, high = _interval(texts.kinds[known], found[0][known])
    return {
        "AMI kinds": mean(_agreement(texts.kinds[known], each[known]) for each in found),
        "low": low,
        "high": high,
        "AMI leaves": mean(_agreement(texts.leaves, each) for each in found),
        "noise": mean(float((each < 0).mean()) for each in found),
        "topics": mean(len(set(each.tolist()) - {-1}) for each in found),
        "seeds": mean(_agreement(one, other) for one, other in combinations(found, 2)),
        "CPU s": mean(seconds),
        "peak MB so far": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def _agreement(one: Any, other: Any) -> float:
    return float(adjusted_mutual_info_score(one, other))


def _interval(truth: np.ndarray, found: np.ndarray) -> tuple[float, float]:
    """95 % by resampling messages, moved so that its middle is the figure (AMI of resampled rows is biased)."""
    rng = np.random.default_rng(0)
    picks = (rng.integers(0, len(truth), len(truth)) for _ in range(BOOTSTRAPS))
    values = np.array([_agreement(truth[pick], found[pick]) for pick in picks])
    low, high = np.percentile(values, [2.5, 97.5]) - np.median(values) + _agreement(truth, found)
    return float(low), float(high)


def _kept(texts: Texts) -> dict[str, Any]:
    """Three quarters of the messages are grouped, then all of them, beginning with the topics so far or anew."""
    old = texts.messages[: len(texts.messages) * 3 // 4]
    first = find(old, texts.model, seed=0)
    before = {message.id: label for message, label in zip(old, first.labels, strict=True)}
    figures = {}
    for name, start in (("kept", before), ("kept when begun anew", None)):
        after = find(texts.messages, texts.model, seed=1, start=start)
        labelled = {message.id: label for message, label in zip(texts.messages, after.labels, strict=True)}
        carried = carry(before, labelled, [theme.words for theme in after.themes], {})
        figures[name] = carried.kept / carried.before
        figures[f"{name}, of all old"] = carried.kept / len(old)
    return figures


def _kinds(messages: Sequence[Message]) -> np.ndarray:
    path = Path(__file__).with_name("problem_kinds.csv")
    rules = [re.compile(row["pattern"]) for row in labels.rows(path, needed=("kind", "pattern"))]
    fitting = [[at for at, rule in enumerate(rules) if rule.search(message.title)] for message in messages]
    return np.array([fits[0] if len(fits) == 1 else -1 for fits in fitting])


# ── ways ──
def ours(texts: Texts, seed: int) -> Labels:
    return find(texts.messages, texts.model, seed=seed).labels


def ours_without_the_category_model(texts: Texts, seed: int) -> Labels:
    return find(texts.messages, seed=seed).labels


def kmeans(texts: Texts, seed: int) -> Labels:
    return KMeans(TOPICS, n_init=3, random_state=seed).fit_predict(_dense(texts, seed))


def nmf(texts: Texts, seed: int) -> Labels:
    return NMF(TOPICS, init="nndsvda", max_iter=200, random_state=seed).fit_transform(_weighted(texts)).argmax(axis=1)


def lda(texts: Texts, seed: int) -> Labels:
    counts = CountVectorizer(analyzer=list, min_df=3, max_df=0.3).fit_transform(texts.words)
    model = LatentDirichletAllocation(TOPICS, learning_method="online", max_iter=10, random_state=seed)
    return model.fit_transform(counts).argmax(axis=1)


def hdbscan(texts: Texts, seed: int) -> Labels:
    return HDBSCAN(min_cluster_size=10, copy=True).fit_predict(_dense(texts, seed))


def bertopic(texts: Texts, seed: int) -> Labels:
    """BERTopic as it comes, with TF-IDF and SVD in place of a language model."""
    from bertopic import BERTopic
    from umap import UMAP

    model = BERTopic(
        embedding_model=None,
        umap_model=UMAP(n_neighbors=15, n_components=5, min_dist=0.0, metric="cosine", random_state=seed),
        vectorizer_model=CountVectorizer(analyzer=str.split),
        min_topic_size=15,
        language="chinese",  # "english" would take every Chinese character out before it counts words
    )
    return model.fit_transform([" ".join(words) for words in texts.words], embeddings=_dense(texts, seed))[0]


def _weighted(texts: Texts) -> Any:
    return TfidfVectorizer(analyzer=list, sublinear_tf=True, min_df=3, max_df=0.3).fit_transform(texts.words)


def _dense(texts: Texts, seed: int) -> np.ndarray:
    return make_pipeline(TruncatedSVD(100, random_state=seed), Normalizer()).fit_transform(_weighted(texts))


def _is_there(name: str) -> bool:
    from importlib import util

    return all(util.find_spec(part) for part in name.split())


WAYS: dict[str, Callable[[Texts, int], Labels]] = {
    "ours": ours,
    "ours, words alone": ours_without_the_category_model,
    "SVD, k-means": kmeans,
    "NMF": nmf,
    "LDA": lda,
    "HDBSCAN": hdbscan,
    **({"BERTopic": bertopic} if _is_there("bertopic umap") else {}),
}
