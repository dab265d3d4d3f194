"""The places that alerts speak of: the city, its districts, their streets. From the rules in memory, no statement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from routing.places import Place
from routing.rulebook import Rulebook

LEVELS = ("city", "district", "street")


@dataclass(frozen=True)
class Tree:
    """Places by key, from the city down."""

    places: dict[int, Place]

    @classmethod
    def of(cls, rules: Rulebook) -> Tree:
        return cls({place.id: place for place in rules.places if place.level in LEVELS})

    @cached_property
    def root(self) -> Place:
        """The city; StopIteration never comes where areas are loaded."""
        return min(self.places.values(), key=lambda place: (LEVELS.index(place.level), place.path))

    @cached_property
    def _by_path(self) -> dict[str, int]:
        return {place.path: place.id for place in self.places.values()}

    @cached_property
    def children(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = defaultdict(list)
        for place in sorted(self.places.values(), key=lambda each: each.path):
            above = next(iter(self.above(place.path, itself=False)), None)
            if above is not None:
                found[above].append(place.id)
        return found

    def above(self, path: str, *, itself: bool = True) -> Iterator[int]:
        """The place of the path and those that contain it, the smallest first."""
        codes = path.strip("/").split("/")
        for length in range(len(codes) - (not itself), 0, -1):
            known = self._by_path.get("/".join(codes[:length]) + "/")
            if known is not None:
                yield known

    def counting(self, area_id: int | None, rules: Rulebook) -> list[int]:
        """The places in which a case of this area counts; where the area is not known, in the city alone."""
        place = rules.area(area_id)
        return list(self.above(place.path)) if place else [self.root.id]

    def around(self, area_id: int) -> set[int]:
        """The place, all that contain it and all inside it."""
        path = self.places[area_id].path
        return {*self.above(path), *(place.id for place in self.places.values() if place.path.startswith(path))}

    def siblings(self, area_id: int) -> list[int]:
        """The other places of the same level: what the effect of a measure is compared with."""
        level = self.places[area_id].level
        return [place.id for place in self.places.values() if place.level == level and place.id != area_id]
