"""Time expressions of a complaint: where they stand, of what kind, and from when to when they are meant.

The text is cut into atoms (year, month, day, part of the day, clock …); neighbouring atoms make one expression.
What is meant is worked out against a given moment, with the habit of complaints: they speak of the past.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from nlp.core.numerals import HAN
from nlp.core.when import Atom, meant

MOMENT, DAY, RECURRING, PERIOD, DURATION = "moment", "day", "recurring", "period", "duration"
READ_CHARACTERS = 2_000


@dataclass(frozen=True, order=True)
class Time:
    """An expression at [start, end) of the cleaned text; begin and end when it can be told, end exclusive.

    `end` is None with a `begin` for what goes on since then.
    """

    start: int
    end: int
    kind: str
    text: str
    begins: datetime | None = None
    ends: datetime | None = None


_N = rf"(?:\d{{1,3}}|[{HAN}]{{1,4}}|几|好几|数|多)"
_D = "一二三四五六七八九"
_PART = (
    "后半夜|大半夜|三更半夜|一大早|大清早|大晚上|凌晨|清晨|早晨|早上|清早|上午|中午|正午|午后|午间|下午|傍晚|晚上"
    "|晚间|夜里|夜间|夜晚"
    "|半夜|深夜|午夜|白天|早高峰|晚高峰"
)
_UNIT = (
    r"分钟|个?多?半?小时|个?多?半?钟头?|个?多?半?星期|个?多?半?礼拜|个?多?半?月|个?工作日|个?多?半?季度|周|天"
    r"|日(?!常)|年(?![级轻终纪度龄])|晚(?!上)"
)
# The order matters: the first that fits at a place is taken.
_ATOMS = {
    "every": r"每(?:逢|到)?(?:个)?(?:周[一二三四五六日天末]?|星期[一二三四五六日天]?|礼拜[一二三四五六日天]?"
    r"|月(?!租|供|\d)|天|日|晚|夜|年)"
    r"|天天|夜夜|日夜|整夜|整晚|整天|彻夜|通宵|昼夜|夜以继日|日复一日|没日没夜|平时|平日|工作日(?!内)|节假日|双休日"
    r"|一年四季|隔三差五|三天两头|每逢(?:下雨|雨天|节日|赶集|暴雨)"
    r"|每(?:次|到)下雨|一下雨"
    r"|一天到晚|从早到晚",
    "date": r"(?<![\d.])(?:19|20)\d\d[-/.](?:1[0-2]|0?[1-9])(?:[-/.](?:3[01]|[12]\d|0?[1-9]))(?![\d.])",
    "year": rf"(?<!\d)(?:(?:19|20)\d\d|[一二][九〇零][零〇{_D}]{{2}})年(?:初|底|末|中|上半年|下半年|春|夏|秋|冬)?天?"
    r"|(?<![\d.])[0-3]\d年(?=\d|[一二三四五六七八九十]{1,2}月|底|初|末|年?上半年|下半年|开始|起|至今|到现在)"
    r"|(?:大前|前|去|今|明|本|当|同)年年?(?:初|底|末|上半年|下半年|春节?|夏|秋|冬)?天?(?!轻)|上半年|下半年|年(?:初|底)",
    "month": r"(?<![\d.])(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月(?:份|初|底|末|中旬|上旬|下旬)?(?!饼)"
    r"|(?:上上个?|上个?|本|这个|当|下个?)月(?:份|初|底|末|中旬|上旬|下旬)?|月(?:初|底)",
    "day": rf"(?<![\d.])(?:3[01]|[12]\d|0?[1-9]|三十一?|二?十[{_D}]?|[{_D}])[日号](?![楼院线店门桌栋机房]|公馆)",
    "relday": r"大前天|前天|昨天|昨日|昨儿|今天|今日|今儿|明天|明日|后天|当天|当日|当晚|[昨前今当]晚(?:上)?|昨夜"
    "|[今昨]早|[今昨]晨",
    "week": r"(?:上上|上|本|这|下)(?:个)?(?:周|星期|礼拜)[一二三四五六日天末]?|(?:周|星期"
    "|礼拜)[一二三四五六日天](?!期)|周末",
    "holiday": r"(?:国庆|中秋|春节|元旦|清明|端午|五一|十一(?=期间|假期|长假|前后|黄金周)|除夕|大年三十"
    "|大年初[一二三四五六七]|正月|腊月"
    r"|寒假|暑假|过年|高考|中考|元宵)(?:节)?(?:期间|假期|长假|黄金周|前后|那天|当天|前夕|以后|之后|后|前)?",
    "ago": rf"(?:{_N}|半)(?:多|来)?(?:{_UNIT})(?:多|半)?(?:之前|以前|前(?!后))|不久前|前不久|刚才|刚刚|方才",
    "recent": rf"(?:近|最近|这|过去|前|上|连续|一连)(?:的)?(?:{_N}|半)(?:多|来)?(?:{_UNIT})(?:多|半)?|最近|近期|近来"
    "|近日|近年来?|这段时间|这阵子|前段时间"
    r"|前阵子|前几年|前些(?:天|日子|年)|这些年",
    "season": r"[春夏秋冬](?:天|季)|雨季|汛期|冬夏",
    "part": _PART,
    "clock": rf"(?<![\d.:])(?:[01]?\d|2[0-4])[::][0-5]\d(?![\d:])|(?<![\d.{HAN}])"
    rf"(?:[01]?\d|2[0-4]|二?十[{_D}]?|[两{_D}]{{1,2}})"
    rf"(?:点|时(?![间候常代机段光期]))(?!儿|子|评|击|赞|名)(?:半|钟|[一三]刻|(?:[0-5]?\d|[{HAN}]{{1,3}})(?!个|点|次"
    rf"|项|户|人|栋|名)分?)?",
    "lasting": rf"(?:整整|长达|将近|快|近|足足)?(?:(?<![\d.年第]){_N}|半|大半|小半)(?:多|来)?(?:{_UNIT})(?:多"
    "|半)?(?:了|之久|以来)?|多年(?:来|以来)?|长年|常年|长期以来"
    r"|一直以来|长期",
}
_GROUPS = "|".join(f"(?P<{name}>{pattern})" for name, pattern in _ATOMS.items())
# Most characters begin no time expression; the look-ahead saves the whole alternation for them.
_ATOM = re.compile(
    rf"(?=[\d{HAN}半每从春夏秋冬雨汛天夜日整彻通昼没平工节双隔从早去今明本当同前后大年上下这昨月周星礼国中春元清端除正腊寒暑过高不刚方近最连三凌晨午傍晚深白足长将快已小多常好几数])"
    rf"(?:{_GROUPS})"
)
_LINK = re.compile(r"[的,、 ]?|[((]|(?:的)?(?:时候)?(?:到|至|[-–—~～]{1,2})(?:了)?(?:第二天|次日)?")
_RANGE = re.compile(r".*[到至\-–—~～]")
_BEFORE = re.compile(r"(?:自从|从|自|打)$")
_AFTER = re.compile(
    r"(?:多|许|来钟|左右|前后|期间)?(?:的时候)?"
    r"(?:开始|以后|之后|过后|以前|之前|以来|至今|到现在|到今天|到目前|起|后(?![面门来])|前(?![面后台门]))?"
)
_NOT_A_CLOCK = re.compile(r"(?:[1-9]|[一二两三四五六七八九十])点")
_POINTS_FOLLOW = re.compile(
    r"\s*(?:[::]|建议|要求|意见|诉求|问题|理由|原因|希望|疑问|请求|不|很|都|以上|事|说|我|内容|情况|小|大|看法|想法"
    r"|也|[,。;])"
)
_MINUTES_AGO = re.compile("刚才|刚刚|方才|分钟|小时|钟头")


def find(text: str, at: datetime | None = None) -> tuple[Time, ...]:
    """The time expressions of a cleaned text in order; resolved when `at`, the moment of the message, is given."""
    text = text[:READ_CHARACTERS]
    return tuple(_time(text, atoms, at) for atoms in _expressions(text, list(_atoms(text))))


def _atoms(text: str) -> Iterator[Atom]:
    for match in _ATOM.finditer(text):
        yield Atom(match.lastgroup or "", match.group(), match.start(), match.end())


def _expressions(text: str, atoms: list[Atom]) -> Iterator[list[Atom]]:
    """Runs of neighbouring atoms, without those that only look like a time."""
    run: list[Atom] = []
    for atom in atoms:
        if run and not _joins(text, run[-1], atom):
            yield from _kept(text, run)
            run = []
        run.append(atom)
    yield from _kept(text, run)


def _kept(text: str, run: list[Atom]) -> Iterator[list[Atom]]:
    """两点建议 is not two o'clock; 五号 alone may be a building, 三日 alone is nothing to resolve."""
    if len(run) == 1 and run[0].kind == "clock" and _NOT_A_CLOCK.fullmatch(run[0].text):
        after = text[run[0].end :]
        if (
            not after
            or _POINTS_FOLLOW.match(after)
            or text[run[0].start - 1 : run[0].start] in tuple("有早晚快慢差这几第")
        ):
            return
    if len(run) == 1 and run[0].kind == "day":
        return
    if run:
        yield run


