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


@dataclass(frozen=True)
class Hill:
    """A line with its ground filled, in a box of 100 × 22 that is stretched to its place."""

    line: str
    ground: str


HILL_WIDTH, HILL_HEIGHT = 100, 22


def hill(values: Sequence[float]) -> Hill | None:
    """From the least to the most of the values; nothing where there are fewer than two."""
    if len(values) < 2:
        return None
    low, high = min(values), max(values)
    room = HILL_HEIGHT - 4
    points = [
        (
            HILL_WIDTH * at / (len(values) - 1),
            HILL_HEIGHT - 2 - room * ((value - low) / (high - low) if high > low else 0),
        )
        for at, value in enumerate(values)
    ]
    line = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    return Hill(line, f"{line}L{HILL_WIDTH} {HILL_HEIGHT}L0 {HILL_HEIGHT}Z")


@dataclass(frozen=True)
class Bullet:
    """A rate, its interval and its target on a scale from `bottom` to 100 %: places from 0 to 100."""

    at: float
    low: float
    high: float
    target: float
    bottom: float

    @property
    def width(self) -> float:
        return round(self.high - self.low, 1)


def bullet(value: float, ends: tuple[float, float], target: float) -> Bullet:
    """The scale begins at a full tenth below everything that is shown."""
    bottom = min(0.8, int(10 * min(ends[0], target)) / 10)
    at, low, high, aim = (round(100 * (share - bottom) / (1 - bottom), 1) for share in (value, *ends, target))
    return Bullet(at, low, high, aim, bottom)


@dataclass(frozen=True)
class Deviation:
    """How far a rate is from its target: a bar to the right (reached) or to the left of `middle`, 0 to 100."""

    x: float
    width: float
    middle: float
    is_short: bool


def deviations(values: Sequence[float], target: float) -> list[Deviation]:
    """All on one scale, whose ends are the worst of the values and 100 %."""
    worst = min([target - 0.01, *values])
    scale = 100 / (1 - worst)
    middle = (target - worst) * scale
    return [
        Deviation(
            x=round(min((value - worst) * scale, middle), 1),
            width=round(abs(value - target) * scale, 1),
            middle=round(middle, 1),
            is_short=value < target,
        )
        for value in values
    ]
