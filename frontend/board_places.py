"""The pictures that the server draws on a board: tiles of places, on-time bars of units, hot issues, leaves."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from frontend.board_links import Links
from frontend.board_tables import Cell, Picture
from frontend.charts import Deviation, deviations
from petitions.insight.board.reading import Board
from petitions.insight.board.tiles import Tile, tile_of
from petitions.insight.rates import Rate
from routing.places import Place

TILE_WIDTH, TILE_HEIGHT, GAP = 156, 94, 6
LEVELS = 5
MOST_BARS = 5  # at each end of the order


@dataclass(frozen=True)
class Drawn:
    """A tile with its place in the picture, what it says, and how dark it is (0 to LEVELS − 1)."""

    x: int
    y: int
    name: str
    number: str
    small: str
    level: int
    is_below: bool
    href: str
    says: str


@dataclass(frozen=True)
class Map:
    """`edges` are the least values of each level but the first."""

    picture: Picture
    tiles: tuple[Drawn, ...]
    width: int
    height: int
    edges: tuple[str, ...]


@dataclass(frozen=True)
class Bar:
    name: str
    place: str
    percent: str
    n: int
    bar: Deviation
    href: str
    board: str


@dataclass(frozen=True)
class Bars:
    picture: Picture
    best: tuple[Bar, ...]
    worst: tuple[Bar, ...]


def tile_map(board: Board, links: Links, shown: list[Tile], places: dict[int, Place], target: float) -> Map:
    received: Counter[str] = Counter()
    content: Counter[str] = Counter()
    rated: Counter[str] = Counter()
    for (area, result), n in board.flow.places.items():
        tile = tile_of(places.get(area) if area else None, shown)
        code = tile.place.code if tile else ""
        received[code] += n
        content[code] += n if result == "content" else 0
        rated[code] += n if result in ("content", "discontent") else 0
    rates = {tile.place.code: Rate(content[tile.place.code], rated[tile.place.code]) for tile in shown}
    by_rate = links.metric == "content"
    values = {code: rate.value or 0.0 for code, rate in rates.items()} if by_rate else dict(received)
    edges = _edges([values.get(tile.place.code, 0) for tile in shown], by_rate)
    drawn = tuple(_drawn(tile, links, received, rates, values, edges, target) for tile in shown)
    return Map(
        _map_picture(links, shown, received, rates),
        drawn,
        max((tile.x for tile in drawn), default=0) + TILE_WIDTH,
        max((tile.y for tile in drawn), default=0) + TILE_HEIGHT,
        tuple(f"{100 * edge:.0f}%" if by_rate else f"{edge:,.0f}" for edge in edges),
    )


def _drawn(
    tile: Tile, links: Links, received: Counter, rates: dict, values: dict, edges: tuple, target: float
) -> Drawn:
    code, rate = tile.place.code, rates[tile.place.code]
    below = rate.interval is not None and rate.interval[1] < target  # surely below, not by chance
    share = "" if rate.value is None else f"{100 * rate.value:.0f}%"
    said = {"name": tile.place.name, "n": received[code], "share": share or _("暂无"), "rated": rate.n}
    return Drawn(
        tile.col * (TILE_WIDTH + GAP),
        tile.row * (TILE_HEIGHT + GAP),
        tile.place.name,
        f"{received[code]:,}",
        share,
        sum(values.get(code, 0) >= edge for edge in edges),
        below,
        links.board(area=code),
        _("%(name)s：受理 %(n)s 件，满意率 %(share)s，已评 %(rated)s 件") % said,
    )


def _edges(values: list[float], by_rate: bool) -> tuple[float, ...]:
    """Where the shades change: shares of the most, cut to what can be said."""
    if by_rate:
        return (0.6, 0.8, 0.9, 0.95)
    most = max(values, default=0)
    return tuple(sorted({max(1.0, float(round(most * part))) for part in (0.2, 0.4, 0.6, 0.8)})) if most else (1.0,)


def _map_picture(links: Links, shown: list[Tile], received: Counter, rates: dict[str, Rate]) -> Picture:
    order = sorted(shown, key=lambda tile: (-received[tile.place.code], tile.place.path))
    first = order[0].place if order else None
    label = _("没有下一级区域")
    if first:
        label = _("各地受理量方格图：%(name)s %(n)s 件，最多") % {"name": first.name, "n": received[first.code]}
    rows = [
        [
            Cell(tile.place.name, links.board(area=tile.place.code)),
            Cell(received[tile.place.code], links.cases(area=tile.place.code)),
            Cell(_percent(rates[tile.place.code])),
            Cell(rates[tile.place.code].n, links.cases(area=tile.place.code, result=["content", "discontent"])),
        ]
        for tile in order
    ]
    if received[""]:
        rows.append([Cell(_("地点未到这一级")), Cell(received[""]), Cell("—"), Cell("")])
    return Picture("map", label, [_("区域"), _("受理"), _("满意率"), _("已评")], rows, links.sheet("map"))


def bars(board: Board, links: Links, target: float, may_list: Any) -> Bars:
    """Units in the order of their share of cases closed in time; few cases have no place, and no bar beside others."""
    rates = {unit: Rate(counts.closed_in_time, counts.closed) for unit, counts in board.lines.items() if counts.closed}
    known = {unit: rate for unit, rate in rates.items() if unit in board.units}
    enough = [unit for unit, rate in known.items() if rate.n >= board.formula.min_n]
    order = sorted(enough, key=lambda unit: (-(known[unit].value or 0.0), -known[unit].n, unit))
    order += sorted(set(known) - set(enough), key=lambda unit: (-known[unit].n, unit))
    scaled = deviations([known[unit].value or 0.0 for unit in order], target)
    lines = [
        Bar(
            board.units[unit].name,
            str(at) if unit in enough else "·",
            _percent(known[unit]),
            known[unit].n,
            bar,
            links.scores("closed_late", unit) if may_list(unit) else "",
            links.board(unit=unit, area=""),
        )
        for at, (unit, bar) in enumerate(zip(order, scaled, strict=True), start=1)
    ]
    said = {"units": len(lines), "short": sum(line.bar.is_short for line in lines), "target": f"{100 * target:g}"}
    picture = Picture(
        "bars",
        _("%(units)s 家单位的按时办结率，%(short)s 家低于目标 %(target)s%%") % said,
        [_("序号"), _("单位"), _("按时办结率"), _("办结")],
        [
            [Cell(line.place), Cell(line.name, line.board), Cell(line.percent, line.href), Cell(line.n)]
            for line in lines
        ],
        links.sheet("bars"),
    )
    shown = lines[: len(enough)] or lines[: 2 * MOST_BARS]
    if len(shown) <= 2 * MOST_BARS:
        return Bars(picture, tuple(shown), ())
    return Bars(picture, tuple(shown[:MOST_BARS]), tuple(shown[-MOST_BARS:]))


def leaves(board: Board, links: Links, most: int) -> list[tuple[str, int, str]]:
    """(name, cases, list) of the kinds of matter with most cases in the days asked for: shown where no issue is hot."""
    count: Counter[int] = Counter()
    for (_channel, leaf, _result), n in board.flow.ways.items():
        if leaf:
            count[leaf] += n
    return [
        (board.leaves[leaf], n, links.cases(category=board.codes[leaf])) for leaf, n in count.most_common(most) if n
    ]


def _percent(rate: Rate) -> str:
    return "—" if rate.value is None else f"{100 * rate.value:.1f}%"
