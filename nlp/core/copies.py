"""Near-duplicates: groups of texts that are mostly the same, found by MinHash and checked on the texts.

A text sent many times, or lightly changed, must not stand on both sides of a split: the figures would be too good.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

# Two texts are copies when this share of their three-character pieces is common (Jaccard).
SAME = 0.6
# 16 bands of 3 hashes find .6 with .98 chance, .7 with .999, and leave nearly all below .2 alone.
BANDS, HASHES_PER_BAND = 16, 3
PIECE = 3
# Enough to know a copy by, and a bound on the time for very long letters.
READ_CHARACTERS = 1_000
_PRIME = (1 << 31) - 1
_NOT_TEXT = re.compile(r"[\W\d_]+")


def groups(texts: Sequence[str], *, seed: int = 0) -> list[str]:
    """A group name for each text; texts without letters stand alone."""
    pieces = [_pieces(text) for text in texts]
    parent = list(range(len(texts)))
    for one, other in _candidates(pieces, seed):
        if _top(parent, one) != _top(parent, other) and _jaccard(pieces[one], pieces[other]) >= SAME:
            parent[_top(parent, other)] = _top(parent, one)
    return [f"copy {_top(parent, at)}" for at in range(len(texts))]


def _pieces(text: str) -> frozenset[int]:
    letters = _NOT_TEXT.sub("", text)[:READ_CHARACTERS]
    cut = (letters[at : at + PIECE] for at in range(max(len(letters) - PIECE + 1, 1)) if letters)
    return frozenset(crc32(piece.encode("utf-8", "surrogatepass")) % _PRIME for piece in cut)


def _candidates(pieces: Sequence[frozenset[int]], seed: int) -> Iterator[tuple[int, int]]:
    """Pairs whose hashes agree in a band, each with its next one in order of the texts."""
    buckets: dict[tuple[int, bytes], list[int]] = defaultdict(list)
    draws = np.random.default_rng(seed).integers(1, _PRIME, (2, BANDS * HASHES_PER_BAND), dtype=np.int64)
    for at, mine in enumerate(pieces):
        if mine:
            least = _least(np.fromiter(mine, np.int64, len(mine)), draws)
            for band in range(BANDS):
                buckets[band, least[band * HASHES_PER_BAND : (band + 1) * HASHES_PER_BAND].tobytes()].append(at)
    for bucket in buckets.values():
        yield from pairwise(bucket)
        yield from ((bucket[0], other) for other in bucket[2:])


def _least(values: NDArray[np.int64], draws: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.asarray(((values[:, None] * draws[0] + draws[1]) % _PRIME).min(axis=0))


def _jaccard(one: frozenset[int], other: frozenset[int]) -> float:
    common = len(one & other)
    return common / (len(one) + len(other) - common)


def _top(parent: list[int], at: int) -> int:
    while parent[at] != at:
        parent[at] = parent[parent[at]]
        at = parent[at]
    return at
