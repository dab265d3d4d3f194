"""Where a text names an area: the longest name at each position, also where names follow each other unseparated.

望河杨柳新村三区 names a street by its short name and a community by an estate of it. Short names that are everyday
words (杨柳, 纺织) count only there, right behind a name of an area that they lie in, or with their ending.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from nlp.core.numerals import HAN, number
from nlp.core.segment import frequency

LEVELS = ("province", "city", "district", "street", "community", "grid")
# What people leave out: 青山街道 → 青山, but not 东区 → 东: what is left must still be a name.
_SUFFIX = re.compile(
    r"(?:街道办事处|社区居委会|村民委员会|村委会|居委会|街道|社区|自治县|新区|开发区|省|市|区|县|镇|乡|村|网格)$"
)
LEAST_SHORT_NAME = 2
# From this count in jieba's dictionary on, a two-character word is an everyday word (路口 has 416, 泉塘 0).
EVERYDAY = 300
# How sure a mention makes us: written out or as an alias, shortened, or as the first part of another name (江南大道).
FULL, SHORT, NAMED_AFTER = 0.9, 0.6, 0.4
# A text lists a few places; one that recites the gazetteer is no complaint, and reading all of it would cost time.
MOST_NAMES = 40
_BETWEEN = re.compile(r"[ ,，、的]?")
_ENDING = re.compile(
    r"(?:大|中|东|西|南|北|[一二三四五六七八九十])?(?:路(?![灯面边上中旁况费])|街(?!道)|道(?!路)|桥|巷|站|港|山|湖|河|江)"
    r"|大学|学院|中学|小学|学校|幼儿园|医院|公园|广场|大厦|酒店|宾馆|饭店|超市|商场|市场|集团|公司|银行|机场|车站"
    r"|[树花厂]"
)
# 大石桥 is no 石桥; 住石桥 is.
_PREFIXES = frozenset("大小老新东西南北中上下前后")
_GRID = re.compile(rf"第?(\d{{1,4}}|[{HAN}]{{1,4}})(?:号|个)?网格|网格(\d{{1,4}})(?!\d)")


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


Reading = tuple[Area, float]


@dataclass(frozen=True)
class Named:
    """A name at [start, end) of the text, the areas it may mean and how sure each would be; `grid` when it is one."""

    text: str
    start: int
    end: int
    readings: tuple[Reading, ...]
    grid: int | None = None


class Names:
    """All names of an area tree, ready for look-up; build once, use from any thread."""

    def __init__(self, areas: Iterable[Area]) -> None:
        self._by_name: dict[str, list[Reading]] = defaultdict(list)
        self._behind: dict[str, list[Reading]] = defaultdict(list)
        self._grids: dict[int, list[Reading]] = defaultdict(list)
        self._marked: set[str] = set()  # written with their ending or longer than a short alias
        for area in areas:
            self._add(area)
        self._lengths = _lengths(self._by_name)
        self._lengths_behind = _lengths(self._behind)

    def _add(self, area: Area) -> None:
        grid = _GRID.fullmatch(area.name)
        if area.level == "grid" and grid:
            self._grids[_grid_number(grid)].append((area, FULL))
        full = [name for name in (area.name, *area.aliases) if len(name) >= LEAST_SHORT_NAME]
        short = _SUFFIX.sub("", area.name)
        for name in full:
            # A short name that is listed as an alias as well still may only be the first part of another name.
            self._by_name[name].append((area, FULL))
            if name != short:
                self._marked.add(name)
        # Coded names such as A3区 have no name without their ending; A3 alone could be a building.
        if len(short) >= LEAST_SHORT_NAME and short not in full and not short.isascii() and area.level != "grid":
            (self._behind if frequency(short) >= EVERYDAY else self._by_name)[short].append((area, SHORT))

    def find(self, text: str) -> list[Named]:
        """Names from left to right without overlaps, of at most `MOST_NAMES` different ones."""
        found: list[Named] = []
        different: set[str] = set()
        grids = {match.start(): match for match in _GRID.finditer(text)}
        at = 0
        while at < len(text) and len(different) < MOST_NAMES:
            named = self._grid(grids.get(at)) or self._name_at(text, at, found) or self._behind_at(text, at, found)
            if named:
                found.append(_bound(named, text, found))
                different.add(named.text)
            at = named.end if named else at + 1
        return found

    def _name_at(self, text: str, at: int, found: Sequence[Named]) -> Named | None:
        name = _longest(text, at, self._lengths, self._by_name)
        if not name:
            return None
        end = at + len(name)
        readings = tuple(self._by_name[name])
        if name not in self._marked and self._is_part(text, at, end, found):
            readings = tuple((area, min(weight, NAMED_AFTER)) for area, weight in readings)
        return Named(name, at, end, readings)

    def _is_part(self, text: str, at: int, end: int, found: Sequence[Named]) -> bool:
        """Whether a short name is rather a part of another name or word: 江南|大道, 大|石桥, 安居|乐业."""
        if any(len(text) >= end + more and frequency(text[at : end + more]) for more in (1, 2)):
            return True
        begins_later = text[max(at - 1, 0) : at] in _PREFIXES and not (found and found[-1].end == at)
        return begins_later or bool(_ENDING.match(text, end) and not self._follows(text, end))

    def _follows(self, text: str, at: int) -> bool:
        """Whether another name begins here: 望河|桥头组 is no 望河桥."""
        return bool(_longest(text, at, self._lengths, self._by_name))

    def _behind_at(self, text: str, at: int, found: Sequence[Named]) -> Named | None:
        if not found or not _BETWEEN.fullmatch(text, found[-1].end, at):
            return None
        name = _longest(text, at, self._lengths_behind, self._behind)
        named = _bound(Named(name, at, at + len(name), tuple(self._behind.get(name, ()))), text, found)
        above = [area.path for area, _ in found[-1].readings]
        return named if any(_lies_in(area, above) for area, _ in named.readings) else None

    def _grid(self, match: re.Match[str] | None) -> Named | None:
        if match is None:
            return None
        wanted = _grid_number(match)
        return Named(match[0], match.start(), match.end(), tuple(self._grids.get(wanted, ())), wanted)


def _bound(named: Named, text: str, found: Sequence[Named]) -> Named:
    """A name right behind another means what lies in that one: 江南区锦绣花园 is not the one in 江北区."""
    if not found or not _BETWEEN.fullmatch(text, found[-1].end, named.start):
        return named
    above = [area.path for area, _ in found[-1].readings]
    inside = tuple((area, weight) for area, weight in named.readings if _lies_in(area, above))
    return replace(named, readings=inside) if inside else named


def _grid_number(match: re.Match[str]) -> int:
    return int(number(match[1] or match[2]) or 0)


def _lies_in(area: Area, above: Sequence[str]) -> bool:
    return any(area.path.startswith(path) and area.path != path for path in above)


def _lengths(names: Iterable[str]) -> dict[str, list[int]]:
    """How long the names are that begin with two characters, longest first."""
    lengths: dict[str, set[int]] = defaultdict(set)
    for name in names:
        lengths[name[:LEAST_SHORT_NAME]].add(len(name))
    return {start: sorted(found, reverse=True) for start, found in lengths.items()}


def _longest(text: str, at: int, lengths: dict[str, list[int]], names: dict[str, list[Reading]]) -> str:
    possible = lengths.get(text[at : at + LEAST_SHORT_NAME], ())
    return next((text[at : at + length] for length in possible if text[at : at + length] in names), "")


def each_name(found: Sequence[Named]) -> Iterator[Named]:
    """Every different name once, in the order of the text."""
    seen: set[str] = set()
    for named in found:
        if named.text not in seen:
            seen.add(named.text)
            yield named
