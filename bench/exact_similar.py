"""The exact answer to "which cases are most like this one": every case compared, by the formula of nlp.core.similar.

The sums run over sparse matrices, so that a million cases take a second instead of minutes; the table is read in
sheets, each asked all questions at once, so that ten million cases need no more memory than one sheet.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import numpy as np
from django.db import connection
from scipy.sparse import csr_matrix

from nlp.core import similar

ROWS_SQL = """
SELECT p.title, tsvector_to_array(p.search), COALESCE(a.path, ''), COALESCE(k.code, '')
FROM petitions_petition p {part} LEFT JOIN routing_area a ON a.id = p.area_id LEFT JOIN routing_category k
     ON k.id = p.category_id ORDER BY p.id
"""


class Words:
    """Sets of terms as a 0/1 matrix, with the squared weight of each term."""

    def __init__(self, weights: Mapping[str, float], unseen: float):
        self.weights, self.unseen, self.number = weights, unseen, {}
        self.columns: list[np.ndarray] = []

    def add(self, terms: Iterable[str]) -> None:
        numbers = [self.number.setdefault(term, len(self.number)) for term in terms]
        self.columns.append(np.array(numbers, dtype=np.int32))

    def close(self) -> None:
        starts = np.cumsum([0, *map(len, self.columns)])
        flat = np.concatenate(self.columns)
        self.matrix = csr_matrix(
            (np.ones(len(flat), np.float32), flat, starts), shape=(len(self.columns), len(self.number))
        )
        self.squares = np.array([self.weights.get(term, self.unseen) ** 2 for term in self.number], dtype=np.float32)
        self.masses = self.matrix @ self.squares
        self.columns = []

    def likeness(self, terms: Iterable[str]) -> np.ndarray:
        these = set(terms)
        asked = np.zeros(len(self.number), np.float32)
        known = [self.number[term] for term in these if term in self.number]
        asked[known] = self.squares[known]
        mass = sum(self.weights.get(term, self.unseen) ** 2 for term in these)
        bottom = np.sqrt(np.maximum(self.masses * mass, 1e-9))
        return (self.matrix @ asked) / bottom


SHEET = 250_000
Query = tuple[str, list[str], str, str]  # title, terms, place, category


def best_scores(
    queries: Sequence[Query], weights: Mapping[str, float], unseen: float, *, count: int = 5, share: float = 1.0
) -> Any:
    """The scores of each query's best cases among all of the table, best first, shape (queries, count).

    With a share below 1: among so many of its pages, drawn evenly.
    """
    best = np.zeros((len(queries), count))
    rows = _rows(share)
    while rows_of_sheet := list(islice(rows, SHEET)):
        sheet = Sheet(rows_of_sheet, weights, unseen)
        for at, query in enumerate(queries):
            best[at] = np.sort(np.concatenate([best[at], sheet.best(*query, count=count)]))[::-1][:count]
    return best


class Sheet:
    """Some cases of the table in memory."""

    def __init__(self, rows: Sequence[tuple], weights: Mapping[str, float], unseen: float):
        self.titles, self.bodies = Words(weights, unseen), Words(weights, unseen)
        for title, terms, _, _ in rows:
            self.titles.add(sorted(similar.Case(0, title, ()).title_terms))
            self.bodies.add(terms)
        self.places, self.place_of = np.unique([row[2] for row in rows], return_inverse=True)
        self.categories, self.category_of = np.unique([row[3] for row in rows], return_inverse=True)
        self.titles.close()
        self.bodies.close()

    def best(self, title: str, terms: list[str], place: str, category: str, *, count: int) -> Any:
        """The scores of the best cases, in any order."""
        new = similar.Case(0, title, tuple(terms), place, category)
        body, head = self.bodies.likeness(new.body_terms), self.titles.likeness(new.title_terms)
        untitled = self.titles.masses == 0
        score = similar.TITLE_SHARE * np.where(untitled, body, head) + similar.BODY_SHARE * body
        here = np.array([place.startswith(p) or p.startswith(place) for p in self.places])[self.place_of]
        score = np.where(here, score, score * similar.OTHER_PLACE)
        boost = similar.SAME_PLACE * here + similar.SAME_CATEGORY * (self.categories == category)[self.category_of]
        score = np.minimum(1.0, score + boost * score * (1 - score) * 4)
        return np.partition(score, -count)[-count:] if len(score) > count else score


def _rows(share: float) -> Iterator[tuple]:
    part = f"TABLESAMPLE SYSTEM ({100 * share}) REPEATABLE (1)" if share < 1 else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DECLARE every CURSOR WITH HOLD FOR {ROWS_SQL.format(part=part)}")
        while True:
            cursor.execute("FETCH 5000 FROM every")
            rows = cursor.fetchall()
            if not rows:
                break
            yield from rows
        cursor.execute("CLOSE every")
