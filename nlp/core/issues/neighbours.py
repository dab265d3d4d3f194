"""Which messages of a large collection are worth comparing: each one's nearest by its most telling terms.

Posting lists over the heaviest terms of each message propose the pairs. A list that is too long is not left out (the
names of the hottest issues have the longest lists): it is cut by the other terms of its messages, and what is still
too long into overlapping windows. So the work per message is bounded. Messages of one spot (the same matter in the same
community) are proposed to those that came next there, whatever their words.
"""

from collections.abc import Iterator
from itertools import chain, combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack

from nlp.core import cores
from nlp.core.issues.weights import SHARES, Vectors

TERMS, HOT_TERMS = 32, 8
LONGEST_LIST = 256
NEAREST, NEXT = 16, 8
ROWS_AT_ONCE = 2_000
BLOCK = 20_000  # rows whose terms are ranked at once: it bounds the copies on the way

Ints = NDArray[Any]


def pairs(vectors: Vectors, *, seed: int, processes: int | None = None) -> tuple[Ints, Ints]:
    """Positions of the proposed pairs, the smaller one first, in order. The seed draws who shares a window."""
    postings = _postings(vectors, np.random.default_rng(seed))
    across = csr_matrix(postings.T)
    starts = range(0, postings.shape[0], ROWS_AT_ONCE)
    found = cores.mapped(
        lambda start: _nearest(postings[start : start + ROWS_AT_ONCE], across, start),
        starts,
        processes=processes or cores.sensible(postings.shape[0]),
        piece=1,
    )
    keys = np.unique(np.concatenate([*found, _next_there(vectors)]))
    return keys // postings.shape[0], keys % postings.shape[0]


def _next_there(vectors: Vectors) -> Ints:
    """Each one with the NEXT of the same spot, as smaller * messages + larger."""
    there = np.flatnonzero(vectors.spots)
    there = there[np.lexsort((there, vectors.days[there], vectors.spots[there]))]
    found = [np.zeros(0, np.int64)]
    for steps in range(1, NEXT + 1):
        one, other = there[:-steps], there[steps:]
        both = vectors.spots[one] == vectors.spots[other]
        low, high = np.minimum(one, other)[both], np.maximum(one, other)[both]
        found.append(low.astype(np.int64) * len(vectors.spots) + high)
    return np.concatenate(found)


def _nearest(rows: Any, across: Any, start: int) -> Ints:
    """Each row's nearest, as smaller * messages + larger."""
    likeness = _largest(csr_matrix(rows @ across), NEAREST + 1)  # each is its own nearest, mostly
    of_row = np.repeat(np.arange(start, start + rows.shape[0]), np.diff(likeness.indptr))
    others = likeness.indices.astype(np.int64)
    order = np.lexsort((others, -likeness.data, of_row))
    order = order[others[order] != of_row[order]]
    firsts = np.searchsorted(of_row[order], np.arange(start, start + rows.shape[0]))
    rank = np.arange(len(order)) - firsts[of_row[order] - start]
    kept = order[rank < NEAREST]
    one, other = of_row[kept], others[kept]
    return np.asarray(np.unique(np.minimum(one, other) * across.shape[1] + np.maximum(one, other)))


def _largest(matrix: Any, most: int) -> Any:
    """The same with each row's `most` largest values and what equals the least of them: of 50,000 invented messages
    each shares a list with 1,036 others, and sorting these was most of the time."""
    least = np.zeros(matrix.shape[0], np.float32)
    for at in np.flatnonzero(np.diff(matrix.indptr) > most):
        values = matrix.data[matrix.indptr[at] : matrix.indptr[at + 1]]
        least[at] = np.partition(values, len(values) - most)[-most]
    kept = matrix.data >= np.repeat(least, np.diff(matrix.indptr))
    ends = np.concatenate([[0], np.cumsum(kept)])[matrix.indptr]
    return csr_matrix((matrix.data[kept], matrix.indices[kept], ends), shape=matrix.shape)


