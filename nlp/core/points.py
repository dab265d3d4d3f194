"""Which points of a complaint its answer takes up: each demand, the sentence that meets it, or nothing found.

A demand is cut at 并, 还要, 同时 and the like, for an answer often meets the first half only. Things and deeds are
compared by what they mean (医保 is 医疗保险, 红绿灯 is 信号灯) with `lexicon/same_thing.txt`, other words by their
pairs of characters. A refusal with its reason takes a point up as well: this asks for an answer, not for a yes.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from nlp.core import segment
from nlp.core.corpus import BAR, CORPUS
from nlp.core.demand import Demand
from nlp.core.features import grams
from nlp.core.wordlist import shipped

MOST_POINTS = 6
DEED = "·"
_CLAUSE = re.compile(r"[^，,。；;！!？?\n]+")
_SENTENCE = re.compile(r"[^。；;！!？?\n]+")
# Where a demand that goes on names the next thing to do.
_AND = re.compile(r"(?:[，,、]?(?:并且?|同时|另外|以及|还要|和)|[，,、])(?:要求|希望|请)?")
_GOES_ON = re.compile(r"(?:并且?|还要?|同时|另外|以及|再|也|和)?(?:要求|希望|建议|请求|请)?")
# 对噪声进行检测, 在地铁口设停车区, 安排人巡查: the deed comes a little later.
_LEADS = re.compile(r"(?:把|对|将|给|让|在|安排|派|组织|由)")
LEAD = 16
_REPEATS = re.compile(r".*(?:如下|收悉|已阅|知悉)[：:，,]?")
_CUE = re.compile(
    r"经[^，。]{0,12}[核查调勘测检]|已|将|拟|计划|预计|正在|规定|标准|不符合|不具备|无法|不能|不属于|暂不|未列入|不存在"
    r"|未达成|协商|途径|可[以凭]?|凭|由|属于|列入|纳入|原则|执行|同意|承诺"
)
_PARTICLES = frozenset("的了是在我你您他们和与及对为把被请这那有不要就都也还又给让使能会可并之一个下吗呢")
# 结果 and 问题 stand in every answer.
_EMPTY = frozenset(
    (
        *(
            "结果",
            "问题",
            "情况",
            "附近",
            "门口",
            "小区",
            "我们",
            "相关",
            "部门",
            "领导",
            "有关",
            "时间",
            "怎么",
            "什么",
        ),
        *(
            "需要",
            "老板",
            "人员",
            "进行",
            "建议",
            "要求",
            "希望",
            "请求",
            "恳请",
            "呼吁",
            "盼望",
            "请问",
            "能否",
            "可否",
        ),
    )
)


@dataclass(frozen=True)
class Point:
    """A point at [start, end) of the complaint, met by the answer's [found, until); by nothing when they are equal."""

    start: int
    end: int
    text: str
    found: int = 0
    until: int = 0

    @property
    def is_met(self) -> bool:
        return self.until > self.found


def find(asked: str, demands: Sequence[Demand], answer: str) -> tuple[Point, ...]:
    """The concrete points of a cleaned complaint with the sentences of the cleaned answer that meet them."""
    sentences = [(at, until, _Said.of(answer[at:until])) for at, until in _said(answer)]
    found = []
    for start, end in list(_pieces(asked, demands))[:MOST_POINTS]:
        wish = _Said.of(asked[start:end])
        if wish.is_concrete:
            met = next(((at, until) for at, until, said in sentences if said.meets(wish)), (0, 0))
            found.append(Point(start, end, asked[start:end], *met))
    return tuple(found)


def _said(answer: str) -> Iterator[tuple[int, int]]:
    """The sentences of an answer without the words that only repeat the complaint: 关于您反映的…问题，现回复如下."""
    for match in _SENTENCE.finditer(answer):
        repeated = _REPEATS.match(match.group())
        at = match.start() + (repeated.end() if repeated else 0)
        if at < match.end():
            yield at, match.end()


def _pieces(asked: str, demands: Sequence[Demand]) -> Iterator[tuple[int, int]]:
    """The spans of the single things that are asked for."""
    done = 0
    for demand in demands:
        if demand.start >= done:
            yield from _cut(asked, demand.start, demand.end)
            done = demand.end
            for clause in _clauses_after(asked, demand.end):
                yield from _cut(asked, *clause)
                done = clause[1]


