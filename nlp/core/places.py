"""Which area a message is about: names from the area tree, the deepest chain that fits together.

Names are ambiguous (every county has a 城关镇), so each name keeps all areas it may mean, and the names vote: an
area is supported by its own name and by those of the areas above it, and contradicted by names that lie elsewhere.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from nlp.core.segment import frequency

LEVELS = ("province", "city", "district", "street", "community", "grid")
LEVEL_NAMES = dict(zip(LEVELS, ("省", "市", "区县", "街道", "社区", "网格"), strict=True))
# What people leave out: 青山街道 → 青山, but not 东区 → 东: what is left must still be a name.
_SUFFIX = re.compile(
    r"(?:街道办事处|社区居委会|村民委员会|村委会|居委会|街道|社区|自治县|新区|开发区|省|市|区|县|镇|乡|村|网格)$"
)
LEAST_SHORT_NAME = 2
# From this count in jieba's dictionary on, a two-character word is an everyday word (路口 has 416, 泉塘 0).
EVERYDAY = 300
READ_CHARACTERS = 4_000
# How sure a mention makes us, by how much of the area's name is written out and whether areas above agree.
FULL, SHORT = 0.9, 0.6
CONFIRMED = 0.08
# A name that lies elsewhere takes half of what a fitting one gives: it may be only a comparison.
CONTRADICTED = 0.5
# Of different areas with equal votes the one named first is taken, with less certainty.
FIRST_OF_SEVERAL = 0.7


@dataclass(frozen=True)
class Area:
    """A row of the area tree; `path` is the codes from the top down, each followed by a slash."""

    id: int
    code: str
    name: str
    level: str
    path: str
    aliases: tuple[str, ...] = ()

    @property
    def depth(self) -> int:
        return self.path.count("/")


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

    `candidates` are the ids between which the text does not decide. The area is then the one that is named first,
    or, where one name means several, what they have in common.
    """

    area_id: int | None = None
    area_path: str = ""
    level: str = ""
    confidence: float = 0.0
    evidence: tuple[Mention, ...] = ()
    missing: tuple[str, ...] = ("市", "区县", "街道")
    candidates: tuple[int, ...] = ()


class Gazetteer:
    """The names of an area tree, ready for look-up; build once, use from any thread."""

    def __init__(self, areas: Iterable[Area]) -> None:
        self.areas = {area.path: area for area in areas}
        self._by_name: dict[str, list[tuple[Area, float]]] = defaultdict(list)
        for area in self.areas.values():
            for name, weight in _names(area):
                self._by_name[name].append((area, weight))
        self._lengths: dict[str, list[int]] = defaultdict(list)
        for name in self._by_name:
            if len(name) not in self._lengths[name[:LEAST_SHORT_NAME]]:
                self._lengths[name[:LEAST_SHORT_NAME]].append(len(name))
        for lengths in self._lengths.values():
            lengths.sort(reverse=True)
        self._levels_below: dict[str, set[str]] = defaultdict(set)
        for area in self.areas.values():
            for above in _chain(area.path)[:-1]:
                self._levels_below[above].add(area.level)

    def locate(self, text: str, *, known_path: str = "") -> Place:
        """The area that a cleaned text names. `known_path` is what is known otherwise, such as the caller's choice."""
        named = list(self._mentions(text[:READ_CHARACTERS]))
        support = self._support({name for _, name in named}, known_path)
        if not support:
            return self._known(known_path)
        best = max(support.values())
        equal = [path for path, votes in support.items() if votes == best]
        first = self._named_first(equal, named) if len(equal) > 1 else equal
        place = self._place(first, named)
        if len(first) == len(equal):
            return place
        candidates = tuple(sorted(self.areas[path].id for path in equal))
        return replace(place, confidence=round(place.confidence * FIRST_OF_SEVERAL, 3), candidates=candidates)

    def _named_first(self, paths: Sequence[str], named: Sequence[tuple[int, str]]) -> list[str]:
        """Those of the areas whose own name stands first: a complaint says where it is before it compares."""
        at = {path: position for position, name in reversed(named) for path in self._paths(name)}
        earliest = min((at[path] for path in paths if path in at), default=0)
        return [path for path in paths if at.get(path, earliest) == earliest]

    def _paths(self, name: str) -> Iterator[str]:
        return (area.path for area, _ in self._by_name[name])

    def _mentions(self, text: str) -> Iterator[tuple[int, str]]:
        """Every name in the text, the longest at each position, without overlaps."""
        at = 0
        while at < len(text):
            lengths = self._lengths.get(text[at : at + LEAST_SHORT_NAME], ())
            name = next((text[at : at + length] for length in lengths if text[at : at + length] in self._by_name), "")
            if name:
                yield at, name
            at += len(name) or 1

    def _support(self, names: set[str], known_path: str) -> dict[str, tuple[float, int]]:
        """For each area that was named: the votes for it, and its depth to prefer the closer of equals."""
        readings = [{area.path: weight for area, weight in self._by_name[name]} for name in sorted(names)]
        if known_path in self.areas:
            readings.append({known_path: FULL})
        paths = {path for reading in readings for path in reading}
        return {
            path: (round(sum(_vote(path, each) for each in readings), 3), path.count("/")) for path in sorted(paths)
        }

    def _place(self, paths: list[str], named: Sequence[tuple[int, str]]) -> Place:
        chain = paths[0] if len(paths) == 1 else _common(paths)
        area = self.areas.get(chain)
        evidence = tuple(
            Mention(name, at, at + len(name), meant.id)
            for at, name in named
            for meant, _ in self._by_name[name]
            if any(path.startswith(meant.path) for path in paths)
        )
        weight = max(
            (w for name in {n for _, n in named} for a, w in self._by_name[name] if a.path in paths), default=FULL
        )
        agreeing = len({mention.area_id for mention in evidence})
        sure = min(0.99, weight + CONFIRMED * (agreeing - 1))
        return Place(
            area_id=area.id if area else None,
            area_path=chain,
            level=area.level if area else "",
            confidence=round(sure, 3) if area else 0.0,
            evidence=evidence,
            missing=self._missing(chain),
            candidates=tuple(sorted(self.areas[path].id for path in paths)) if len(paths) > 1 else (),
        )

    def _known(self, path: str) -> Place:
        area = self.areas.get(path)
        if area is None:
            return Place(missing=self._missing(""))
        return Place(area.id, path, area.level, FULL, (), self._missing(path))

    def _missing(self, path: str) -> tuple[str, ...]:
        """The levels below the area that the tree has and dispatching needs, down to the community."""
        below = self._levels_below.get(path, set()) if path else {area.level for area in self.areas.values()}
        return tuple(LEVEL_NAMES[level] for level in LEVELS[1:5] if level in below)


def _names(area: Area) -> Iterator[tuple[str, float]]:
    """What the area is called in messages, each with how sure it makes us."""
    full = [name for name in (area.name, *area.aliases) if len(name) >= LEAST_SHORT_NAME]
    yield from ((name, FULL) for name in full)
    short = _SUFFIX.sub("", area.name)
    # Coded names such as A3区 have no name without their ending; A3 alone could be a building.
    if len(short) >= LEAST_SHORT_NAME and short not in full and not short.isascii() and not _is_a_word(short):
        yield short, SHORT


def _is_a_word(short: str) -> bool:
    """路口镇 is not meant by every 路口: an everyday word counts only with its ending, or as a written alias."""
    return frequency(short) >= EVERYDAY


def _vote(path: str, reading: dict[str, float]) -> float:
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
