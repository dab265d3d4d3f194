"""How telling each word is in a collection, and its messages as vectors of unit length.

A filer who writes often and about different matters repeats turns of phrase that nobody else uses: by rarity alone
they would tie all these letters together, so a filer's habits count less in their own messages.
"""

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from math import log, nan, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from nlp.core.issues.reading import Read

# The parts of a message that are compared, and what each counts when neighbours are looked for (unsupervised best on
# the development issues of the design notes).
SHARES = {"title_words": 0.25, "body_words": 0.5, "title_grams": 0.25}
# From so many messages on a filer may have habits; has them whose messages are on the average less alike than this.
# Of the development messages' 16 such filers the letters of six are below, those on one matter are from .19 on.
FREQUENT, ALIKE = 8, 0.15
# The titles' characters are compared, but no neighbours are looked for by them: they are too common.
CHARACTERS = "title_characters"
DAY = 24 * 60 * 60

Vector = Mapping[str, float]
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Weights:
    """Inverse document frequencies by view, and by filer and view how much a word is their habit (0) or not (1).

    They can be kept and applied to new messages: a word that the collection did not have is as telling as can be.
    """

    texts: int
    rarities: Mapping[str, Mapping[str, float]] = field(repr=False)
    habits: Mapping[str, Mapping[str, Mapping[str, float]]] = field(repr=False, default_factory=dict)

    @classmethod
    def of(cls, reads: Sequence[Read]) -> "Weights":
        return _made(reads)[1]

    @property
    def by_chance(self) -> float:
        """The logarithm of how many messages there are to be alike by chance."""
        return log(1 + self.texts)

    def rarity(self, view: str, term: str) -> float:
        return self.rarities.get(view, {}).get(term, log(1 + self.texts) + 1)

    def vector(self, view: str, each: Read) -> Vector:
        """Counts times inverse document frequency, of length 1 (or empty)."""
        habit = self.habits.get(each.user, {}).get(view, {})
        counts = Counter(getattr(each, view))
        values = {term: times * self.rarity(view, term) * habit.get(term, 1.0) for term, times in counts.items()}
        length = sqrt(sum(value * value for value in values.values()))
        return {term: value / length for term, value in values.items() if value}

    def told(self, each: Read) -> Vector:
        """The title's words by how much rarer than in every message they are: logarithms."""
        return {word: self.rarity("body_words", word) - 1 for word in set(each.title_words)}

    def names(self, each: Read) -> Vector:
        """The characters of the title's names by rarity, 1 together (or empty)."""
        values = {character: self.rarity(CHARACTERS, character) for character in set(each.name_characters)}
        return {character: value / sum(values.values()) for character, value in values.items()}


@dataclass(frozen=True)
class Vectors:
    """A collection's messages by view, each a csr_matrix (messages, terms) with rows of length 1 (or empty).

    `told` holds the titles' words by how much rarer than in every message they are, and `told_share` one by the sum of
    each row; `proper` the titles' proper words; `having` 1 for each word of a message. The columns of the three are the
    same. `names` holds the characters of the titles' names, rows that sum up to 1, `having_characters` 1 for each of
    the title's and `characters` all of these by rarity, rows of length 1; their columns are the same too. `days` are
    the times of the messages, NaN where there is none; `streets` and `spots` number their streets and spots from 1, 0
    where a message has none; `by_chance` is the logarithm of how many messages there are.
    """

    views: Mapping[str, Any] = field(repr=False)
    told: Any = field(repr=False)
    told_share: Floats = field(repr=False)
    proper: Any = field(repr=False)
    having: Any = field(repr=False)
    names: Any = field(repr=False)
    characters: Any = field(repr=False)
    having_characters: Any = field(repr=False)
    days: NDArray[np.float64] = field(repr=False)
    streets: NDArray[np.int64] = field(repr=False)
    spots: NDArray[np.int64] = field(repr=False)
    by_chance: float

    @classmethod
    def of(cls, reads: Sequence[Read]) -> "Vectors":
        return _made(reads)[0]


def day(each: Read) -> float:
    """When it came in, in days; NaN where that is not known."""
    return each.when.timestamp() / DAY if each.when else nan


