"""Which words of a text made a linear model choose a label: the model's own weights, mapped to whole words."""

from collections.abc import Iterator
from dataclasses import dataclass

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
        found = [span for span in _occurrences(model, seen, bounds) if span[2] >= 0]
        spans = np.array(found, dtype=np.int64).reshape(-1, 3)
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
        found: dict[str, float] = {}
        for word, pull in zip(self.words, upto[self.bounds[:, 1]] - upto[self.bounds[:, 0]], strict=True):
            if len(word) > 1:
                found[word] = max(found.get(word, 0.0), float(pull))
        strongest = sorted(found.items(), key=lambda item: (-item[1], item[0]))[:EVIDENCE_WORDS]
        return tuple(word for word, pull in strongest if pull > 0 and pull >= LEAST_SHARE * strongest[0][1])


Span = tuple[int, int, int]


def _occurrences(model: LinearText, each: Document, bounds: list[tuple[int, int]]) -> Iterator[Span]:
    """Start, end and column of every term in the text; the column is -1 for a term that the model does not know."""
    in_words, in_text, in_headline, in_first_words = model.features.blocks
    text = each.text.lower()
    first = headline(each)
    first_end = bounds[first.words - 1][1] if first.words else 0
    for start, end in bounds:
        for part in dict.fromkeys(parts(text[start:end])):
            at = text.index(part, start)
            yield at, at + len(part), in_words.column(part)
            if end <= first_end:
                yield at, at + len(part), in_first_words.column(part)
    yield from _grams(in_text, text)
    yield from _grams(in_headline, text[: first.end])


def _grams(block: Block, text: str) -> Iterator[Span]:
    for at in range(len(text)):
        yield at, at + 1, block.column(text[at])
        if at + 1 < len(text):
            yield at, at + 2, block.column(text[at : at + 2])


def _bounds(each: Document) -> list[tuple[int, int]]:
    bounds: list[tuple[int, int]] = []
    at = 0
    for word in each.words:
        start = each.text.index(word, at)
        at = start + len(word)
        bounds.append((start, at))
    return bounds
