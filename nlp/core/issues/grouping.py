"""A whole collection put into issues: neighbours that are likely the same, then average linkage among them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial.distance import squareform

from nlp.core import cores
from nlp.core.issues import likeness, neighbours
from nlp.core.issues.likeness import PairModel
from nlp.core.issues.reading import Read
from nlp.core.issues.weights import Vectors

# Log-odds from which on two messages, or on average two parts of an issue, are taken for the same; beyond LEAST and
# MOST more evidence changes nothing, so that one copy does not outweigh many strangers.
SAME_FROM, LEAST, MOST = 0.0, -2.5, 3.0
# A component that is larger is cut at a higher threshold before its members are compared one by one.
LARGEST, STRICTER = 1_500, 0.5
PAIRS_AT_ONCE = 200_000

Positions = NDArray[np.int64]


@dataclass(frozen=True)
class Issue:
    """Positions of its messages in the collection, by time; `middle` is the one that is most like all others."""

    members: tuple[int, ...]
    middle: int


def group(
    reads: Sequence[Read], *, seed: int, processes: int | None = None, model: PairModel | None = None
) -> tuple[Issue, ...]:
    """Every message in exactly one issue; those that stand alone are issues of one. Largest first.

    The order of the messages does not matter, nor does the number of processes. The model is the shipped one, unless
    another is to be measured.
    """
    if not reads:
        return ()
    model = (model or likeness.shipped_model()).among(len(reads))
    order = sorted(range(len(reads)), key=lambda at: (reads[at].id, reads[at].title, reads[at].body_words))
    vectors = Vectors.of([reads[at] for at in order])
    one, other = neighbours.pairs(vectors, seed=seed, processes=processes)
    log_odds = _log_odds(vectors, one, other, model, processes)
    parts = list(_components(len(reads), one, other, log_odds))
    alone = [part for part in parts if len(part) == 1]
    together = cores.mapped(
        lambda part: list(_split(vectors, part, model)), parts[: len(parts) - len(alone)], processes=processes
    )
    found = [*(issue for issues in together for issue in issues), *((part, int(part[0])) for part in alone)]
    issues = [Issue(_by_time(reads, [order[at] for at in part]), order[middle]) for part, middle in found]
    return tuple(sorted(issues, key=lambda issue: (-len(issue.members), reads[issue.members[0]].id)))


def _log_odds(
    vectors: Vectors, one: Positions, other: Positions, model: PairModel, processes: int | None
) -> NDArray[np.float64]:
    def work(start: int) -> NDArray[np.float64]:
        piece = slice(start, start + PAIRS_AT_ONCE)
        return model.log_odds(likeness.of_pairs(vectors, one[piece], other[piece]))

    starts = range(0, len(one), PAIRS_AT_ONCE)
    count = processes or cores.sensible(vectors.having.shape[0])
    return np.concatenate([np.zeros(0), *cores.mapped(work, starts, processes=count, piece=1)])


def _components(size: int, one: Positions, other: Positions, log_odds: NDArray[np.float64]) -> Iterator[Positions]:
    """Positions that hang together above the threshold, largest first; too large ones fall apart above a higher one."""
    threshold = SAME_FROM
    labels = np.zeros(size, np.int64)
    while True:
        kept = (log_odds >= threshold) & (labels[one] == labels[other])
        edges = csr_matrix((np.ones(int(kept.sum()), np.int8), (one[kept], other[kept])), shape=(size, size))
        _, parts = connected_components(edges, directed=False)
        sizes = np.bincount(parts)
        labels = parts
        if sizes.max() <= LARGEST or threshold >= MOST:
            break
        threshold += STRICTER
        small = sizes[parts[one]] <= LARGEST
        log_odds = np.where(small & (log_odds >= threshold - STRICTER), MOST, log_odds)
    order = np.argsort(labels, kind="stable")
    members = np.split(order, np.cumsum(sizes)[:-1])
    yield from sorted(members, key=lambda part: (-len(part), int(part[0])))


def _split(vectors: Vectors, part: Positions, model: PairModel) -> Iterator[tuple[Positions, int]]:
    """Issues inside a component, each with its medoid."""
    if len(part) > LARGEST:  # copies of one text: there is nothing to tell apart
        yield part, int(part[0])
        return
    log_odds = model.log_odds(likeness.among(vectors, part))
    distance = MOST - np.clip(log_odds, LEAST, MOST)
    np.fill_diagonal(distance, 0)
    labels = fcluster(linkage(squareform(distance, checks=False), "average"), MOST - SAME_FROM, "distance")
    for label in np.unique(labels):
        inside = np.flatnonzero(labels == label)
        medoid = inside[int(np.argmin(distance[np.ix_(inside, inside)].sum(axis=1)))]
        yield part[inside], int(part[medoid])


def _by_time(reads: Sequence[Read], members: Sequence[int]) -> tuple[int, ...]:
    """Those without a time come last."""
    return tuple(sorted(members, key=lambda at: (reads[at].when is None, str(reads[at].when or ""), reads[at].id, at)))
