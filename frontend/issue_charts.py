"""Two pictures of a hot issue, drawn by the server: cases over time, and how its heat adds up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from petitions.insight.queries.issues import Step

WIDTH, HEIGHT, GAP = 720, 150, 0.25


@dataclass(frozen=True)
class Column:
    """One day or week: a bar of all cases, and in front of it one of the citizens; y counts from above."""

    x: float
    width: float
    messages_y: float
    messages: float
    citizens_y: float
    citizens: float
    word: str


@dataclass(frozen=True)
class Columns:
    label: Any
    columns: tuple[Column, ...]
    top: int
    width: int = WIDTH
    height: int = HEIGHT


def columns(steps: Sequence[Step], *, label: Any) -> Columns:
    top = max((step.messages for step in steps), default=1) or 1
    room = WIDTH / max(len(steps), 1)
    return Columns(label, tuple(_column(at, step, room, top) for at, step in enumerate(steps)), top)


def _column(at: int, step: Step, room: float, top: int) -> Column:
    messages, citizens = (round(HEIGHT * count / top, 1) for count in (step.messages, step.citizens))
    return Column(
        x=round(room * (at + GAP / 2), 1),
        width=round(room * (1 - GAP), 1),
        messages_y=HEIGHT - messages,
        messages=messages,
        citizens_y=HEIGHT - citizens,
        citizens=citizens,
        word=f"{step.first:%m-%d}",
    )


@dataclass(frozen=True)
class Bar:
    """A term of the heat: it begins where the one before ended, on a scale of 0 to 100."""

    name: str
    begins: Decimal
    points: Decimal
    most: float


def waterfall(terms: Sequence[Sequence[Any]]) -> list[Bar]:
    """`terms` as an issue keeps them: name, weight, share, points."""
    bars, begins = [], Decimal(0)
    for name, most, _, points in terms:
        bars.append(Bar(name, begins, Decimal(points), most))
        begins += Decimal(points)
    return bars
