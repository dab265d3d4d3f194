"""The pictures that the server draws on a board: tiles of places, on-time bars of units, hot issues, leaves."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from frontend.board_links import Links
from frontend.board_tables import Cell, Picture
from frontend.rank_bars import Bar, percent, ranked
from petitions.insight.board.outlines import Drawing
from petitions.insight.board.reading import Board
from petitions.insight.board.tiles import Tile, tile_of
from petitions.insight.rates import Rate
from routing.places import Place

TILE_WIDTH, TILE_HEIGHT, GAP = 156, 94, 6
LEVELS = 5
PER = 10_000  # residents
MOST_BARS = 5  # at each end of the order


@dataclass(frozen=True)
class Drawn:
    """A place with where it stands in the picture, what it says, and how dark it is (0 to LEVELS − 1).

    A tile has its corner in `x` and `y`, an area of the map its outline in `path` and its name at `x` and `y`.
    """

    x: int
    y: int
    name: str
    number: str
    small: str
    level: int
    is_below: bool
    href: str
    says: str
    path: str = ""


@dataclass(frozen=True)
class Map:
    """`edges` are the least values of each level but the first. `caption` is there for the map and not for tiles."""

    picture: Picture
    tiles: tuple[Drawn, ...]
    width: int
    height: int
    edges: tuple[str, ...]
    caption: str = ""


@dataclass(frozen=True)
class Bars:
    picture: Picture
    best: tuple[Bar, ...]
    worst: tuple[Bar, ...]


@dataclass(frozen=True)
class Here:
    """What is known of one place in the days asked for."""

    place: Place
    received: int
    rate: Rate

    @property
    def per_residents(self) -> float | None:
        """Cases for every PER residents; None where their number is not known."""
        return PER * self.received / self.place.population if self.place.population else None

    @property
    def share(self) -> str:
        return "" if self.rate.value is None else f"{100 * self.rate.value:.0f}%"

    def value(self, metric: str) -> float | None:
        """What the shade says."""
        return {"content": self.rate.value, "residents": self.per_residents}.get(metric, float(self.received))

    def says(self) -> str:
        said = {"name": self.place.name, "n": self.received, "share": self.share or _("暂无"), "rated": self.rate.n}
        words = _("%(name)s：受理 %(n)s 件，满意率 %(share)s，已评 %(rated)s 件") % said
        if self.per_residents is None:
            return words
        return words + _("，每万人 %(n)s 件") % {"n": f"{self.per_residents:.1f}"}


def places_here(board: Board, shown: list[Tile], places: dict[int, Place]) -> tuple[list[Here], int]:
    """The places shown, and how many cases are not known to lie in any of them."""
    received: Counter[str] = Counter()
    content: Counter[str] = Counter()
    rated: Counter[str] = Counter()
    for (area, result), n in board.flow.places.items():
        tile = tile_of(places.get(area) if area else None, shown)
        code = tile.place.code if tile else ""
        received[code] += n
        content[code] += n if result == "content" else 0
        rated[code] += n if result in ("content", "discontent") else 0
    codes = [(tile.place, tile.place.code) for tile in shown]
    return [Here(place, received[code], Rate(content[code], rated[code])) for place, code in codes], received[""]


def tile_map(here: list[Here], elsewhere: int, links: Links, shown: list[Tile], target: float) -> Map:
    edges = _edges(here, links.metric)
    spots = [(tile.col * (TILE_WIDTH + GAP), tile.row * (TILE_HEIGHT + GAP)) for tile in shown]
    return Map(
        _map_picture(links, here, elsewhere),
        tuple(_drawn(each, links, edges, target, x, y) for each, (x, y) in zip(here, spots, strict=True)),
        max((x for x, _y in spots), default=0) + TILE_WIDTH,
        max((y for _x, y in spots), default=0) + TILE_HEIGHT,
        _edge_words(edges, links.metric),
    )


def outline_map(here: list[Here], elsewhere: int, links: Links, drawing: Drawing, target: float) -> Map:
    """The same places as the city's own map draws them; those that the file does not have are in the table."""
    edges, by_code = _edges(here, links.metric), {each.place.code: each for each in here}
    drawn = tuple(
        replace(_drawn(by_code[each.code], links, edges, target, each.x, each.y), path=each.path)
        for each in drawing.outlines
    )
    picture, words = _map_picture(links, here, elsewhere), _edge_words(edges, links.metric)
    return Map(picture, drawn, drawing.width, drawing.height, words, drawing.caption)


