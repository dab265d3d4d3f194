"""一人多诉 and 多人同诉: the same person again and again, or many people about the same thing at once. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import asin, cos, radians, sin, sqrt

NEAR = 300.0  # metres
EARTH = 6_371_000.0


@dataclass(frozen=True)
class Told:
    """One case as these rules read it. `spot`: the object or address, '' where none; `at_point`: (lat, lon)."""

    case: int
    caller: int | None
    leaf: int | None
    area: int | None
    at: datetime
    spot: str = ""
    at_point: tuple[float, float] | None = None


def one_caller(cases: Iterable[Told], *, count: int, within: timedelta) -> list[tuple[Told, ...]]:
    """Each person's cases on one matter, where at least `count` of them lie `within` a span; the newest such span."""
    by_person: dict[tuple[int, int], list[Told]] = defaultdict(list)
    for told in cases:
        if told.caller is not None and told.leaf is not None:
            by_person[told.caller, told.leaf].append(told)
    found = []
    for key in sorted(by_person):
        told = sorted(by_person[key], key=lambda each: (each.at, each.case))
        recent = tuple(each for each in told if told[-1].at - each.at <= within)
        if len(recent) >= count:
            found.append(recent)
    return found


def many_callers(cases: Iterable[Told], *, people: int, within: timedelta) -> list[tuple[Told, ...]]:
    """Cases of one matter about one object or within NEAR of each other, of at least `people` callers within a span.

    A case without a caller counts as nobody: five nameless messages may be one person's.
    """
    by_leaf: dict[int, list[Told]] = defaultdict(list)
    for told in cases:
        if told.leaf is not None:
            by_leaf[told.leaf].append(told)
    found = []
    for leaf in sorted(by_leaf):
        for group in _together(sorted(by_leaf[leaf], key=lambda each: (each.at, each.case))):
            recent = tuple(each for each in group if group[-1].at - each.at <= within)
            if len({each.caller for each in recent if each.caller is not None}) >= people:
                found.append(recent)
    return found


def metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Along the ground, between two (lat, lon)."""
    lat, lon, lat_too, lon_too = map(radians, (*one, *other))
    half = sin((lat_too - lat) / 2) ** 2 + cos(lat) * cos(lat_too) * sin((lon_too - lon) / 2) ** 2
    return 2 * EARTH * asin(min(sqrt(half), 1.0))


def _together(cases: Sequence[Told]) -> list[list[Told]]:
    """Groups by shared spot in the same area, or by nearness to the group's first point (so that no chain grows)."""
    groups: list[list[Told]] = []
    for told in cases:
        fitting = next(
            (group for group in groups if any(_is_same(told, each) for each in group[:1] + group[-1:])), None
        )
        if fitting is None:
            groups.append([told])
        else:
            fitting.append(told)
    return groups


def _is_same(one: Told, other: Told) -> bool:
    if one.at_point and other.at_point:
        return metres(one.at_point, other.at_point) <= NEAR
    return bool(one.spot) and one.spot == other.spot and one.area == other.area
