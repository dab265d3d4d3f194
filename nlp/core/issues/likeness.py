"""How alike two messages are, in a few figures, and what these say of the chance that both are about the same.

The chance is a logistic regression over the figures; its coefficients are numbers in a file that
`python -m bench.topics learn` writes.
"""

import csv
from collections.abc import Container
from dataclasses import dataclass, replace
from functools import cache
from math import log
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlp.core.issues.reading import Read
from nlp.core.issues.weights import CHARACTERS, Vector, Vectors, Weights, day

COEFFICIENTS = Path(__file__).resolve().parents[2] / "corpus" / "issue_pairs.csv"
# body: how alike the words of the bodies are (the root, for between none and some lies more than between some and
# many). told: how much of what one title says the other message says too. evidence: how rare that is, against how many
# messages there are to be alike by chance. name_characters: how much of the title's names the other title has, in
# whatever order, for names are misspelt. title_characters: how alike the titles' characters are. days: the logarithm of
# the days between the two.
FIGURES = ("body", "told", "evidence", "name_characters", "title_characters", "days")
# Two more figures are no part of the regression; the last is what the place says. The one before: how alike the bodies
# are where neither message mentions anything of the names in the other's title. From so much on they are the same words
# about another place, and that is another issue; unless the names share so many of their characters that one is the
# other misspelt.
SAME_WORDS, MISSPELT, ELSEWHERE = 0.5, 0.75, -6.0
# Where the system knows place and matter beside the words: log-odds for the same matter in the same community at the
# same moment (half of it for each so many days between; nothing where the titles name different things there), and for
# different streets where neither names anything that the other mentions. Set, not learnt: the messages with a key have
# no such fields. Strangers that look alike share a spot once in some thousand times, messages of one problem mostly.
SAME_SPOT, SPOT_DAYS, OTHER_STREET = 9.0, 2.0, -8.0
CONSTANT = "constant"
# The coefficients were learnt among so many messages. Where there are more, more strangers are proposed that look as
# much alike, so the same figures say less: so much of log-odds for each e-fold. Set on invented messages, where an
# issue's strangers are known; real collections of that size have no key.
LEARNT_AMONG, STRANGERS = 4_326, 0.5


@dataclass(frozen=True)
class PairModel:
    """Log-odds that two messages are about the same: weights of the standardised figures and a constant."""

    constant: float
    weights: NDArray[Any]
    means: NDArray[Any]
    scales: NDArray[Any]

    def among(self, messages: int) -> "PairModel":
        """What the figures say in a collection of so many messages."""
        return replace(self, constant=self.constant - STRANGERS * log(max(1.0, messages / LEARNT_AMONG)))

    def log_odds(self, figures: NDArray[Any]) -> NDArray[Any]:
        """Of figures of the shape (…, 8), in the order of FIGURES. One that is not known (NaN) says nothing."""
        learnt, same_words, place = figures[..., : len(FIGURES)], figures[..., -2], figures[..., -1]
        likely = np.nan_to_num((learnt - self.means) / self.scales) @ self.weights + self.constant + place
        return np.where(same_words >= SAME_WORDS, ELSEWHERE, likely)


@cache
def shipped_model() -> PairModel:
    with COEFFICIENTS.open(encoding="utf-8", newline="") as file:
        rows = {row["figure"]: row for row in csv.DictReader(file)}
    columns = {name: [float(rows[figure][name]) for figure in FIGURES] for name in ("weight", "mean", "scale")}
    return PairModel(
        float(rows[CONSTANT]["weight"]), *(np.array(columns[name]) for name in ("weight", "mean", "scale"))
    )


def chance(log_odds: float) -> float:
    return float(1 / (1 + np.exp(-log_odds)))


@dataclass(frozen=True)
class Side:
    """One message made ready to be compared with many."""

    body: Vector
    told: Vector
    told_whole: float
    names: Vector
    characters: Vector
    proper: frozenset[str]
    having: frozenset[str]
    day: float
    street: tuple[str, ...]
    spot: tuple[str, ...]
    by_chance: float

    @classmethod
    def of(cls, each: Read, weights: Weights) -> "Side":
        told = weights.told(each)
        return cls(
            body=weights.vector("body_words", each),
            told=told,
            told_whole=sum(told.values()),
            names=weights.names(each),
            characters=weights.vector(CHARACTERS, each),
            proper=frozenset(each.proper_words),
            having=frozenset((*each.title_words, *each.body_words)),
            day=day(each),
            street=each.street,
            spot=each.spot,
            by_chance=weights.by_chance,
        )

    def figures(self, other: "Side") -> NDArray[Any]:
        """Shape (8,)."""
        told = _within(self.told, other.having), _within(other.told, self.having)
        names = _within(self.names, other.characters) + _within(other.names, self.characters)
        return _stacked(
            body=_product(self.body, other.body),
            told=sum(part / side.told_whole for part, side in zip(told, (self, other), strict=True) if part) / 2,
            evidence=max(told) - self.by_chance,
            names=names / 2,
            characters=_product(self.characters, other.characters),
            days=abs(self.day - other.day),
            elsewhere=self._is_elsewhere(other),
            same_spot=bool(self.spot) and self.spot == other.spot,
            other_street=bool(self.street and other.street)
            and self.street != other.street
            and not self._shares_names(other),
        )

    def _is_elsewhere(self, other: "Side") -> bool:
        return bool(self.proper and other.proper) and not self._shares_names(other)

    def _shares_names(self, other: "Side") -> bool:
        return not (self.proper.isdisjoint(other.having) and other.proper.isdisjoint(self.having))


