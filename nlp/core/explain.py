"""Which words of a text made a linear model choose a label: the model's own weights, mapped to whole words."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlp.core.features import Document, Row
from nlp.core.linear import LinearText

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
    starts: NDArray[np.int64]  # of the words
    characters: NDArray[np.int64]  # covered by a term,
    columns: NDArray[np.int64]  # which term that is,
    shares: NDArray[np.float64]  # and what part of the term's value falls on the character
    length: int

    @classmethod
    def of(cls, model: LinearText, each: Document, row: Row) -> "Explanation":
        text = each.text.lower()
        values = dict(zip(row[0].tolist(), row[1].tolist(), strict=True))
        places = [place for term, column in _known(model, each) for place in _shares(text, term, column, values)]
        characters, columns, shares = zip(*places, strict=True) if places else ((), (), ())
        starts = np.fromiter(_starts(each), dtype=np.int64, count=len(each.words))
        return cls(
            model,
            each.words,
            starts,
            np.array(characters, dtype=np.int64),
            np.array(columns, dtype=np.int64),
            np.array(shares),
            len(text),
        )

    def evidence(self, label: int) -> tuple[str, ...]:
        """The words that spoke most for the label (its position in `model.labels`), strongest first."""
        pulls = self.shares * self.model.weights[self.columns, label]
        upto = np.concatenate([[0.0], np.cumsum(np.bincount(self.characters, pulls, minlength=self.length))])
        found: dict[str, float] = {}
        for word, start in zip(self.words, self.starts.tolist(), strict=True):
            if len(word) > 1:
                found[word] = max(found.get(word, 0.0), float(upto[start + len(word)] - upto[start]))
        strongest = sorted(found.items(), key=lambda item: (-item[1], item[0]))[:EVIDENCE_WORDS]
        return tuple(word for word, pull in strongest if pull > 0 and pull >= LEAST_SHARE * strongest[0][1])


def _known(model: LinearText, each: Document) -> Iterator[tuple[str, int]]:
    """The text's terms that the model knows, with their columns."""
    for block, terms in zip(model.features.blocks, each.blocks, strict=True):
        for term in dict.fromkeys(terms):
            at = block.vocabulary.get(term)
            if at is not None:
                yield term, at + block.first


def _shares(text: str, term: str, column: int, values: dict[int, float]) -> Iterator[tuple[int, int, float]]:
    at = text.find(term)
    starts = []
    while at >= 0:
        starts.append(at)
        at = text.find(term, at + 1)
    for start in starts:
        for character in range(start, start + len(term)):
            yield character, column, values[column] / (len(starts) * len(term))


def _starts(each: Document) -> Iterator[int]:
    at = 0
    for word in each.words:
        at = each.text.index(word, at)
        yield at
        at += len(word)
