"""Which area a message is about: names from the area tree, the deepest chain that fits together.

Names are ambiguous (every county has a 城关镇), so each name keeps all areas it may mean, and the names vote: an
area is supported by its own name and by those of the areas above it, and contradicted by names that lie elsewhere.
Where the votes do not decide, the choices are told with how sure each is, never one of them as the answer.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from nlp.core.place_names import FULL, LEVELS, NAMED_AFTER, Area, Named, Names, each_name

__all__ = ["LEVELS", "LEVEL_NAMES", "Area", "Gazetteer", "Mention", "Place"]

LEVEL_NAMES = dict(zip(LEVELS, ("省", "市", "区县", "街道", "社区", "网格"), strict=True))
READ_CHARACTERS = 4_000
# How much surer areas above make us that are named too.
CONFIRMED = 0.08
# A name that lies elsewhere takes half of what a fitting one gives: it may be only a comparison.
CONTRADICTED = 0.5
# Of different areas with equal votes the one named first is taken, with less certainty.
FIRST_OF_SEVERAL = 0.7
# An area that is named this many times as often as another is the one that the text is about.
OFTEN = 2
# More choices than these help nobody: then what they have in common is told, and the rest is asked for.
MOST_CANDIDATES = 6


@dataclass(frozen=True)
class Mention:
    """A name that stands in the text at [start, end) and the area it was read as."""

    text: str
    start: int
    end: int
    area_id: int


@dataclass(frozen=True)
class Place:
    """The area, how sure (0 to 1), the mentions it rests on, and the levels that still have to be asked for.

    `candidates` are the ids between which the text does not decide, each as sure as `candidate_confidence`. The area
    is then the one that is named first, or, where one name means several, what they have in common. `unknown_grid` is
    the number of a grid that was named and that the area does not have, or not one alone.
    """

    area_id: int | None = None
    area_path: str = ""
    level: str = ""
    confidence: float = 0.0
    evidence: tuple[Mention, ...] = ()
    missing: tuple[str, ...] = ("市", "区县", "街道")
    candidates: tuple[int, ...] = ()
    candidate_confidence: float = 0.0
    unknown_grid: int | None = None


class Gazetteer:
    """The names of an area tree, ready for look-up; build once, use from any thread."""

    def __init__(self, areas: Iterable[Area]) -> None:
        self.areas = {area.path: area for area in areas}
        self._names = Names(self.areas.values())
        self._levels_below: dict[str, set[str]] = defaultdict(set)
        for area in self.areas.values():
            for above in _chain(area.path)[:-1]:
                self._levels_below[above].add(area.level)
        roots = [area for area in self.areas.values() if area.depth == 1]
        # A hotline of one city need not ask for the city.
        self._home = roots[0].path if len(roots) == 1 else ""

    def locate(self, text: str, *, known_path: str = "") -> Place:
        """The area that a cleaned text names. `known_path` is what is known otherwise, such as the caller's choice."""
        found = self._names.find(text[:READ_CHARACTERS])
        grid = next((named.grid for named in found if named.grid is not None), None)
        named = _certain(self._without_lonely_grids(found, known_path), known_path)
        support = self._support(named, known_path)
        if not support:
            return replace(self._known(known_path), unknown_grid=grid)
        best = max(support.values())
        equal = [path for path, votes in support.items() if votes == best and not _has_deeper(path, best, support)]
        place = self._place(equal, named) if len(equal) == 1 else self._one_of(equal, named, known_path)
        return place if place.level == "grid" else replace(place, unknown_grid=grid)

    def _one_of(self, equal: list[str], named: Sequence[Named], known_path: str) -> Place:
        """Of several areas the known one or one that is named far oftener; else what they have in common, if that was
        named or one name means all of them; else the one that is named first."""
        common = _common(equal)
        told = [known_path] if known_path in equal else _named_often(equal, named)
        first = told or _named_first(equal, named)
        is_named = any(area.path == common for each in named for area, _ in each.readings)
        if told or (len(first) < len(equal) and not is_named):
            place = self._place(first, named)
            sure = round(place.confidence * FIRST_OF_SEVERAL, 3)
        else:
            place = self._place(equal, named)
            sure = place.confidence
        return self._among(place, equal, sure) if len(equal) <= MOST_CANDIDATES else replace(place, confidence=sure)

    def _without_lonely_grids(self, found: Sequence[Named], known_path: str) -> list[Named]:
        """A grid's number says something only inside an area that is known to have one such grid."""
        inside = [area.path for named in found if named.grid is None for area, _ in named.readings]
        inside += [known_path] if known_path in self.areas else []
        kept = []
        for named in found:
            if named.grid is not None:
                here = [each for each in named.readings if any(each[0].path.startswith(path) for path in inside)]
                communities = {each[0].path.rstrip("/").rpartition("/")[0] + "/" for each in here}
                told = communities & set(inside)
                named = replace(named, readings=tuple(e for e in here if any(e[0].path.startswith(c) for c in told)))
            kept.append(named)
        return [named for named in kept if named.readings]

    def _support(self, named: Sequence[Named], known_path: str) -> dict[str, float]:
        """For each area that was named: the votes for it."""
        readings = [_strongest(each, named) for each in each_name(named)]
        if known_path in self.areas:
            readings.append({known_path: FULL})
        paths = {path for reading in readings for path in reading}
        return {path: round(sum(_vote(path, each) for each in readings), 3) for path in sorted(paths)}

    def _place(self, paths: list[str], named: Sequence[Named]) -> Place:
        chain = paths[0] if len(paths) == 1 else _common(paths)
        area = self.areas.get(chain)
        evidence = tuple(
            Mention(each.text, each.start, each.end, meant.id)
            for each in named
            for meant, _ in each.readings
            if any(path.startswith(meant.path) for path in paths)
        )
        told = {*paths, chain}
        weight = max((weight for each in named for meant, weight in each.readings if meant.path in told), default=FULL)
        agreeing = len({mention.area_id for mention in evidence if len(paths) == 1})
        sure = round(min(0.99, weight + CONFIRMED * max(agreeing - 1, 0)), 3)
        return Place(
            area_id=area.id if area else None,
            area_path=chain,
            level=area.level if area else "",
            confidence=sure if area else 0.0,
            evidence=evidence,
            missing=self._missing(chain),
        )

    def _among(self, place: Place, paths: Sequence[str], sure: float) -> Place:
        """The place with its choices; together they are as likely as one certain reading."""
        each = round(FULL / len(paths), 3)
        ids = tuple(sorted(self.areas[path].id for path in paths))
        return replace(place, confidence=sure, candidates=ids, candidate_confidence=each)

    def _known(self, path: str) -> Place:
        area = self.areas.get(path)
        if area is None:
            return Place(missing=self._missing(self._home))
        return Place(area.id, path, area.level, FULL, (), self._missing(path))

    def _missing(self, path: str) -> tuple[str, ...]:
        """The levels below the area that the tree has and dispatching needs, down to the community."""
        below = self._levels_below.get(path, set()) if path else {area.level for area in self.areas.values()}
        return tuple(LEVEL_NAMES[level] for level in LEVELS[1:5] if level in below)


