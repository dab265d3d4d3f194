"""Figures that lead to the lists behind them, in tables and within sentences. Pure.

A sentence is written with marks round its figures; what people read and rewrite is the sentence without the marks. When
it is drawn, the figures that still stand where the system wrote them lead to their lists; a number that a person wrote
leads nowhere, because nothing here has counted it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from urllib.parse import urljoin

BEGIN, TURN, END = "\ue000", "\ue001", "\ue002"  # private use: no text of a city has them
BESIDE = 2  # a space and the word before or after it
MARKED = re.compile(f"{BEGIN}([^{TURN}]*){TURN}([^{END}]*){END}")


@dataclass(frozen=True)
class Cited:
    """A figure and the address of the list that it counts."""

    value: str | int | float
    address: str

    def __str__(self) -> str:
        return str(self.value)

    def under(self, site: str) -> str:
        """The address as a file needs it, with the site before it."""
        return urljoin(site, self.address)


Piece = str | Cited
Cell = str | int | float | Cited | None


def cited(value: str | int | float | None, address: str) -> Cell:
    """The figure with its list; without one, or without a figure, as it is."""
    return value if value is None or not address else Cited(value, address)


def mark(value: object, address: str) -> str:
    """The figure as it stands in a sentence."""
    return f"{BEGIN}{value}{TURN}{address}{END}" if address else str(value)


def plain(marked: str) -> str:
    return MARKED.sub(r"\1", marked)


def pieces(marked: str, said: str) -> tuple[Piece, ...]:
    """`said` with the figures of `marked` that are still written there, between the same letters."""
    out: list[Piece] = []
    done = 0
    for begins, value, address in _standing(marked, said):
        out += [said[done:begins], Cited(value, address)]
        done = begins + len(value)
    return tuple(piece for piece in (*out, said[done:]) if str(piece))


def _standing(marked: str, said: str) -> Iterator[tuple[int, str, str]]:
    """(place in `said`, figure, address). The letters beside it have to stand as well: digits alone recur."""
    figures, whole = _figures(marked)
    blocks = SequenceMatcher(None, whole, said, autojunk=False).get_matching_blocks() if whole != said else None
    for begins, value, address in figures:
        if blocks is None:
            yield begins, value, address
            continue
        first, last = max(begins - BESIDE, 0), min(begins + len(value) + BESIDE, len(whole))
        block = next((b for b in blocks if b.a <= first and last <= b.a + b.size), None)
        if block:
            yield begins - block.a + block.b, value, address


def _figures(marked: str) -> tuple[list[tuple[int, str, str]], str]:
    """Where the figures stand in the sentence without marks, and that sentence."""
    found, shorter = [], 0
    for match in MARKED.finditer(marked):
        found.append((match.start() - shorter, match[1], match[2]))
        shorter += len(match[0]) - len(match[1])
    return found, plain(marked)