def _made(reads: Sequence[Read]) -> tuple[Vectors, Weights]:
    """Only the weights hold the terms themselves: `Vectors.of` lets go of them."""
    words: dict[str, int] = defaultdict(count().__next__)
    letters: dict[str, int] = defaultdict(count().__next__)
    columns = {"title_words": words, "body_words": words, "title_grams": defaultdict(count().__next__)}
    counts = {view: _counted((getattr(each, view) for each in reads), columns[view]) for view in SHARES}
    proper = _counted((each.proper_words for each in reads), words)
    rarity = {view: _rarity(counts[view], len(columns[view])) for view in SHARES}
    having = _binary(_wide(counts["title_words"], len(words)) + _wide(counts["body_words"], len(words)))
    told = _scaled(_binary(counts["title_words"]), rarity["body_words"] - 1)
    characters = _counted((each.title_characters for each in reads), letters)
    names = _binary(_counted((each.name_characters for each in reads), letters))
    columns[CHARACTERS], rarity[CHARACTERS] = letters, _rarity(characters, len(letters))
    having_characters = _binary(_wide(characters, len(letters)))
    views = {view: _unit(_scaled(counts.pop(view), rarity[view])) for view in SHARES}
    habits = _habits(reads, views)
    for view, matrix in views.items():
        for rows, factor in habits:
            for at in rows:
                part = slice(matrix.indptr[at], matrix.indptr[at + 1])
                matrix.data[part] *= factor[view][matrix.indices[part]]
        views[view] = _unit(matrix)
    rarities = {view: dict(zip(columns[view], rarity[view].tolist(), strict=True)) for view in columns}
    named = {
        reads[rows[0]].user: {view: _named(columns[view], factor[view]) for view in SHARES} for rows, factor in habits
    }
    weights = Weights(len(reads), rarities, named)
    vectors = Vectors(
        views=views,
        told=told,
        told_share=np.asarray(1 / np.maximum(_row_sums(told), 1e-9), np.float32),
        proper=_wide(proper, len(words)),
        having=having,
        names=_shares(_scaled(names, rarity[CHARACTERS])),
        characters=_unit(_scaled(characters, rarity[CHARACTERS])),
        having_characters=having_characters,
        days=np.array([day(each) for each in reads], np.float64),
        streets=_numbered(each.street for each in reads),
        spots=_numbered(each.spot for each in reads),
        by_chance=weights.by_chance,
    )
    return vectors, weights


Habit = tuple[list[int], dict[str, Floats]]  # a filer's positions, and by view the factor of each column


def _habits(reads: Sequence[Read], views: Mapping[str, Any]) -> list[Habit]:
    rows_of: dict[str, list[int]] = defaultdict(list)
    for at, each in enumerate(reads):
        if each.user:
            rows_of[each.user].append(at)
    found: list[Habit] = []
    for rows in (rows for rows in rows_of.values() if len(rows) >= FREQUENT):
        own = {view: matrix[rows] for view, matrix in views.items()}
        squares = sum(share * float(np.square(own[view].sum(axis=0)).sum()) for view, share in SHARES.items())
        if (squares - len(rows)) / len(rows) / (len(rows) - 1) < ALIKE:
            used = {view: np.bincount(part.indices, minlength=part.shape[1]) for view, part in own.items()}
            found.append((rows, {view: _novelty(times, len(rows)) for view, times in used.items()}))
    return found


def _novelty(used: NDArray[Any], of: int) -> Floats:
    """1 for a word that the filer used once, 0 for one that is in every message."""
    return np.asarray(np.clip(np.log((1 + of) / (1 + used)) / log((1 + of) / 2), 0, 1), np.float32)


def _named(columns: Iterable[str], factor: Floats) -> dict[str, float]:
    return {term: value for term, value in zip(columns, factor.tolist(), strict=True) if value < 1}


def _counted(texts: Iterable[Sequence[str]], columns: Mapping[str, int]) -> Any:
    """How often each term is in each text; new terms get the next column."""
    found, ends = array("i"), array("q", [0])
    for text in texts:
        found.extend(map(columns.__getitem__, text))
        ends.append(len(found))
    ones = np.ones(len(found), np.float32)
    counts = csr_matrix((ones, np.array(found, np.int32), np.array(ends)), shape=(len(ends) - 1, len(columns)))
    counts.sum_duplicates()
    return counts


def _rarity(counts: Any, columns: int) -> Floats:
    seen_in = np.bincount(counts.indices, minlength=columns)
    return np.asarray(np.log((1 + counts.shape[0]) / (1 + seen_in)) + 1, np.float32)


def _numbered(places: Iterable[tuple[str, ...]]) -> NDArray[np.int64]:
    numbers: dict[tuple[str, ...], int] = {(): 0}
    return np.array([numbers.setdefault(place, len(numbers)) for place in places], np.int64)


def _binary(matrix: Any) -> Any:
    """1 where there is something."""
    return csr_matrix((np.ones(matrix.nnz, np.float32), matrix.indices, matrix.indptr), shape=matrix.shape)


def _wide(matrix: Any, columns: int) -> Any:
    """The same with columns for the words that came later."""
    return csr_matrix((matrix.data, matrix.indices, matrix.indptr), shape=(matrix.shape[0], columns))


def _scaled(counts: Any, by_column: Floats) -> Any:
    scaled = _wide(counts, len(by_column))
    scaled.data = scaled.data * by_column[scaled.indices]
    return scaled


def _shares(matrix: Any) -> Any:
    matrix.data /= np.repeat(np.maximum(_row_sums(matrix), 1e-9), np.diff(matrix.indptr))
    return matrix


def _unit(matrix: Any) -> Any:
    squares = csr_matrix((matrix.data**2, matrix.indices, matrix.indptr), shape=matrix.shape)
    matrix.data /= np.repeat(np.maximum(np.sqrt(_row_sums(squares)), 1e-9), np.diff(matrix.indptr))
    return matrix


def _row_sums(matrix: Any) -> Floats:
    return np.asarray(matrix @ np.ones(matrix.shape[1], np.float32), np.float32)