def of_pairs(vectors: Vectors, one: NDArray[Any], other: NDArray[Any]) -> NDArray[Any]:
    """The figures of pairs of positions, shape (pairs, 8)."""
    there, back = (_row_products(vectors.told, vectors.having, *way) for way in ((one, other), (other, one)))
    proper = np.maximum(*(_row_products(vectors.proper, vectors.having, *way) for way in ((one, other), (other, one))))
    names = sum(_row_products(vectors.names, vectors.having_characters, *way) for way in ((one, other), (other, one)))
    titled = (np.diff(vectors.proper.indptr) > 0)[np.stack([one, other])].all(axis=0)
    return _stacked(
        body=_row_products(vectors.views["body_words"], vectors.views["body_words"], one, other),
        told=(there * vectors.told_share[one] + back * vectors.told_share[other]) / 2,
        evidence=np.maximum(there, back) - vectors.by_chance,
        names=names / 2,
        characters=_row_products(vectors.characters, vectors.characters, one, other),
        days=np.abs(vectors.days[one] - vectors.days[other]),
        elsewhere=titled & (proper == 0),
        **_places(vectors, one, other, proper > 0),
    )


def among(vectors: Vectors, members: NDArray[Any]) -> NDArray[Any]:
    """The figures of every two of these positions, shape (members, members, 8)."""
    having, body = vectors.having[members], vectors.views["body_words"][members]
    told, proper = (_dense(matrix[members], having) for matrix in (vectors.told, vectors.proper))
    names = _dense(vectors.names[members], vectors.having_characters[members])
    titled = np.diff(vectors.proper.indptr)[members] > 0
    share = told * vectors.told_share[members][:, None]
    return _stacked(
        body=_dense(body, body),
        told=(share + share.T) / 2,
        evidence=np.maximum(told, told.T) - vectors.by_chance,
        names=(names + names.T) / 2,
        characters=_dense(vectors.characters[members], vectors.characters[members]),
        days=np.abs(np.subtract.outer(vectors.days[members], vectors.days[members])),
        elsewhere=np.logical_and.outer(titled, titled) & (np.maximum(proper, proper.T) == 0),
        **_places(vectors, members[:, None], members[None, :], np.maximum(proper, proper.T) > 0),
    )


def _places(
    vectors: Vectors, one: NDArray[Any], other: NDArray[Any], share_names: NDArray[np.bool_]
) -> dict[str, NDArray[np.bool_]]:
    spots, streets = (vectors.spots[one], vectors.spots[other]), (vectors.streets[one], vectors.streets[other])
    return {
        "same_spot": (spots[0] == spots[1]) & (spots[0] > 0),
        "other_street": (streets[0] != streets[1]) & (streets[0] > 0) & (streets[1] > 0) & ~share_names,
    }


def _stacked(
    *,
    body: Any,
    told: Any,
    evidence: Any,
    names: Any,
    characters: Any,
    days: Any,
    elsewhere: Any,
    same_spot: Any,
    other_street: Any,
) -> NDArray[Any]:
    """In the order of FIGURES, and the two that are no part of the regression."""
    other_name = elsewhere & (names < MISSPELT)
    near = np.nan_to_num(0.5 ** (days / SPOT_DAYS)) * (same_spot & ~other_name)
    place = SAME_SPOT * near + OTHER_STREET * other_street
    figures = [np.sqrt(body), told, evidence, names, characters, np.log1p(days), body * other_name, place]
    return np.stack(figures, axis=-1)


def _product(one: Vector, other: Vector) -> float:
    return sum(value * other[term] for term, value in one.items() if term in other)


def _within(vector: Vector, terms: Container[str]) -> float:
    return sum(value for term, value in vector.items() if term in terms)


def _row_products(left: Any, right: Any, one: NDArray[Any], other: NDArray[Any]) -> NDArray[Any]:
    return np.asarray(left[one].multiply(right[other]).sum(axis=1)).ravel()


def _dense(left: Any, right: Any) -> NDArray[Any]:
    return np.asarray((left @ right.T).toarray())
