"""Seven first-level classes: ours and the peers in the same grouped folds, and the raw sample out of fold."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.text.peers import PEERS
from bench.text.sources import SEED, Sources, groups_of_copies, shipped
from nlp.core import blend, evaluate, topic
from nlp.core.linear import LinearText, Scores

RESAMPLES = 500


def folds(sources: Sources, *, peers: bool = True) -> dict[str, Any]:
    """Grouped five folds on the segmented messages."""
    held = _held_out(sources)
    truth, groups = held.truth, [line["dup_group"] for line in sources.segmented]
    ours = topic.cross_calibrated(held, groups, seed=SEED)
    found = {"ours": row(ours, held.labels, truth, groups)}
    words = [line["tokens"].split() for line in sources.segmented]
    for name, peer in PEERS.items() if peers else ():
        chances = np.zeros_like(held.scores)
        for seen, out in evaluate.folds(truth, groups, count=topic.FOLDS, seed=SEED):
            chances[out] = peer([words[at] for at in seen], [truth[at] for at in seen], [words[at] for at in out])
        found[name] = row(chances, held.labels, truth, groups)
    return found


@cache
def _held_out(sources: Sources) -> topic.HeldOut:
    truth = [line["label"] for line in sources.segmented]
    groups = [line["dup_group"] for line in sources.segmented]
    return topic.held_out(sources.segmented_documents, truth, groups, known=shipped().linear, seed=SEED)


def raw(sources: Sources) -> dict[str, Any]:
    """Raw messages by models of the segmented ones that saw neither them nor anything like them.

    Certainty and the threshold for answering come from the folds of the segmented messages, as in the product.
    """
    held, scores = _held_out(sources), _raw_scores(sources)
    truth = [line["label"] for line in sources.raw]
    groups = [line["dup_group"] for line in sources.segmented]
    trusting, _ = topic.calibrated_on(_trained(sources, set()), held, groups, seed=SEED)
    chances = trusting.calibrated(scores)
    answered = chances.max(axis=1) >= trusting.answer_from
    right = np.array([held.labels[at] == true for at, true in zip(chances.argmax(axis=1), truth, strict=True)])
    hits, of = int(right[answered].sum()), int(answered.sum())
    return {
        "ours": row(chances, held.labels, truth, [str(at) for at in range(len(truth))]),
        "answered by the folds' threshold": {
            "share": of / len(truth),
            "precision": hits / max(of, 1),
            "precision_low": evaluate.lower_bound(hits, of),
        },
    }


def _raw_scores(sources: Sources) -> Scores:
    copies = groups_of_copies(sources)
    parts = np.arange(len(copies)) % topic.FOLDS
    scores = np.zeros((len(copies), len(_held_out(sources).labels)), np.float32)
    for part in range(topic.FOLDS):
        out = np.flatnonzero(parts == part)
        model = _trained(sources, set().union(*(copies[at] for at in out)))
        scores[out] = model.scores_of_all([sources.raw_documents[at] for at in out])
    return scores


def _trained(sources: Sources, hidden: set[str]) -> LinearText:
    seen = [at for at, line in enumerate(sources.segmented) if line["dup_group"] not in hidden]
    documents = [sources.segmented_documents[at] for at in seen]
    return blend.fit(documents, [sources.segmented[at]["label"] for at in seen], known=shipped().linear, seed=SEED)


def row(chances: NDArray[Any], labels: Sequence[str], truth: Sequence[str], groups: Sequence[str]) -> dict[str, Any]:
    """The report as a table row, with a 95 % interval of macro-F1 by resampling groups."""
    report = evaluate.measure(chances, labels, truth).as_dict()
    low, high = interval([labels[at] for at in chances.argmax(axis=1)], truth, groups)
    return report | {"macro_f1_low": low, "macro_f1_high": high}


def interval(guessed: Sequence[str], truth: Sequence[str], groups: Sequence[str]) -> tuple[float, float]:
    """95 % interval of macro-F1: groups drawn with replacement."""
    names = sorted(set(truth))
    number = {name: at for at, name in enumerate(names)}
    where = {group: at for at, group in enumerate(dict.fromkeys(groups))}
    tables = np.zeros((len(where), len(names), len(names)), dtype=np.int32)
    for guess, true, group in zip(guessed, truth, groups, strict=True):
        tables[where[group], number[true], number[guess]] += 1
    draws = np.random.default_rng(SEED)
    figures = [macro_f1(tables[draws.integers(0, len(where), len(where))].sum(axis=0)) for _ in range(RESAMPLES)]
    return float(np.quantile(figures, 0.025)), float(np.quantile(figures, 0.975))


def macro_f1(table: NDArray[Any]) -> float:
    hits = np.diag(table)
    return float(np.mean(2 * hits / np.maximum(table.sum(axis=0) + table.sum(axis=1), 1)))