_COARSER = ("year", "month", "date", "day", "relday", "week", "holiday", "every", "recent", "ago")


def _joins(text: str, one: Atom, other: Atom) -> bool:
    between = text[one.end : other.start]
    if len(between) > 6 or not _LINK.fullmatch(between):
        return False
    if other.kind == "holiday" and one.kind != "year":
        return False
    if _RANGE.match(between) or not between.strip("的 "):
        return not (one.kind == "lasting" or other.kind == "lasting" or (one.kind == other.kind and not between))
    return one.kind in _COARSER and other.kind in ("part", "clock", "day")


def _time(text: str, atoms: list[Atom], at: datetime | None) -> Time:
    start, end = atoms[0].start, atoms[-1].end
    since = _BEFORE.search(text[max(0, start - 2) : start])
    after = _AFTER.match(text, end)
    tail = after.group() if after else ""
    if since:
        start -= len(since.group())
    ranged = [i for i in range(1, len(atoms)) if _RANGE.match(text[atoms[i - 1].end : atoms[i].start])]
    opened = bool(since) or tail.endswith(
        ("开始", "起", "以来", "至今", "到现在", "到今天", "到目前", "以后", "之后", "过后", "后")
    )
    kind = _kind(atoms, ranged=bool(ranged), opened=opened)
    begins, ends = (None, None)
    if at is not None and kind not in (RECURRING, DURATION):
        begins, ends = _from_to(atoms, ranged[0] if ranged else 0, at)
        if tail.endswith(("以前", "之前", "前")):
            begins, ends = None, ends if atoms[-1].text.endswith(("底", "末")) else begins
        elif opened and begins:
            ends = None
    return Time(start, end + len(tail), kind, text[start : end + len(tail)], begins, ends)


