"""方格图: one equal tile for each part of an area. Pure.

Equal tiles, so that a small busy part is as visible as a large quiet one; no boundary data, no map to license.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from routing.places import Place

COLUMNS = 4


@dataclass(frozen=True)
class Tile:
    place: Place
    col: int
    row: int


def tiles(places: Iterable[Place], inside: Place, drawn: Mapping[str, list[int]]) -> list[Tile]:
    """The tiles strictly inside an area: those that the city drew ([column, row] by code), else its parts in rows."""
    within = [place for place in places if place.path.startswith(inside.path) and place.path != inside.path]
    chosen = [place for place in within if place.code in drawn]
    chosen = [place for place in chosen if not _is_inside_one_of(place, chosen)]
    if chosen:
        left, top = (min(drawn[place.code][side] for place in chosen) for side in (0, 1))
        return [Tile(place, drawn[place.code][0] - left, drawn[place.code][1] - top) for place in chosen]
    depth = inside.path.count("/") + 1
    children = [place for place in within if place.path.count("/") == depth]
    return [Tile(place, at % COLUMNS, at // COLUMNS) for at, place in enumerate(children)]


def tile_of(place: Place | None, shown: Iterable[Tile]) -> Tile | None:
    """The tile that a place lies in."""
    return next((tile for tile in shown if place and place.path.startswith(tile.place.path)), None)


def _is_inside_one_of(place: Place, others: Collection[Place]) -> bool:
    return any(place.path.startswith(other.path) and place is not other for other in others)
