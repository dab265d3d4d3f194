"""Before and after, drawn by the server: what came in week by week, and what the controls let expect."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from petitions.insight.monthly.measuring import Measured

WIDTH, HEIGHT = 720, 220
LEFT, RIGHT, TOP, BOTTOM = 44, 12, 14, 28
LABELS = 6  # dates under the axis


@dataclass(frozen=True)
class Label:
    x: float
    y: float
    text: str


@dataclass(frozen=True)
class Chart:
    """Lines as points of an SVG polyline; `begins`: where the measures begin; `grid`: counts, `dates`: first days."""

    actual: str
    expected: str
    begins: float
    grid: tuple[Label, ...]
    dates: tuple[Label, ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM


def chart(found: Measured) -> Chart | None:
    """None where there is nothing to compare."""
    if not found.expected:
        return None
    top = _round_up(max([*found.treated, *found.expected]))
    count = len(found.treated)
    every = -(-count // LABELS)
    return Chart(
        actual=_line(found.treated, top),
        expected=_line(found.expected, top),
        begins=_x(found.since - 0.5, count),
        grid=tuple(Label(LEFT - 6, _y(value, top), f"{value:g}") for value in (0, top / 2, top)),
        dates=tuple(Label(_x(at, count), HEIGHT - 8, found.weeks[at][5:]) for at in range(0, count, every)),
    )


def _line(values: Sequence[float], top: float) -> str:
    return " ".join(f"{_x(at, len(values)):g},{_y(value, top):g}" for at, value in enumerate(values))


def _x(at: float, count: int) -> float:
    return round(LEFT + (WIDTH - LEFT - RIGHT) * at / max(count - 1, 1), 1)


def _y(value: float, top: float) -> float:
    return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / top, 1)


def _round_up(value: float) -> float:
    """The next of 2, 4, 10, 20, 40, 100 …: its half is a whole number."""
    scale = 1.0
    while True:
        for step in (2, 4, 10):
            if value <= step * scale:
                return step * scale
        scale *= 10