def _cut(asked: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A demand in two where both halves name a deed."""
    for match in _AND.finditer(asked, start, end):
        if _begins_a_deed(asked[match.end() : end]) and _Said.of(asked[start : match.start()]).deeds:
            yield start, match.start()
            yield from _cut(asked, match.end(), end)
            return
    yield start, end


def _clauses_after(asked: str, at: int) -> Iterator[tuple[int, int]]:
    """The clauses of the same sentence that go on asking: 请更换电梯，并赔偿我的损失."""
    stop = min((found for mark in "。！？!?\n" if (found := asked.find(mark, at)) >= 0), default=len(asked))
    for clause in _CLAUSE.finditer(asked, at, stop):
        begins = _GOES_ON.match(clause.group())
        if not _begins_a_deed(clause.group()[begins.end() if begins else 0 :]):
            return
        yield clause.span()


def _begins_a_deed(words: str) -> bool:
    return words.startswith(_deeds()) or bool(_LEADS.match(words) and _Said.of(words[:LEAD]).deeds)


@dataclass(frozen=True)
class _Said:
    """What a stretch of text names: deeds and things by their meaning, and the rest by pairs of characters."""

    deeds: frozenset[str]
    things: frozenset[str]
    pairs: frozenset[str]
    has_cue: bool

    @classmethod
    def of(cls, text: str) -> "_Said":
        meant = {label for match in _any_meaning().finditer(text) for label in _meanings()[match.group()]}
        deeds = frozenset(label for label in meant if label.startswith(DEED))
        return cls(deeds, frozenset(meant) - deeds, frozenset(_pairs(text)), bool(_CUE.search(text)))

    @property
    def is_concrete(self) -> bool:
        """Justice and attention are wishes that no answer repeats; what can be done to a thing is a point."""
        return bool(self.deeds - _VAGUE and (self.things or self.pairs or self.deeds & _ALONE))

    def meets(self, wish: "_Said") -> bool:
        same_thing = bool(self.things & wish.things or self.pairs & wish.pairs or self._names_money_of(wish))
        same_deed = bool(self.deeds & wish.deeds)
        return (same_thing and (same_deed or self.has_cue)) or (same_deed and wish.deeds <= _TELLING)

    def _names_money_of(self, wish: "_Said") -> bool:
        """多收费用已退 takes up a wish for 停车费."""
        return MONEY in self.things and any(thing.endswith(("费", "款", "金")) for thing in wish.things)


MONEY = "费用"
# 调查此事 names nothing that an answer could miss.
_VAGUE = frozenset((f"{DEED}查", f"{DEED}拒", f"{DEED}劝"))
# 赔偿 and 道歉 ask for something by themselves, 查处 or 增设 only with its thing.
_ALONE = frozenset((f"{DEED}赔", f"{DEED}公示", f"{DEED}检测", f"{DEED}歉"))
# Deeds that say by themselves what was done, whatever it was done to.
_TELLING = _ALONE | {DEED + deed for deed in ("罚", "灭", "增", "延", "降", "限", "疏", "修剪", "抓", "拆")}


def _pairs(text: str) -> Iterator[str]:
    """Pairs of characters inside the words that carry the matter."""
    for word in segment.words(text):
        if len(word) > 1 and word not in _EMPTY and word not in shipped("doing.txt") and word not in _meanings():
            yield from (gram for gram in grams(word) if len(gram) == 2 and not set(gram) & _PARTICLES)


@cache
def _deeds() -> tuple[str, ...]:
    return tuple(word for word, labels in _meanings().items() if any(label.startswith(DEED) for label in labels))


@cache
def _any_meaning() -> re.Pattern[str]:
    """The longest word at each place: 收费标准 is not 收费."""
    return re.compile("|".join(sorted(_meanings(), key=lambda word: (-len(word), word))))


@cache
def _meanings() -> dict[str, tuple[str, ...]]:
    """Word → what it can mean."""
    found: dict[str, list[str]] = defaultdict(list)
    lines = (CORPUS / "lexicon" / "same_thing.txt").read_text(encoding="utf-8").splitlines()
    for line in lines:
        if line and not line.startswith("#"):
            label, _, words = line.partition(BAR)
            for word in words.split():
                found[word].append(label)
    return {word: tuple(labels) for word, labels in found.items()}