def _postings(vectors: Vectors, rng: np.random.Generator) -> Any:
    """Message by posting list, with the root of what sharing the list adds to the likeness."""
    rows, terms, values = _heaviest(vectors)
    messages = vectors.having.shape[0]
    hot = np.bincount(terms)[terms] > LONGEST_LIST
    lists = chain(
        [(rows[~hot], terms[~hot], values[~hot])],
        (
            piece
            for crossed in _crossed(rows[hot], terms[hot], values[hot], int(terms.max(initial=0)) + 1)
            for piece in _windows(*crossed, rng.permutation(messages))
        ),
    )
    shared: tuple[list[NDArray[Any]], ...] = (
        [np.zeros(0, np.int32)],
        [np.zeros(0, np.int32)],
        [np.zeros(0, np.float32)],
    )
    first = 0
    for row, key, value in lists:
        _, column, length = np.unique(key, return_inverse=True, return_counts=True)
        with_others = length[column] > 1
        for kept, new in zip(shared, (row, column + first, value), strict=True):
            kept.append(new[with_others].astype(kept[0].dtype))
        first += len(length)
    row, column, value = (np.concatenate(parts) for parts in shared)
    return csr_matrix((value, (row, column)), shape=(messages, max(first, 1)))


def _heaviest(vectors: Vectors) -> tuple[Ints, Ints, NDArray[Any]]:
    """Rows, columns and values of the TERMS largest values of each row, heaviest first within a row."""
    found = [(np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0, np.float32))]
    for start in range(0, vectors.having.shape[0], BLOCK):
        views = (vectors.views[view][start : start + BLOCK] * np.float32(share**0.5) for view, share in SHARES.items())
        block = hstack(list(views), "csr")
        rows = np.repeat(np.arange(block.shape[0]), np.diff(block.indptr))
        order = np.lexsort((block.indices, -block.data, rows))
        order = order[np.arange(len(order)) - block.indptr[rows[order]] < TERMS]
        found.append(((rows[order] + start).astype(np.int32), block.indices[order], block.data[order]))
    rows, terms, values = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return rows, terms, values


Lists = tuple[Ints, Ints, NDArray[Any]]  # message, key of its posting list, value


def _crossed(rows: Ints, terms: Ints, values: NDArray[Any], width: int) -> Iterator[Lists]:
    """Lists of those that share two of their heaviest hot terms."""
    starts = np.flatnonzero(np.diff(rows, prepend=-1))
    counts = np.minimum(np.diff(np.append(starts, len(rows))), HOT_TERMS)
    for one, other in combinations(range(HOT_TERMS), 2):
        at = starts[counts > other]
        low = np.minimum(terms[at + one], terms[at + other]).astype(np.int64)
        high = np.maximum(terms[at + one], terms[at + other]).astype(np.int64)
        yield rows[at], low * width + high, np.sqrt(values[at + one] * values[at + other])


def _windows(rows: Ints, keys: Ints, values: NDArray[Any], drawn: Ints) -> Iterator[Lists]:
    """The lists, cut where they are too long; twice, shifted by half, so that the pieces hang together."""
    order = np.lexsort((drawn[rows], keys))
    rows, keys, values = rows[order], keys[order], values[order]
    firsts = np.flatnonzero(np.diff(keys, prepend=-1))
    lengths = np.diff(np.append(firsts, len(keys)))
    rank = np.arange(len(keys)) - np.repeat(firsts, lengths)
    long = np.repeat(lengths > LONGEST_LIST, lengths)
    list_number = np.repeat(np.arange(len(firsts)), lengths)
    pieces = len(keys) // LONGEST_LIST + 2
    yield rows, list_number * pieces + rank // LONGEST_LIST, values
    if long.any():
        shifted = (rank + LONGEST_LIST // 2) // LONGEST_LIST
        yield rows[long], (list_number * pieces + shifted)[long], values[long]
