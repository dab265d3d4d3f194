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
from nlp.core.named import Named, Token
from nlp.core.times import Time
from nlp.core.wordlist import Word, shipped

WHO, WHEN, WHERE, CAUSE, DEMAND = "何人", "何时", "何地", "何因", "何诉求"
MOST_OBJECTS = 5
READ_CHARACTERS = 2_000
# 3号楼, 26栋, 2单元 continue an address; 与…交叉口, 附近, 对面 end it.
_DOORS = re.compile(
    r"(?:\s?(?:[A-Za-z]?\d{1,4}|[A-Za-z]|[一二三四五六七八九十]{1,3})(?:号楼|号院|号门|号|栋|幢|座|#楼?|弄|组|单元"
    r"|层|楼|期|区|室|米处?)){1,5}"
)
_NEAR = re.compile(
    r"(?:的(?!路口))?(?:交叉口|交汇处|交会处|交界处|路口|路段|十字路口|丁字路口|附近|旁边|旁|对面|门口|门前|大门口?"
    r"|楼下|西侧|东侧|南侧|北侧|两侧|沿线|周边|[东南西北]门|出入口|入口|出口|一带)"
)
_CROSSING = re.compile(r"[与和、跟及]")
_COMPLAINED_OF = re.compile(r"(?:投诉|举报|反映|控告|控诉|状告|关于|对|由|被|叫|质疑)$")


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
    words = named.tokens(text, cut, READ_CHARACTERS)
    names = list(named.find(words))
    when = times.find(text, at)
    where = tuple(places(text, names))
    against = objects(text, names, words)
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
    for start, end, kinds in _joined(text, [name for name in names if _says_where(text, name)]):
        words = text[start:end]
        if words not in seen:
            seen.add(words)
            yield Fact(start, end, words, kinds[-1])


_SITES = ("场所", "学校", "医院")


def _says_where(text: str, name: Named) -> bool:
    """A shop is a place when something happens in it or beside it."""
    if name.what == named.PLACE or name.kind in _SITES:
        return True
    return name.kind == "店铺" and bool(
        _IS_WHERE.search(text[max(0, name.start - 3) : name.start]) or _NEAR.match(text, name.end)
    )


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


def objects(text: str, names: Sequence[Named], words: Sequence[Token]) -> tuple[Fact, ...]:
    """What or whom the complaint is about, the likeliest first, at most five."""
    things = [Fact(w.start, w.end, w.text, w.label, "常见诉求对象") for w in _things(text)]
    things += [Fact(t.start, t.end, t.word, "事物", _BY_ENDING) for t in words if _THING.fullmatch(t.word)]
    firms = [
        Fact(n.start, n.end, text[n.start : n.end], n.kind, "常见诉求对象" if n.bare else _BY_NAME)
        for n in _longest(names)
        if n.what == named.ORGANISATION
    ]
    by_text: dict[str, tuple[float, Fact]] = {}
    for fact in (*firms, *(thing for thing in things if not _inside(thing, firms))):
        score, first = by_text.get(fact.text, (0.0, fact))
        by_text[fact.text] = score + _weight(text, fact), first
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
    before = text[max(0, fact.start - 3) : fact.start]
    weight = 1.0 + (1.5 if fact.reason == _BY_NAME else 0.0) + (1.5 if fact.start <= first_line else 0.0)
    weight += 1.5 if _COMPLAINED_OF.search(before) else 0.0
    if fact.reason == _BY_ENDING:
        weight *= 0.5
    if _TURNED_TO.search(before) or (
        fact.kind in _SITES and (_IS_WHERE.search(before) or _BY_IT.match(text, fact.end))
    ):
        weight *= 0.3
    return weight * _LESS.get(fact.kind, 0.6 if fact.text in shipped("effects.txt") else 1.0)


_BY_NAME, _BY_ENDING = "名称", "按词尾"
# 残疾证, 水井, 扶梯: what things of a kind end in; and words that only look so.
_THING = re.compile(
    r"(?!部门|专门|热门|出门|上门|开门|关门|进门|家门|有关部门|职能部门|办证|保证|见证|凭证|论证|免费|浪费|收费|消费"
    r"|缴费|交费|退费|付费|自费|停车|开车|坐车|堵车|打车|乘车|上车|下车|修车|汽车|存款|付款|退款|贷款"
    r"|罚款|还款|汇款|付款|转款|条款|时机|危机|投机|司机|动机|商机|手表|代表|发表|表格|填表|到站|网站|品牌|挂牌|招牌"
    r"|打牌|树|管|证|费|卡|车|门|路牌|部分|信箱|邮箱|窗口|身亡|天井|市井|大桥|水管|城墙|本书)"
    r"[\u4e00-\u9fff]{1,4}[证费款车站牌厂箱井机棚树管灯墙窗梯闸桩栏板坑罐炉]"
)
_LESS = {"机关": 0.4, "人员": 0.6}
_TURNED_TO = re.compile(r"(?:跟|向|请|找|让|问|给|盼|望|求|去过|打|同)(?:了|过)?$")
_IS_WHERE = re.compile(r"(?:在|到|去|离|距|位于|于|从|住)$")
_BY_IT = re.compile(r"的|门口|门前|旁|附近|对面|周边|里|内|外|和|与|之间|买|上学|读|上班|住院|(?:上|下)")
