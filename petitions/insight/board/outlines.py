"""地图: outlines of areas from a GeoJSON file that the city supplies. Pure.

A map may be shown only with its approval number (审图号), so a file that does not say it as its caption is not used.
Areas are told apart by their code, never by their name: cities share names of districts. Outlines are cut to whole
steps of the picture, which is all that a screen can show of them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

WIDTH = 960  # steps of the picture; its height follows from the land
CAPTION_NAMES = ("审图号", "caption")
CODE_NAMES = ("code", "adcode")
Point = tuple[float, float]
Ring = list[Point]


class NoMap(ValueError):
    """地图文件用不了。"""


@dataclass(frozen=True)
class Shape:
    """One area in degrees: its rings, outer ones and holes alike."""

    code: str
    rings: tuple[Ring, ...]


@dataclass(frozen=True)
class Land:
    """What a file holds. `caption` stands under the map wherever it is shown."""

    caption: str
    shapes: tuple[Shape, ...]


@dataclass(frozen=True)
class Outline:
    """An area in the picture: `path` as SVG draws it, and where its name stands."""

    code: str
    path: str
    x: int
    y: int


@dataclass(frozen=True)
class Drawing:
    caption: str
    outlines: tuple[Outline, ...]
    width: int
    height: int


def read(data: bytes) -> Land:
    """Raises NoMap with the reason, in words for whoever supplied the file."""
    try:
        said = json.loads(data)
    except (ValueError, RecursionError) as wrong:
        raise NoMap("地图文件不是 JSON。") from wrong
    if not isinstance(said, dict) or said.get("type") != "FeatureCollection":
        raise NoMap("地图文件不是 GeoJSON 的 FeatureCollection。")
    caption = _caption(said)
    if not caption:
        raise NoMap("地图文件没有写审图号（文件级的 caption 或 审图号），不能展示。")
    features = said.get("features")
    shapes = tuple(_shapes(features if isinstance(features, list) else []))
    if not shapes:
        raise NoMap("地图文件里没有带编码（code 或 adcode）的区域。")
    return Land(caption, shapes)


def draw(land: Land, codes: Iterable[str]) -> Drawing | None:
    """Those areas alone, as large as the picture allows; None where the file has none of them."""
    wanted = set(codes)
    shapes = [shape for shape in land.shapes if shape.code in wanted]
    if not shapes:
        return None
    points = [point for shape in shapes for ring in shape.rings for point in ring]
    west, east = min(p[0] for p in points), max(p[0] for p in points)
    south, north = min(p[1] for p in points), max(p[1] for p in points)
    narrow = math.cos(math.radians((south + north) / 2))  # a degree of longitude against one of latitude
    scale = min(WIDTH / max((east - west) * narrow, 1e-9), WIDTH / max(north - south, 1e-9))
    placed = [
        (shape.code, [[((x - west) * narrow * scale, (north - y) * scale) for x, y in ring] for ring in shape.rings])
        for shape in shapes
    ]
    outlines = tuple(_outline(code, rings) for code, rings in placed)
    return Drawing(
        land.caption, outlines, round((east - west) * narrow * scale) or 1, round((north - south) * scale) or 1
    )


# ── inside ──
def _caption(said: dict[str, Any]) -> str:
    about = said.get("properties")
    for place in (said, about if isinstance(about, dict) else {}):
        for name in CAPTION_NAMES:
            if isinstance(place.get(name), str) and place[name].strip():
                return place[name].strip()[:120]
    return ""


def _shapes(features: list[Any]) -> Iterator[Shape]:
    for feature in features:
        if not isinstance(feature, dict):
            continue
        code, rings = _code(feature), tuple(_rings(feature.get("geometry")))
        if code and rings:
            yield Shape(code, rings)


def _code(feature: dict[str, Any]) -> str:
    about = feature.get("properties")
    known = about if isinstance(about, dict) else {}
    found = next((known[name] for name in CODE_NAMES if known.get(name)), feature.get("id"))
    return str(found) if isinstance(found, str | int) and not isinstance(found, bool) else ""


def _rings(geometry: Any) -> Iterator[Ring]:
    """Of a Polygon or MultiPolygon; anything else, and what is not in degrees, is left out."""
    if not isinstance(geometry, dict):
        return
    said = geometry.get("coordinates")
    polygons = {"Polygon": [said], "MultiPolygon": said}.get(str(geometry.get("type")))
    for polygon in polygons if isinstance(polygons, list) else ():
        for ring in polygon if isinstance(polygon, list) else ():
            points = [point for point in map(_point, ring if isinstance(ring, list) else ()) if point]
            if len(points) >= 3:
                yield points


def _point(said: Any) -> Point | None:
    if not (isinstance(said, list) and len(said) >= 2 and all(isinstance(n, int | float) for n in said[:2])):
        return None
    x, y = float(said[0]), float(said[1])
    return (x, y) if -180 <= x <= 180 and -90 <= y <= 90 else None


def _outline(code: str, rings: list[Ring]) -> Outline:
    whole = [_steps(ring) for ring in rings]
    path = "".join(f"M{'L'.join(f'{x} {y}' for x, y in ring)}Z" for ring in whole if len(ring) >= 3)
    largest = max(rings, key=lambda ring: abs(_area(ring)))
    x, y = _middle(largest)
    return Outline(code, path or _dot(x, y), round(x), round(y))


def _steps(ring: Ring) -> list[tuple[int, int]]:
    """On whole steps, without those that stay where the last one was."""
    found: list[tuple[int, int]] = []
    for x, y in ring:
        step = (round(x), round(y))
        if not found or step != found[-1]:
            found.append(step)
    return found


def _dot(x: float, y: float) -> str:
    """An area too small for the picture is still there to be opened."""
    left, top = round(x) - 2, round(y) - 2
    return f"M{left} {top}h4v4h-4Z"


def _area(ring: Ring) -> float:
    """Twice the area, its sign the sense of turning."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:] + ring[:1], strict=True))


def _middle(ring: Ring) -> Point:
    """Its centre of mass; the mean of its corners where it has no area."""
    area = _area(ring)
    if abs(area) < 1e-6:
        return sum(p[0] for p in ring) / len(ring), sum(p[1] for p in ring) / len(ring)
    pairs = [(a, b, a[0] * b[1] - b[0] * a[1]) for a, b in zip(ring, ring[1:] + ring[:1], strict=True)]
    return (
        sum((a[0] + b[0]) * cross for a, b, cross in pairs) / (3 * area),
        sum((a[1] + b[1]) * cross for a, b, cross in pairs) / (3 * area),
    )
