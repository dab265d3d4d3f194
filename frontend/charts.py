"""Small charts drawn by the server: they print, need no script, and say their figures in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

WIDTH, HEIGHT, EDGE = 240, 56, 5


@dataclass(frozen=True)
class Point:
    x: float
    y: float


@dataclass(frozen=True)
class Sparkline:
    """A line over equal steps. `runs` are stretches without gaps, `band` the interval around it, `marks` events."""

    label: Any
    runs: tuple[str, ...]
    dots: tuple[Point, ...]
    band: tuple[str, ...]
    marks: tuple[tuple[float, str], ...]
    width: int = WIDTH
    height: int = HEIGHT
    edge: int = EDGE


def sparkline(
    values: Sequence[float | None],
    *,
    label: Any,
    lows: Sequence[float] = (),
    highs: Sequence[float] = (),
    marks: Sequence[str] = (),
    top: float = 1.0,
    bottom: float = 0.0,
) -> Sparkline:
    """`values` between `bottom` and `top`, None where there is none; `marks` is a word (or '') for each step."""
    xs = [_x(at, len(values)) for at in range(len(values))]
    runs = _runs(values)
    line = tuple(" ".join(f"{xs[at]:g},{_y(values[at], bottom, top):g}" for at in run) for run in runs if len(run) > 1)
    band = tuple(_band(run, xs, (lows, highs), (bottom, top)) for run in runs if lows and len(run) > 1)
    alone = tuple(Point(xs[run[0]], _y(values[run[0]], bottom, top)) for run in runs if len(run) == 1)
    last = tuple(Point(xs[run[-1]], _y(values[run[-1]], bottom, top)) for run in runs[-1:] if len(run) > 1)
    return Sparkline(label, line, alone + last, band, tuple((xs[at], word) for at, word in enumerate(marks) if word))


def _runs(values: Sequence[float | None]) -> list[list[int]]:
    found: list[list[int]] = [[]]
    for at, value in enumerate(values):
        if value is None:
            found.append([])
        else:
            found[-1].append(at)
    return [run for run in found if run]


def _band(
    run: list[int],
    xs: list[float],
    ends: tuple[Sequence[float], Sequence[float]],
    scale: tuple[float, float],
) -> str:
    lows, highs = ends
    upper = [f"{xs[at]:g},{_y(highs[at], *scale):g}" for at in run]
    lower = [f"{xs[at]:g},{_y(lows[at], *scale):g}" for at in reversed(run)]
    return " ".join((*upper, *lower))


def _x(at: int, count: int) -> float:
    return round(EDGE + (WIDTH - 2 * EDGE) * (at / (count - 1) if count > 1 else 0.5), 1)


def _y(value: float | None, bottom: float, top: float) -> float:
    share = ((value or 0.0) - bottom) / (top - bottom)
    return round(HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * min(max(share, 0.0), 1.0), 1)