def _drawn(here: Here, links: Links, edges: tuple[float, ...], target: float, x: int, y: int) -> Drawn:
    below = here.rate.interval is not None and here.rate.interval[1] < target  # surely below, not by chance
    value = here.value(links.metric)
    number, small = f"{here.received:,}", here.share
    if links.metric == "residents":
        number, small = ("—", _("人口未填")) if value is None else (f"{value:.1f}", _("%(n)s 件") % {"n": number})
    return Drawn(
        x,
        y,
        here.place.name,
        number,
        small,
        sum((value or 0.0) >= edge for edge in edges),
        below,
        links.board(area=here.place.code),
        here.says(),
    )


def _edges(here: list[Here], metric: str) -> tuple[float, ...]:
    """Where the shades change: shares of the most, cut to what can be said."""
    if metric == "content":
        return (0.6, 0.8, 0.9, 0.95)
    least, digits = (0.1, 1) if metric == "residents" else (1.0, 0)
    most = max((each.value(metric) or 0.0 for each in here), default=0.0)
    steps = {max(least, round(most * part, digits)) for part in (0.2, 0.4, 0.6, 0.8)}
    return tuple(sorted(steps)) if most else (least,)


def _edge_words(edges: tuple[float, ...], metric: str) -> tuple[str, ...]:
    if metric == "content":
        return tuple(f"{100 * edge:.0f}%" for edge in edges)
    return tuple(f"{edge:.1f}" if metric == "residents" else f"{edge:,.0f}" for edge in edges)


def _map_picture(links: Links, here: list[Here], elsewhere: int) -> Picture:
    order = sorted(here, key=lambda each: (-each.received, each.place.path))
    label = _("没有下一级区域")
    if order:
        label = _("各地受理量方格图：%(name)s %(n)s 件，最多") % {"name": order[0].place.name, "n": order[0].received}
    has_residents = any(each.place.population for each in here)
    heads = [_("区域"), _("受理"), _("满意率"), _("已评"), *([_("每万人受理")] if has_residents else [])]
    rows = [_map_row(each, links, has_residents=has_residents) for each in order]
    if elsewhere:
        rows.append([Cell(_("地点未到这一级")), Cell(elsewhere), Cell("—"), Cell(""), *[Cell("—")] * has_residents])
    return Picture("map", label, heads, rows, links.sheet("map"))


def _map_row(here: Here, links: Links, *, has_residents: bool) -> list[Cell]:
    code, per = here.place.code, here.per_residents
    residents = [Cell(_("人口未填") if per is None else f"{per:.1f}")] if has_residents else []
    return [
        Cell(here.place.name, links.board(area=code)),
        Cell(here.received, links.cases(area=code)),
        Cell(percent(here.rate)),
        Cell(here.rate.n, links.cases(area=code, result=["content", "discontent"])),
        *residents,
    ]


def bars(board: Board, links: Links, target: float, may_list: Any) -> Bars:
    """Units in the order of their share of cases closed in time; where few have enough cases, all are shown."""
    lines, placed = ranked(
        board.lines,
        board.units,
        least=board.formula.min_n,
        target=target,
        address=lambda unit: (
            links.scores("closed_late", unit) if may_list(unit) else "",
            links.board(unit=unit, area=""),
        ),
    )
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
    shown = lines[:placed] or lines[: 2 * MOST_BARS]
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