def _has_deeper(path: str, votes: float, support: Mapping[str, float]) -> bool:
    return any(other != path and other.startswith(path) and found == votes for other, found in support.items())


def _certain(named: list[Named], known_path: str) -> list[Named]:
    """Names that may be only a part of another one (江南大道) speak where nothing else does."""
    certain = [each for each in named if max(weight for _, weight in each.readings) > NAMED_AFTER]
    return certain if certain or known_path else named


def _named_often(paths: Sequence[str], named: Sequence[Named]) -> list[str]:
    """The one of the areas that is named at least twice as often as each other, if there is one."""
    counts = {path: sum(any(area.path == path for area, _ in each.readings) for each in named) for path in paths}
    most = max(paths, key=lambda path: counts[path])
    return [most] if all(counts[most] >= OFTEN * counts[path] for path in paths if path != most) else []


def _strongest(name: Named, named: Sequence[Named]) -> dict[str, float]:
    """What a name may mean; written twice, its surer writing counts (江南大道, then 江南区)."""
    found: dict[str, float] = {}
    for each in named:
        if each.text == name.text:
            for area, weight in each.readings:
                found[area.path] = max(weight, found.get(area.path, 0.0))
    return found


def _named_first(paths: Sequence[str], named: Sequence[Named]) -> list[str]:
    """Those of the areas whose own name stands first: a complaint says where it is before it compares."""
    at = {area.path: each.start for each in reversed(named) for area, _ in each.readings}
    earliest = min((at[path] for path in paths if path in at), default=0)
    return [path for path in paths if at.get(path, earliest) == earliest]


def _vote(path: str, reading: Mapping[str, float]) -> float:
    """What one name says about an area: for it, when it may mean the area or one above; against it, when elsewhere."""
    above = [weight for other, weight in reading.items() if path.startswith(other)]
    if above:
        return max(above)
    below = any(other.startswith(path) for other in reading)
    return 0.0 if below else -CONTRADICTED * max(reading.values())


def _chain(path: str) -> list[str]:
    """The path of each area from the top down to this one."""
    codes = path.rstrip("/").split("/")
    return ["".join(f"{code}/" for code in codes[: depth + 1]) for depth in range(len(codes))]


def _common(paths: Sequence[str]) -> str:
    """The deepest area above all of them, as a path ("" when there is none)."""
    shared = set(_chain(paths[0])).intersection(*map(_chain, paths[1:]))
    return max(shared, key=len, default="")