def _from_to(atoms: list[Atom], second: int, at: datetime) -> tuple[datetime | None, datetime | None]:
    """A range runs from the first expression's begin to the second one's end, which lacks what the first has said."""
    if not second:
        return meant(atoms, at)
    first, last = atoms[:second], atoms[second:]
    begins = meant(first, at)[0]
    said = {atom.kind for atom in last}
    ranks = [_COARSER.index(kind) for kind in said if kind in _COARSER[:4]]
    inherited = [a for a in first if a.kind in _COARSER and (not ranks or _COARSER.index(a.kind) < min(ranks))]
    if "part" not in said and "clock" in said:
        inherited += [a for a in first if a.kind == "part"]
    ends = meant([*(a for a in inherited if a.kind not in said), *last], at)[1]
    return begins, ends if begins and ends and ends > begins else None


def _kind(atoms: list[Atom], *, ranged: bool, opened: bool) -> str:
    kinds = {atom.kind for atom in atoms}
    if "every" in kinds:
        return RECURRING
    if kinds == {"lasting"}:
        return DURATION
    if ranged or (opened and "clock" not in kinds):
        return PERIOD
    if "clock" in kinds or _MINUTES_AGO.search("".join(atom.text for atom in atoms if atom.kind == "ago")):
        return MOMENT
    if kinds & {"day", "date", "relday", "part"} or _one_day(atoms):
        return DAY
    return PERIOD


def _one_day(atoms: list[Atom]) -> bool:
    last = atoms[-1]
    return (last.kind == "week" and last.text[-1] in "一二三四五六日天") or (
        last.kind == "ago" and any(unit in last.text for unit in "天日")
    )
