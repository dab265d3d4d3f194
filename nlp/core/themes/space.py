"""Where a message stands among the others: its words in a few hundred directions, beside what the category model says.

Words alone see that 打桩 and 渣土车 occur together, the category model knows that both are noise from building sites:
joined they agree better with rules on problem kinds than either (`python -m bench.topics months`).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import log

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from nlp.core.themes.reading import Read

Places = NDArray[np.float32]
TITLE_COUNTS = 3
DIRECTIONS = 200
# How much the category model's view weighs beside the words'. Between .6 and 1.0 nothing is told apart.
CATEGORY_WEIGHT = 0.8
MIN_TEXTS = 3
MOST_TEXTS = 0.3  # a word that stands in more than this share of the texts says nothing


def counted(read: Read) -> Counter[str]:
    """How often each word stands there; in the title it counts more often."""
    return Counter([*read.title * TITLE_COUNTS, *read.body])


@dataclass(frozen=True)
class Space:
    """Words with their weights and directions: learnt from a sample, then the same for everybody."""

    vocabulary: dict[str, int] = field(repr=False)
    idf: NDArray[np.float32]
    directions: NDArray[np.float32]  # (words, directions)

    @classmethod
    def fit(cls, reads: Sequence[Read], *, seed: int) -> "Space":
        texts = [counted(read) for read in reads]
        seen_in = Counter(word for text in texts for word in text)
        # Few texts: two that share a word are already a lot, and nothing is too common.
        least, most = (MIN_TEXTS, MOST_TEXTS) if len(texts) >= 100 else (1, 1.0)
        kept = sorted(word for word, count in seen_in.items() if least <= count <= max(most * len(texts), least))
        idf = np.array([log((1 + len(texts)) / (1 + seen_in[word])) + 1 for word in kept], dtype=np.float32)
        bare = cls({word: at for at, word in enumerate(kept)}, idf, np.zeros((len(kept), 0), dtype=np.float32))
        return cls(bare.vocabulary, idf, _directions(bare.weighted(reads), seed))

    def weighted(self, reads: Sequence[Read]) -> csr_matrix:
        """TF-IDF rows of length 1, shape (reads, words)."""
        columns: list[int] = []
        values: list[float] = []
        ends = [0]
        for read in reads:
            known = sorted((self.vocabulary[w], n) for w, n in counted(read).items() if w in self.vocabulary)
            row = np.array([(1 + log(count)) * self.idf[at] for at, count in known], dtype=np.float32)
            columns.extend(at for at, _count in known)
            values.extend(row / (float(np.linalg.norm(row)) or 1.0))
            ends.append(len(columns))
        return csr_matrix(
            (np.array(values, dtype=np.float32), np.array(columns, dtype=np.int32), ends),
            shape=(len(reads), len(self.vocabulary)),
        )

    def places(self, reads: Sequence[Read]) -> Places:
        """Rows of length 1 (or 0 for an empty text), shape (reads, directions + leaves)."""
        words = _unit(np.asarray(self.weighted(reads) @ self.directions))
        leaves = np.sqrt(np.vstack([read.chances for read in reads])) if reads else np.zeros((0, 0), dtype=np.float32)
        return _unit(np.hstack([words, CATEGORY_WEIGHT * leaves]))


def _directions(matrix: csr_matrix, seed: int) -> NDArray[np.float32]:
    # Imported here: it takes a second to load, and the web process has no use for it.
    from sklearn.utils.extmath import randomized_svd

    count = min(DIRECTIONS, min(matrix.shape) - 1)
    if count < 1:
        return np.eye(matrix.shape[1], dtype=np.float32)
    _left, _strength, right = randomized_svd(matrix, n_components=count, n_iter=4, random_state=seed)
    return np.ascontiguousarray(right.T, dtype=np.float32)


def _unit(rows: Places) -> Places:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(lengths > 0, lengths, 1), dtype=np.float32)
