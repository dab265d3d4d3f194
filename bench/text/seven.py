"""Seven first-level classes: ours and the peers in the same grouped folds, and the raw sample out of fold."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.text.peers import PEERS
from bench.text.sources import Sources, groups_of_copies
from nlp.core import blend, evaluate, topic

SEED = 20240601
RESAMPLES = 500


def folds(sources: Sources, *, peers: bool = True) -> dict[str, Any]:
    """Grouped five folds on the segmented messages."""
    truth = [row["label"] for row in sources.segmented]
    groups = [row["dup_group"] for row in sources.segmented]
    held = topic.held_out(sources.segmented_documents, truth, groups, seed=SEED)
    ours = topic.cross_calibrated(held, groups, seed=SEED)
    found = {"ours": row(ours, held.labels, truth, groups)}
    words = [line["tokens"].split() for line in sources.segmented]
    for name, peer in PEERS.items() if peers else ():
        chances = np.zeros_like(held.scores)
        for seen, out in evaluate.folds(truth, groups, count=topic.FOLDS, seed=SEED):
            chances[out] = peer([words[at] for at in seen], [truth[at] for at in seen], [words[at] for at in out])
        found[name] = row(chances, held.labels, truth, groups)
    return found


def raw(sources: Sources) -> dict[str, Any]:
    """Raw messages by models of the segmented ones that saw neither them nor anything like them."""
    copies = groups_of_copies(sources)
    labels = [line["label"] for line in sources.segmented]
    names = sorted(set(labels))
    scores = np.zeros((len(copies), len(names)), np.float32)
    parts = np.arange(len(copies)) % topic.FOLDS
    for part in range(topic.FOLDS):
        out = np.flatnonzero(parts == part)
        hidden = set().union(*(copies[at] for at in out))
        seen = [at for at, line in enumerate(sources.segmented) if line["dup_group"] not in hidden]
        model = blend.fit([sources.segmented_documents[at] for at in seen], [labels[at] for at in seen], seed=SEED)
        scores[out] = model.scores_of_all([sources.raw_documents[at] for at in out])
    truth = tuple(line["label"] for line in sources.raw)
    held = topic.HeldOut(tuple(names), scores, truth)
    groups = [str(at) for at in range(len(truth))]
    chances = topic.cross_calibrated(held, groups, seed=SEED)
    return {"ours": row(chances, held.labels, truth, groups)}


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
