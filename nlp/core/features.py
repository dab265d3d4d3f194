"""What the linear models see of a message: four TF-IDF blocks over words and characters.

The same function prepares texts for training and for serving. Digits and punctuation are left out on purpose, and
topic models read content words only: some feeds lose digits, marks and function words, and a model that counts on
them would fail on the others.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from itertools import chain, repeat
from math import log
from operator import add
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack

from nlp.core.clean import plain
from nlp.core.search import HAN
from nlp.core.segment import LEXICON, with_parts, words

# The start of a complaint says what it is about: the first 600 characters of very long letters are enough
# (title and 120 characters alone cost .015 of macro-F1), and they bound the time for one message.
READ_CHARACTERS = 600
# Titles have 10 to 25 content characters; where there is none the first clause stands in for it.
HEADLINE_CHARACTERS = 22
# Words, characters, and both again of the headline. With the headline's blocks .933, without .927 (macro-F1,
# grouped folds on 8,156 labelled messages); 60 characters instead of 22: .929.
WITH_TITLE = (0.7, 1.0, 0.7, 0.4)
# Spoken complaints have no title, and their first clause earns less.
SPOKEN = (0.7, 1.0, 0.3, 0.2)
_HAN_RUN = re.compile(rf"[{HAN}]+")
_TOPICAL = re.compile(rf"[{HAN}a-zA-Z]")

Row = tuple[NDArray[np.int32], NDArray[np.float32]]
Blocks = tuple[list[str], list[str], list[str], list[str]]


@dataclass(frozen=True)
class Document:
    """A message ready to be read: cleaned text and its words in order, title first."""

    text: str
    words: tuple[str, ...]

    @cached_property
    def content(self) -> "Document":
        """The same message as content words only, joined: what is left where function words were lost."""
        kept = tuple(filter(_is_content, self.words))
        return Document("".join(kept), kept)

    @cached_property
    def blocks(self) -> Blocks:
        """Terms of the four blocks: words with their parts, characters, and the same of the headline."""
        lowered = list(filter(None, map(_topical, self.words)))
        first = headline(self)
        return with_parts(lowered), grams(self.text), grams(self.text[: first.end]), with_parts(lowered[: first.words])


@dataclass(frozen=True)
class Headline:
    """How far the headline reaches: in characters and in topical words."""

    end: int
    words: int


def headline(each: Document) -> Headline:
    reached, count = 0, 0
    for word in each.words:
        reached += len(word)
        if reached > HEADLINE_CHARACTERS:
            break
        count += bool(_topical(word))
    return Headline(HEADLINE_CHARACTERS, count)


# Words come again and again: looking them up is cheaper than looking at them.
@lru_cache(maxsize=100_000)
def _topical(word: str) -> str:
    """The word in lower case, or nothing when it has no letter."""
    return word.lower() if _TOPICAL.search(word) else ""


@lru_cache(maxsize=100_000)
def _is_content(word: str) -> bool:
    return bool(_topical(word)) and word not in function_words()


@cache
def function_words() -> frozenset[str]:
    lines = (LEXICON / "function_words.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def document(text: str, title: str = "") -> Document:
    """Clean and cut a message."""
    whole = whole_text(text[: 4 * READ_CHARACTERS], title)
    return from_cut(whole, words(whole[: 2 * READ_CHARACTERS]))


def from_tokens(tokens: Sequence[str]) -> Document:
    """The document of a text that comes cut into words, without what stood between them."""
    return from_cut("".join(tokens), tokens)


def whole_text(text: str, title: str = "") -> str:
    """Title and text cleaned and joined."""
    return f"{plain(title)}\n{plain(text)}".strip()


def from_cut(whole: str, cut: Sequence[str]) -> Document:
    """The document of a text whose words are known; only the words of its first characters are read."""
    kept: list[str] = []
    at = 0
    for word in cut:
        at = whole.index(word, at) + len(word)
        if at > READ_CHARACTERS:
            break
        kept.append(word)
    return Document(whole[:READ_CHARACTERS], tuple(kept))


def grams(text: str) -> list[str]:
    """Single Han characters and neighbouring pairs."""
    found: list[str] = []
    for run in _HAN_RUN.findall(text):
        found.extend(run)
        found.extend(map(add, run, run[1:]))
    return found


@dataclass(frozen=True)
class Block:
    """One vocabulary with its inverse document frequencies; `first` is its first column in the whole matrix."""

    weight: float
    first: int
    idf: NDArray[np.float32]
    vocabulary: dict[str, int] = field(repr=False)

    @classmethod
    def fit(cls, texts: Sequence[Iterable[str]], *, weight: float, first: int, min_texts: int) -> "Block":
        seen_in = Counter(term for terms in texts for term in set(terms))
        kept = sorted(term for term, count in seen_in.items() if count >= min_texts)
        idf = np.array([log((1 + len(texts)) / (1 + seen_in[term])) + 1 for term in kept], dtype=np.float32)
        return cls(weight, first, idf, {term: at for at, term in enumerate(kept)})

    def columns(self, terms: Iterable[str]) -> NDArray[np.int32]:
        """The place of each term in this block, -1 where it is not known; `first` is not added."""
        return np.fromiter(map(self.vocabulary.get, terms, repeat(-1)), dtype=np.int32)

    def row(self, terms: Iterable[str]) -> Row:
        """Columns in order and values of one text, of length `weight` (or empty)."""
        found = self.columns(terms)
        columns, counts = np.unique(found[found >= 0], return_counts=True)
        values = self._values(counts.astype(np.float32), columns, np.zeros(len(columns), np.int64), 1)
        return columns + np.int32(self.first), values

    def matrix(self, texts: Sequence[Sequence[str]]) -> csr_matrix:
        """The very same as `row` of many texts at once, shape (texts, terms of this block)."""
        ends = np.cumsum([0, *map(len, texts)])
        found = self.columns(chain.from_iterable(texts))
        known = found >= 0
        starts = np.concatenate([[0], np.cumsum(known)])[ends]
        ones = np.ones(starts[-1], dtype=np.float32)
        counts = csr_matrix((ones, found[known], starts), shape=(len(texts), len(self.vocabulary)))
        counts.sum_duplicates()
        of_text = np.repeat(np.arange(len(texts)), np.diff(counts.indptr))
        counts.data = self._values(counts.data, counts.indices, of_text, len(texts))
        return counts

    def _values(self, counts: Any, columns: Any, of_text: Any, texts: int) -> NDArray[np.float32]:
        """Damped counts times inverse document frequency; each text's values together of length `weight`."""
        values = (1 + np.log(counts)) * self.idf[columns]
        lengths = np.sqrt(np.bincount(of_text, values * values, texts)).astype(np.float32)
        return np.asarray(values * (np.float32(self.weight) / np.where(lengths > 0, lengths, 1))[of_text], np.float32)


