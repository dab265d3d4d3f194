"""The area tree as plain rows, and what a place that was found in a text is worth: where it is, and what to ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from routing.models import Area

# What is asked for, from the level that is missing first.
QUESTIONS = {"市": "哪个市", "区县": "哪个区县", "街道": "哪个街道（乡镇）", "社区": "哪个社区（村）"}


@dataclass(frozen=True)
class Place:
    """One area with the names people use for it; `path` is its codes from the root, closed by "/".

    An area that is closed stays known, for the cases that point at it; no new one is placed there.
    """

    id: int
    code: str
    name: str
    aliases: tuple[str, ...]
    level: str
    path: str
    full_name: str
    is_active: bool = True
    population: int | None = None


@dataclass(frozen=True)
class Choice:
    """One of several areas that a text may mean, and how likely it is (0 to 1)."""

    place: Place
    confidence: float


@dataclass(frozen=True)
class Found:
    """What the reader of a text found, in ids of areas; see `Resolution` for the same in words."""

    area_id: int | None = None
    confidence: float = 0.0
    candidates: tuple[int, ...] = ()
    candidate_confidence: float = 0.0
    missing: tuple[str, ...] = ()
    unknown_grid: int | None = None


@dataclass(frozen=True)
class Resolution:
    """Where a case is as far as that is known, the choices where it is not, and the sentence that asks for the rest.

    `ask` is empty when nothing has to be asked.
    """

    place: Place | None
    confidence: float
    choices: tuple[Choice, ...]
    missing: tuple[str, ...]
    ask: str


def resolve(found: Found, places: Mapping[int, Place], *, floor: float = 0.0) -> Resolution:
    """What was found, with the question that an operator reads out. Areas that are gone meanwhile are not known.

    An area that is less sure than `floor` is no place yet but a choice to confirm.
    """
    place = places.get(found.area_id) if found.area_id else None
    choices = tuple(Choice(places[pk], found.candidate_confidence) for pk in found.candidates if pk in places)
    if place and found.confidence < floor:
        place, choices = None, choices or (Choice(place, found.confidence),)
    return Resolution(place, found.confidence, choices, found.missing, _question(place, choices, found))


def _question(place: Place | None, choices: Sequence[Choice], found: Found) -> str:
    if choices:
        end = "请确认是哪一处。" if len(choices) > 1 else "请确认。"
        return f"可能是{'，也可能是'.join(_said(each.place) for each in choices)}：{end}"
    if found.unknown_grid is not None:
        return _grid_question(place, found.unknown_grid)
    if not found.missing:
        return ""
    wanted = "、".join(QUESTIONS[level] for level in found.missing)
    return f"只知道在{_said(place)}：请问清是{wanted}。" if place else f"没有地点：请问清是{wanted}。"


def _grid_question(place: Place | None, grid: int) -> str:
    if place and place.level == "community":
        return f"{_said(place)}没有第{grid}网格：请核对网格号。"
    known = f"在{_said(place)}，" if place else ""
    return f"知道{known}是第{grid}网格，但不知道属于哪个社区：请问清是{QUESTIONS['社区']}。"


def _said(place: Place) -> str:
    """The full name without the city, which everybody on the phone knows."""
    parts = place.full_name.split(" ")
    return "".join(parts[1:] if len(parts) > 1 else parts)


def all_places() -> tuple[Place, ...]:
    names = ("id", "code", "name", "aliases", "level", "path", "full_name", "is_active", "population")
    rows = Area.objects.order_by("path").values_list(*names)
    return tuple(Place(pk, code, name, tuple(aliases), *rest) for pk, code, name, aliases, *rest in rows)
