"""Two pictures of monthly topics, drawn by the server: a river of the largest ones, and tiles of the places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from petitions.insight.board.tiles import Tile, tile_of
from petitions.insight.queries.topics import Stream
from routing.places import Place

WIDTH, HEIGHT = 960, 320
# A stream is labelled where it is widest, if a line of text fits in there.
LABEL_ROOM = 18
TILE_WIDTH, TILE_HEIGHT, GAP = 156, 94, 6
LEVELS = 5


@dataclass(frozen=True)
class Layer:
    """One stream of the river: its outline, its tone (0 to 8), and where its name stands ('' where it does not fit)."""

    outline: str
    tone: int
    name: str
    href_topic: int | None
    says: str
    label: str
    x: float
    y: float


@dataclass(frozen=True)
class River:
    label: str
    layers: tuple[Layer, ...]
    months: tuple[tuple[float, str], ...]
    width: int = WIDTH
    height: int = HEIGHT


def river(span: Sequence[date], streams: Sequence[Stream]) -> River | None:
    """The streams on top of each other; nothing with fewer than two months."""
    if len(span) < 2 or not streams:
        return None
    tops = [sum(stream.counts[at] for stream in streams) for at in range(len(span))]
    scale = HEIGHT / max(*tops, 1)
    xs = [round(WIDTH * at / (len(span) - 1), 1) for at in range(len(span))]
    floor = [(HEIGHT - top * scale) / 2 for top in tops]
    layers = []
    for tone, stream in enumerate(streams):
        ceiling = floor
        floor = [y + count * scale for y, count in zip(ceiling, stream.counts, strict=True)]
        layers.append(_layer(tone, stream, xs, ceiling, floor))
    months = tuple((x, f"{month:%y-%m}") for x, month in zip(xs, span, strict=True))
    return River(_river_label(span, streams), tuple(layers), months)


def _layer(tone: int, stream: Stream, xs: Sequence[float], upper: Sequence[float], lower: Sequence[float]) -> Layer:
    points = [*zip(xs, upper, strict=True), *reversed(list(zip(xs, lower, strict=True)))]
    inner = range(1, len(xs) - 1) if len(xs) > 2 else range(0)
    widest = max(inner, key=lambda at: lower[at] - upper[at], default=None)
    fits = widest is not None and lower[widest] - upper[widest] >= LABEL_ROOM
    name = str(stream.topic) if stream.topic else _("其余主题")
    return Layer(
        outline="M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + "Z",
        tone=tone,
        name=name,
        href_topic=stream.topic.pk if stream.topic else None,
        says=_("%(name)s：共 %(n)s 件") % {"name": name, "n": sum(stream.counts)},
        label=name if fits else "",
        x=xs[widest] if fits and widest is not None else 0.0,
        y=round((upper[widest] + lower[widest]) / 2 + 5, 1) if fits and widest is not None else 0.0,
    )


def _river_label(span: Sequence[date], streams: Sequence[Stream]) -> str:
    largest = max((s for s in streams if s.topic), key=lambda stream: sum(stream.counts), default=None)
    return _("%(first)s 至 %(last)s 各主题每月件数；最多的是“%(name)s”，共 %(n)s 件") % {
        "first": f"{span[0]:%Y-%m}",
        "last": f"{span[-1]:%Y-%m}",
        "name": largest.topic if largest else "",
        "n": sum(largest.counts) if largest else 0,
    }


@dataclass(frozen=True)
class Drawn:
    """A tile: its place in the picture, how dark it is (0 to LEVELS − 1), and the path of its area."""

    x: int
    y: int
    name: str
    n: int
    level: int
    path: str
    says: str


@dataclass(frozen=True)
class TileMap:
    """`elsewhere`: cases whose place is not known or lies in no tile."""

    label: str
    tiles: tuple[Drawn, ...]
    elsewhere: int
    width: int
    height: int


def tile_map(counts: Mapping[int | None, int], shown: Sequence[Tile], places: Mapping[int, Place]) -> TileMap:
    inside = {tile.place.code: 0 for tile in shown}
    elsewhere = 0
    for area, n in counts.items():
        tile = tile_of(places.get(area) if area else None, shown)
        if tile:
            inside[tile.place.code] += n
        else:
            elsewhere += n
    most = max(inside.values(), default=0)
    drawn = tuple(_drawn(tile, inside[tile.place.code], most) for tile in shown)
    busiest = max(drawn, key=lambda tile: tile.n, default=None)
    label = _("各区域件数；最多的是%(name)s，%(n)s 件") % {"name": busiest.name, "n": busiest.n} if busiest else ""
    return TileMap(
        label,
        drawn,
        elsewhere,
        (max((tile.col for tile in shown), default=0) + 1) * (TILE_WIDTH + GAP),
        (max((tile.row for tile in shown), default=0) + 1) * (TILE_HEIGHT + GAP),
    )


def _drawn(tile: Tile, n: int, most: int) -> Drawn:
    values: dict[str, Any] = {"name": tile.place.name, "n": n}
    return Drawn(
        x=tile.col * (TILE_WIDTH + GAP),
        y=tile.row * (TILE_HEIGHT + GAP),
        level=min(LEVELS - 1, -(-n * (LEVELS - 1) // most)) if n else 0,
        path=tile.place.path,
        says=_("%(name)s %(n)s 件") % values,
        **values,
    )
