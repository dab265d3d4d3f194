"""The facts of a complaint for the person who takes it: when, where, against whom, what is wrong, what is asked.

Everything carries the span of the cleaned text it was read from, so that it can be shown in the message itself;
what is not found is named as missing, so that the caller can be asked while still on the line.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from nlp.core import amounts, demand, named, segment, times
from nlp.core.amounts import HOUSEHOLDS, PEOPLE, Amount
from nlp.core.demand import Demand
from nlp.core.named import Named
from nlp.core.times import Time
from nlp.core.wordlist import Word, shipped

WHO, WHEN, WHERE, CAUSE, DEMAND = "何人", "何时", "何地", "何因", "何诉求"
MOST_OBJECTS = 5
READ_CHARACTERS = 2_000
# 3号楼, 26栋, 2单元 continue an address; 与…交叉口, 附近, 对面 end it.
_DOORS = re.compile(
    r"(?:\s?(?:[A-Za-z]?\d{1,4}|[A-Za-z]|[一二三四五六七八九十]{1,3})(?:号楼|号院|号门|号|栋|幢|座|#楼?|弄|组|单元|层|楼|期|区|室|米处?)){1,5}"
)
_NEAR = re.compile(
    r"的?(?:交叉口|交汇处|交会处|交界处|路口|路段|十字路口|丁字路口|附近|旁边|旁|对面|门口|门前|大门口?|楼下|西侧|东侧|南侧|北侧|两侧|沿线|周边|[东南西北]门|出入口|入口|出口|一带)"
)
_CROSSING = re.compile(r"[与和、跟及]")
_COMPLAINED_OF = re.compile(r"(?:投诉|举报|反映|控告|控诉|状告|要求|关于|对|由|被|是|找|给|质疑)$")


@dataclass(frozen=True, order=True)
class Fact:
    """Something read at [start, end) of the text: its words, what kind of thing, and why it was taken."""

    start: int
    end: int
    text: str
    kind: str
    reason: str = ""


@dataclass(frozen=True)
class Facts:
    """The facts of one message; `objects` has the likeliest first, everything else stands in the text's order."""

    times: tuple[Time, ...] = ()
    places: tuple[Fact, ...] = ()
    objects: tuple[Fact, ...] = ()
    problems: tuple[Fact, ...] = ()
    demands: tuple[Demand, ...] = ()
    feelings: tuple[Fact, ...] = ()
    amounts: tuple[Amount, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def affected(self) -> tuple[Amount, ...]:
        """The counts of people and households."""
        return tuple(amount for amount in self.amounts if amount.kind in (PEOPLE, HOUSEHOLDS))


def read(
    text: str, *, at: datetime | None = None, cut: Sequence[str] | None = None, place_is_known: bool = False
) -> Facts:
    """The facts of a cleaned text. `at` is when it was sent; `cut` its `segment.words`, when they are known already."""
    cut = segment.words(text[:READ_CHARACTERS]) if cut is None else cut
    names = list(named.find(named.tokens(text, cut, READ_CHARACTERS)))
    when = times.find(text, at)
    where = tuple(places(text, names))
    against = objects(text, names, where)
    wrong = tuple(_words(text, "problems.txt"))
    wanted = demand.find(text)
    elements = {
        WHO: against,
        WHEN: when,
        WHERE: where or place_is_known,
        CAUSE: wrong,
        DEMAND: wanted,
    }
    return Facts(
        times=when,
        places=where,
        objects=against,
        problems=wrong,
        demands=wanted,
        feelings=tuple(_words(text, "feelings.txt")),
        amounts=amounts.find(text),
        missing=tuple(name for name, found in elements.items() if not found),
    )


def _words(text: str, lexicon: str) -> Iterator[Fact]:
    """Lexicon words, each one once."""
    seen: set[str] = set()
    for word in shipped(lexicon).find(text[:READ_CHARACTERS]):
        if word.text not in seen:
            seen.add(word.text)
            yield Fact(word.start, word.end, word.text, word.label)


def places(text: str, names: Sequence[Named]) -> Iterator[Fact]:
    """Addresses: neighbouring place names joined, with house numbers and 附近 or 交叉口 after them, each one once."""
    seen: set[str] = set()
    for start, end, kinds in _joined(text, [name for name in names if name.what == named.PLACE or name.kind in _SITES]):
        words = text[start:end]
        if words not in seen:
            seen.add(words)
            yield Fact(start, end, words, kinds[-1])


_SITES = ("场所", "学校", "医院", "店铺")


def _joined(text: str, names: Sequence[Named]) -> Iterator[tuple[int, int, list[str]]]:
    start, end = -1, -1
    kinds: list[str] = []
    for name in sorted(names, key=lambda name: (name.start, -name.end)):
        if start >= 0 and (name.start < end or _continues(text[end : name.start])):
            kinds.append(name.kind)
            end = max(end, _tail(text, name.end))
        elif not name.bare:
            if start >= 0:
                yield start, end, kinds
            start, end, kinds = name.start, _tail(text, name.end), [name.kind]
    if start >= 0:
        yield start, end, kinds


def _continues(between: str) -> bool:
    return not between.strip(" ") or bool(_CROSSING.fullmatch(between))


def _tail(text: str, end: int) -> int:
    for pattern in (_DOORS, _NEAR):
        found = pattern.match(text, end)
        if found:
            end = found.end()
    return end


def objects(text: str, names: Sequence[Named], where: Sequence[Fact] = ()) -> tuple[Fact, ...]:
    """What or whom the complaint is about, the likeliest first, at most five."""
    things = [Fact(w.start, w.end, w.text, w.label, "常见诉求对象") for w in _things(text)]
    firms = [
        Fact(n.start, n.end, text[n.start : n.end], n.kind, "名称")
        for n in _longest(names)
        if n.what == named.ORGANISATION
    ]
    by_text: dict[str, tuple[float, Fact]] = {}
    for fact in (*firms, *(thing for thing in things if not _inside(thing, firms))):
        score = _weight(text, fact) + by_text.get(fact.text, (0.0, fact))[0]
        by_text[fact.text] = score, by_text.get(fact.text, (0.0, fact))[1]
    ranked = sorted(by_text.values(), key=lambda pair: (-pair[0], pair[1].start))
    return tuple(fact for _, fact in ranked[:MOST_OBJECTS])


def _things(text: str) -> Iterator[Word]:
    return shipped("objects.txt").find(text[:READ_CHARACTERS])


def _longest(names: Sequence[Named]) -> list[Named]:
    kept: list[Named] = []
    for name in sorted(names, key=lambda name: (name.start - name.end, name.start)):
        if all(name.end <= other.start or name.start >= other.end for other in kept):
            kept.append(name)
    return kept


def _inside(fact: Fact, others: Sequence[Fact]) -> bool:
    return any(other.start <= fact.start and fact.end <= other.end for other in others)


def _weight(text: str, fact: Fact) -> float:
    """Named things before kinds of things, the headline before the rest, after 投诉 before elsewhere."""
    first_line = text.find("\n") if "\n" in text else 40
    weight = 1.0 + (1.5 if fact.reason == "名称" else 0.0) + (1.5 if fact.start <= first_line else 0.0)
    weight += 1.5 if _COMPLAINED_OF.search(text[max(0, fact.start - 3) : fact.start]) else 0.0
    return weight * (0.4 if fact.kind in ("机关", "人员") else 1.0)
