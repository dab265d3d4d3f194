"""Charts of alerts, drawn by the server: days against what is usual, the seasons of a year, weeks with a forecast."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from petitions.insight.models import Forecast
from petitions.insight.queries.alerts import ChartDay
from routing.models import Season

WIDTH, HEIGHT = 560, 120


@dataclass(frozen=True)
class Bar:
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Bars:
    """Bars over equal steps; `line` is the height of what is usual, None where that is not known."""

    label: str
    bars: tuple[Bar, ...]
    line: float | None
    top: int
    width: int = WIDTH
    height: int = HEIGHT


@dataclass(frozen=True)
class Outlook:
    """Past weeks as a line, coming weeks as a line in a band; points are "x,y" pairs. Without a line: only the past."""

    label: str
    past: str
    coming: str
    band: str
    width: int = WIDTH
    height: int = HEIGHT


@dataclass(frozen=True)
class SeasonBar:
    season: Season
    x: float
    width: float
    y: float

    @property
    def is_late(self) -> bool:
        """Whether its name has to stand to its left."""
        return self.x > WIDTH * 0.75

    @property
    def word_x(self) -> float:
        return self.x - 4 if self.is_late else self.x + self.width + 4


def by_day(days: Sequence[ChartDay], usual: float | None, matter: str) -> Bars | None:
    if not days:
        return None
    top = max(1, *(day.count for day in days), round(usual or 0) + 1)
    step = WIDTH / len(days)
    bars = tuple(
        Bar(round(at * step + 1, 1), _y(day.count, top), round(step - 2, 1), round(HEIGHT - _y(day.count, top), 1))
        for at, day in enumerate(days)
    )
    label = _("%(matter)s：近 %(days)s 天，最近一天 %(last)s 件，通常一天 %(usual)s 件") % {
        "matter": matter,
        "days": len(days),
        "last": days[-1].count,
        "usual": "—" if usual is None else f"{usual:.1f}",
    }
    return Bars(label, bars, None if usual is None else _y(usual, top), top)


def outlook(past: Sequence[int], coming: Sequence[Forecast], name: str) -> Outlook:
    is_drawn = bool(coming) and coming[0].method != "mean"
    top = max(1.0, *map(float, past), *((row.high for row in coming) if is_drawn else ()))
    count = len(past) + len(coming)
    xs = [round(WIDTH * at / max(count - 1, 1), 1) for at in range(count)]
    label = _("%(name)s：过去 %(weeks)s 周，上周 %(last)s 件；下周预计 %(next)s 件") % {
        "name": name,
        "weeks": len(past),
        "last": past[-1] if past else 0,
        "next": round(coming[0].expected) if coming else "—",
    }
    before = " ".join(f"{x:g},{_y(value, top):g}" for x, value in zip(xs, past, strict=False))
    if not is_drawn:
        return Outlook(label, before, "", "")
    ahead = list(zip(xs[len(past) :], coming, strict=True))
    upper = [f"{x:g},{_y(row.high, top):g}" for x, row in ahead]
    lower = [f"{x:g},{_y(row.low, top):g}" for x, row in reversed(ahead)]
    middle = " ".join(f"{x:g},{_y(row.expected, top):g}" for x, row in ahead)
    return Outlook(label, before, middle, " ".join((*upper, *lower)))


def season_bars(seasons: Sequence[Season], year: int) -> list[SeasonBar]:
    """One row each, over the days of the year (0 to WIDTH); what lies in other years is cut off."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    days = (last - first).days + 1
    bars = []
    for row, season in enumerate(sorted(seasons, key=lambda each: (each.starts_on, each.code))):
        begins, ends = max(season.starts_on, first), min(season.ends_on, last)
        x, width = (begins - first).days, (ends - begins).days + 1
        bars.append(SeasonBar(season, round(WIDTH * x / days, 1), round(WIDTH * width / days, 1), 6 + 22 * row))
    return bars


def _y(value: float, top: Any) -> float:
    return round(HEIGHT - (HEIGHT - 8) * min(value / top, 1.0), 1)