@dataclass(frozen=True)
class Features:
    """The four blocks side by side; with `content_only` function words are not seen."""

    blocks: tuple[Block, ...]
    content_only: bool = True

    @classmethod
    def fit(
        cls,
        documents: Sequence[Document],
        *,
        weights: Sequence[float] = SPOKEN,
        min_texts: Sequence[int] = (1, 2, 2, 2),
        content_only: bool = True,
    ) -> "Features":
        blocks: list[Block] = []
        first = 0
        seen = [each.content.blocks if content_only else each.blocks for each in documents]
        for texts, weight, least in zip(zip(*seen, strict=True), weights, min_texts, strict=True):
            blocks.append(Block.fit(texts, weight=weight, first=first, min_texts=least))
            first += len(blocks[-1].vocabulary)
        return cls(tuple(blocks), content_only)

    @cached_property
    def term_weights(self) -> dict[str, float]:
        """How telling each word and each pair of characters is: its inverse document frequency in training."""
        words_, characters = self.blocks[0], self.blocks[1]
        return {term: float(block.idf[at]) for block in (characters, words_) for term, at in block.vocabulary.items()}

    @property
    def width(self) -> int:
        return self.blocks[-1].first + len(self.blocks[-1].vocabulary)

    def view(self, each: Document) -> Document:
        """The part of a message that these features look at."""
        return each.content if self.content_only else each

    def row(self, each: Document) -> Row:
        parts = [block.row(terms) for block, terms in zip(self.blocks, self.view(each).blocks, strict=True)]
        return np.concatenate([columns for columns, _ in parts]), np.concatenate([values for _, values in parts])

    def matrix(self, documents: Sequence[Document]) -> csr_matrix:
        if not documents:
            return csr_matrix((0, self.width), dtype=np.float32)
        texts = zip(*(self.view(each).blocks for each in documents), strict=True)
        parts = [block.matrix(terms) for block, terms in zip(self.blocks, texts, strict=True)]
        return hstack(parts, format="csr", dtype=np.float32)
