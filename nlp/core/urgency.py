"""How urgent a message is: words of danger that stand in it, minus those that it denies."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from nlp.core.corpus import BAR, CORPUS, BadCorpus
from nlp.core.wordlist import shipped

LEVELS = ("一般", "紧急", "特急")
FIRED, FEARED, DENIED = "发生", "担忧", "否定"
RISKS = CORPUS / "lexicon" / "risk.txt"


@dataclass(frozen=True)
class Risk:
    """A word of danger, or two that mean danger together, how grave it is (1 or 2) and of what kind."""

    parts: tuple[str, ...]
    level: int
    kind: str


@dataclass(frozen=True)
class Hit:
    """A risk that stands in the text at [start, end): it happened, is feared, or is denied."""

    word: str
    start: int
    end: int
    level: int
    kind: str
    state: str = FIRED


@dataclass(frozen=True)
class Urgency:
    """The level (一般, 紧急, 特急), the words it rests on, and the words that were denied in the text."""

    level: str
    hits: tuple[Hit, ...] = ()
    denied: tuple[Hit, ...] = ()

    @property
    def reasons(self) -> tuple[str, ...]:
        said = {FIRED: "", FEARED: "(担忧,降一级)"}
        return tuple(dict.fromkeys(f"{hit.kind}:{hit.word}{said[hit.state]}" for hit in self.hits))


# Danger stands early in a message; what is behind this is read for the category, not for urgency.
READ_CHARACTERS = 4_000
_CLAUSE = re.compile(r"[^，。！？；,!?;\n]+")
# A denial stands right before its word, with nothing but such fillers between: 没有解决漏电 does not deny 漏电.
_FILLER = r"(?:发生|出现|造成|引发|引起|导致|产生|存在|有|人员|任何|什么|明显|再次|再|过|人|被|的|一起|安全)*"
_DENIED_BEFORE = re.compile(rf"(?:没有|没|未|无|并非|不是|不会|不存在|不曾|从未|未见|排除|不属于){_FILLER}$")
_NOT_A_DENIAL = re.compile(
    rf"(?:不是|并非|不能|不可能|难道|怎么|是不是|有没|差点|幸好)(?:说)?(?:没有|没|未|无|不会){_FILLER}$|是不是{_FILLER}$|有没有{_FILLER}$"
)
_DENIED_AFTER = re.compile(r"^.{0,4}(?:已经?|均|都)?(?:被)?(?:排除|解除|扑灭|消除|控制住|修好|修复|处理好|恢复)")
_DRILL = re.compile(r"演练|演习")
_NOT_REAL = re.compile(r"培训|讲座|宣传|科普|知识|课程|应急预案|保险|电影|演出|险种")
# Bees and trees that die are a loss, not a life in danger.
_NOT_PEOPLE = re.compile(r"(?:蜜蜂|鱼|虾|鸡|鸭|鹅|猪|牛|羊|白鹭|鸟|树木?|花草|果苗|庄稼)[^，。]{0,4}$")
_FEARED_BEFORE = re.compile(
    r"(?:不至于|不要|提心吊胆|避免|防止|以免|预防|杜绝|谨防|防范|免得|省得|担心|害怕|怕|万一|容易|可能|也许|随时会?|会不会|如果|要是|一旦|假如|以防|存在|极易|易|会)"
    r".{0,8}$"
)
_FEARED_AFTER = re.compile(
    r"^(?:等)?的?(?:重大|巨大|严重|极大)?(?:安全|消防)?(?:事故)?(?:隐患|风险|可能|危险|怎么办|了怎么办|谁负责|了谁负责"
    r"|[、\u4e00-\u9fff]{0,12}的(?:安全|重大)?隐患|时(?!候?就|已)|或其他|猛于虎|.{0,4}可乘之机)"
)
# 一旦起火, 阻碍逃生, 发生爆炸: the condition holds for the rest of the sentence.
_CONDITION = re.compile(r"(?:一旦|万一|如果|假如|倘若|要是|若(?=发生|出现|遇|有))[^。！？!?\n]*$")
# 江苏化工厂起火 and 某市的火灾 happened to others; they are told as a warning.
_ELSEWHERE = re.compile(
    r"新闻|报道|前车之鉴|前车可鉴|敲响|警钟|悲剧重演|类似(?:的)?(?:事故|事件|悲剧)|(?:如|像)某[市地]|各地|全国"
)


def read(text: str, risks: Iterable[Risk] | None = None) -> Urgency:
    """The urgency of a cleaned text. Offsets of hits are those of this text."""
    known = _shipped() if risks is None else Known.of(risks)
    text = text[:READ_CHARACTERS]
    harmless = [(word.start, word.end) for word in shipped("no_risk.txt").find(text)]
    meant = (
        hit for hit in _hits(text, known) if not any(hit.start < end and start < hit.end for start, end in harmless)
    )
    hits = [_judged(text, hit) for hit in _longest(meant)]
    counted = tuple(hit for hit in hits if hit.state != DENIED)
    level = max((hit.level for hit in counted), default=0)
    return Urgency(LEVELS[level], counted, tuple(hit for hit in hits if hit.state == DENIED))


def _judged(text: str, hit: Hit) -> Hit:
    """Whether the danger is there, feared (one level lower) or denied, by the words around it in its clause."""
    clause = next(match for match in _CLAUSE.finditer(text) if match.start() <= hit.start < match.end())
    before, after = text[clause.start() : hit.start], text[hit.end : clause.end()]
    denied = _DENIED_BEFORE.search(before) and not _NOT_A_DENIAL.search(before)
    staged = _NOT_REAL.search(clause.group()) or _DRILL.search(_sentence(text, hit))
    animals = hit.kind == "生命" and _NOT_PEOPLE.search(before)
    if denied or staged or animals or _DENIED_AFTER.search(after):
        return replace(hit, state=DENIED)
    start = _sentence_start(text, hit)
    if (
        _FEARED_BEFORE.search(before)
        or _FEARED_AFTER.search(after)
        or _CONDITION.search(text[start : hit.start])
        or _ELSEWHERE.search(clause.group())
    ):
        return replace(hit, state=FEARED, level=hit.level - 1)
    return hit


def _sentence(text: str, hit: Hit) -> str:
    start = _sentence_start(text, hit)
    ends = [at for end in "。！？!?\n" if (at := text.find(end, hit.end)) >= 0]
    return text[start : min(ends, default=len(text))]


def _sentence_start(text: str, hit: Hit) -> int:
    return max(text.rfind(end, 0, hit.start) for end in "。！？!?\n") + 1


def _hits(text: str, known: "Known") -> Iterator[Hit]:
    for clause in _CLAUSE.finditer(text):
        for match in known.pattern.finditer(clause.group()):
            yield from _hits_at(clause, match.start(), known.risks[match[1]])


def _hits_at(clause: re.Match[str], at: int, risks: list[Risk]) -> Iterator[Hit]:
    for risk in risks:
        places = [at, *(clause.group().find(part) for part in risk.parts[1:])]
        if min(places) >= 0:
            ends = [place + len(part) for place, part in zip(places, risk.parts, strict=True)]
            start, end = clause.start() + min(places), clause.start() + max(ends)
            yield Hit("…".join(risk.parts), start, end, risk.level, risk.kind)


def _longest(hits: Iterable[Hit]) -> list[Hit]:
    """In order, each stretch of text counted once: the graver risk first, then the longer word."""
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda hit: (-hit.level, hit.start - hit.end, hit.start, hit.word)):
        if all(hit.end <= other.start or hit.start >= other.end for other in kept):
            kept.append(hit)
    return sorted(kept, key=lambda hit: hit.start)


@dataclass(frozen=True)
class Known:
    """Risks by the word they begin with, and a pattern that finds those words also where they overlap."""

    pattern: re.Pattern[str]
    risks: dict[str, list[Risk]]

    @classmethod
    def of(cls, risks: Iterable[Risk]) -> "Known":
        by_first: dict[str, list[Risk]] = defaultdict(list)
        for risk in risks:
            by_first[risk.parts[0]].append(risk)
        longest_first = sorted(by_first, key=lambda word: (-len(word), word))
        # Where a long word stands, the shorter ones that it begins with stand too.
        standing = {
            word: [risk for other in longest_first if word.startswith(other) for risk in by_first[other]]
            for word in longest_first
        }
        return cls(re.compile(f"(?=({'|'.join(map(re.escape, longest_first))}))"), standing)


@cache
def _shipped() -> Known:
    return Known.of(load(RISKS))


@cache
def kinds_by_word() -> dict[str, str]:
    """The kind of each shipped risk, by the word that a Hit names it with."""
    return {"…".join(risk.parts): risk.kind for risk in load(RISKS)}


def load(path: Path) -> list[Risk]:
    """The risks of a lexicon file."""
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.strip() and not line.startswith("#"):
            cells = line.split(BAR)
            if len(cells) != 3 or cells[1] not in LEVELS[1:]:
                raise BadCorpus(f"{path.name} 第 {number} 行:应为“词｜紧急或特急｜风险类别”。")
            found.append(Risk(tuple(cells[0].split("+")), LEVELS.index(cells[1]), cells[2]))
    return found
