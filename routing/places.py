"""The area tree as plain rows, for whoever has to find a place in a text."""

from __future__ import annotations

from dataclasses import dataclass

from routing.models import Area


@dataclass(frozen=True)
class Place:
    """One area with the names people use for it; `path` is its codes from the root, closed by "/"."""

    id: int
    code: str
    name: str
    aliases: tuple[str, ...]
    level: str
    path: str
    full_name: str


def all_places() -> tuple[Place, ...]:
    rows = Area.objects.order_by("path").values_list("id", "code", "name", "aliases", "level", "path", "full_name")
    return tuple(Place(pk, code, name, tuple(aliases), *rest) for pk, code, name, aliases, *rest in rows)
