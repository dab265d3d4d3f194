"""Which words of a text made a linear model choose a label: the model's own weights, mapped to whole words."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from operator import add

import numpy as np
from numpy.typing import NDArray

from nlp.core.features import Block, Document, Row, headline
from nlp.core.linear import LinearText
from nlp.core.segment import parts

EVIDENCE_WORDS = 5
# A word below this share of the strongest one is noise to a reader.
LEAST_SHARE = 0.2


@dataclass(frozen=True)
class Explanation:
    """Where in a text each of the model's terms stands; made once, then asked for any label.

    Every term adds its weight to the characters it covers, shared among its occurrences; a word then has the
    sum over its characters. So a pair of characters that crosses two words counts for both.
    """

    model: LinearText
    words: tuple[str, ...]
    bounds: NDArray[np.int64]  # (words, 2): where each word starts and ends
    spans: NDArray[np.int64]  # (occurrences, 3): start, end and column of every known term in the text
    shares: NDArray[np.float64]  # (occurrences,): the part of the term's value that falls on one of its characters
    length: int

    @classmethod
    def of(cls, model: LinearText, each: Document, row: Row) -> "Explanation":
        """Of one message and its `features.row`."""
        seen = model.features.view(each)
        bounds = _bounds(seen)
        spans = _occurrences(model, seen, bounds)
        known, where, counts = np.unique(spans[:, 2], return_inverse=True, return_counts=True)
        order = np.argsort(row[0])
        values = row[1][order[np.searchsorted(row[0], known, sorter=order)]]
        shares = (values / counts)[where] / np.maximum(spans[:, 1] - spans[:, 0], 1)
        return cls(model, seen.words, np.array(bounds, dtype=np.int64).reshape(-1, 2), spans, shares, len(seen.text))

    def evidence(self, label: int) -> tuple[str, ...]:
        """The words that spoke most for the label (its position in `model.labels`), strongest first."""
        pulls = self.shares * self.model.weights[self.spans[:, 2], label]
        edges = np.bincount(self.spans[:, 0], pulls, self.length + 1) - np.bincount(
            self.spans[:, 1], pulls, self.length + 1
        )
        upto = np.concatenate([[0.0], np.cumsum(np.cumsum(edges))])
        sums = np.where(self.bounds[:, 1] - self.bounds[:, 0] > 1, upto[self.bounds[:, 1]] - upto[self.bounds[:, 0]], 0)
        strongest = sums.max(initial=0)
        if strongest <= 0:
            return ()
        found: dict[str, float] = {}
        for at in np.flatnonzero(sums >= LEAST_SHARE * strongest):
            found[self.words[at]] = max(found.get(self.words[at], 0.0), float(sums[at]))
        return tuple(sorted(found, key=lambda word: (-found[word], word))[:EVIDENCE_WORDS])


Spans = NDArray[np.int64]


def _occurrences(model: LinearText, each: Document, bounds: list[tuple[int, int]]) -> Spans:
    """Start, end and column of every term in the text that the model knows, shape (occurrences, 3)."""
    in_words, in_text, in_headline, in_first_words = model.features.blocks
    text = each.text.lower()
    first = headline(each)
    first_end = bounds[first.words - 1][1] if first.words else 0
    placed = [(start + at, part) for start, end in bounds for at, part in _parts_at(text[start:end])]
    early = placed[: sum(start < first_end for start, _ in placed)]
    parts_ = [_placed(in_words, placed), _placed(in_first_words, early)]
    return np.concatenate([*parts_, *_grams(in_text, text), *_grams(in_headline, text[: first.end])])


@lru_cache(maxsize=100_000)
def _parts_at(word: str) -> tuple[tuple[int, str], ...]:
    """The known parts of a word, each once, with where it begins."""
    return tuple((word.index(part), part) for part in dict.fromkeys(parts(word)))


def _placed(block: Block, terms: list[tuple[int, str]]) -> Spans:
    starts = np.array([start for start, _ in terms], dtype=np.int64)
    return _known(
        block, starts, [term for _, term in terms], np.array([len(term) for _, term in terms], dtype=np.int64)
    )


def _grams(block: Block, text: str) -> Iterator[Spans]:
    yield _known(block, np.arange(len(text)), text, 1)
    if len(text) > 1:
        yield _known(block, np.arange(len(text) - 1), map(add, text, text[1:]), 2)


def _known(block: Block, starts: Spans, terms: Iterable[str], lengths: Spans | int) -> Spans:
    columns = block.columns(terms)
    spans = np.stack([starts, starts + lengths, columns + block.first], axis=1)
    return spans[columns >= 0]


def _bounds(each: Document) -> list[tuple[int, int]]:
    bounds: list[tuple[int, int]] = []
    at = 0
    for word in each.words:
        start = each.text.index(word, at)
        at = start + len(word)
        bounds.append((start, at))
    return bounds
