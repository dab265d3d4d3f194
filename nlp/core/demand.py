"""What the citizen asks for: the clause with 希望, 请求, 要求 …, and the short phrase without whom and how soon."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from nlp.core.wordlist import shipped

READ_CHARACTERS = 4_000
LONGEST_PHRASE = 40
SHORT = 5
_CLAUSE = re.compile(r"[^,，。！？；;!?\n]+[,，。！？；;!?\n]?")
_CUE = re.compile(
    r"(?:强烈|再次|特此|恳切|诚恳|急切|真诚|紧急|一致|我的|主要|本人|我们|唯一)?"
    r"(?:希望|盼望|期望|渴望|请求|恳求|恳请|肯请|跪求|要求|请愿|呼吁|建议|诉求(?:是|为|[:：])|诉求[:：]?|烦请|敬请|麻烦|劳烦|能否|可否|能不能|可不可以"
    r"|是否(?:可以|能够?|应该)|请问|想问|求助|咨询|想咨询|想了解|想知道|求(?=[\u4e00-\u9fff]{2})|望(?=[\u4e00-\u9fff])(?![江京城湖山花月海远岳仙亭])|盼(?=[\u4e00-\u9fff])|请(?=[\u4e00-\u9fff]))"
)
# 求 and 请 inside these words ask for nothing; 希望小学 is a school, 物业要求 is what the other side wants.
_NOT_BEFORE = re.compile(
    r"(?:没有?|看不到|看到|毫无|失去|抱着?|带着|有|充满|满怀|唯一的|的|按照?|符合|达到|满足|不合|根据|医生|物业|公司|学校|老师|银行|单位|老板|他们?|她|对方|开发商|被"
    r"|强制|合理|社区|客服|政策|无理|国家|上级|规定|一再|多次|申|邀|聘|宴|约|未经|商家|中介|店家|房东|村里|派出所|法律|条例|环保|质量|当时|曾经|合同|驾校|工作人员)$"
)
_NOT_AFTER = re.compile(r"小学|工程|之星|的是|了(?!解)|过|而不|不到|渺茫")
_NOT_AFTER_SHORT = re.compile(
    r"假|教(?!育)|柬|帖|人吃|吃饭|来的|安(?!排|装|全)|愿|贤|生(?!态)|证|职|学(?!校)|医(?!院|生|保)|租|购|高望重|着|了|过|客"
)
_FRESH = frozenset(("求", "望", "盼", "请"))
_OPENERS = re.compile(
    r"(?:^|现|故|特|敬|还|并|也|再|就|所以|因此|在此|为此|特此|最后|同时|另外|急|诚|只|更|但|、|,|:|：|\s|说|的)$"
)
_THANKS = re.compile(r"谢谢|感谢|祝|此致|敬礼")
_ASKS = re.compile(
    r"[^,，。！？；;!?\n]{0,30}(?:怎么办理|如何办理|什么时候能|何时能|什么时候才|何时才|几时能|何时|怎么办|该找谁|需要什么|哪里办|有没有规划|合法吗|合理吗|可以吗|能吗)"
)


@dataclass(frozen=True, order=True)
class Demand:
    """A wish at [start, end) of the text; `phrase` names it shortly, `cue` is the word that says it is one."""

    start: int
    end: int
    text: str
    phrase: str
    cue: str


def find(text: str) -> tuple[Demand, ...]:
    """The demands of a cleaned text, in order; a question counts only when nothing is demanded."""
    text = text[:READ_CHARACTERS]
    clauses = list(_CLAUSE.finditer(text))
    found: list[Demand] = []
    for at, clause in enumerate(clauses):
        if not found or clause.start() >= found[-1].end:
            found.extend(_demand(text, clauses, at))
    return tuple(found) or tuple(_questions(text, clauses))


def _demand(text: str, clauses: list[re.Match[str]], at: int) -> Iterator[Demand]:
    cue = _cue(clauses[at])
    if cue is None:
        return
    end = clauses[at].end()
    following = at + 1
    # 希望有关部门, 尽快处理: a cue without its wish takes the next clause too.
    while following < len(clauses) and text[end - 1] in ",， " and len(_phrase(text[cue.end() : end])) < SHORT:
        end = clauses[following].end()
        following += 1
        if following - at > 3:
            break
    phrase = _phrase(text[cue.end() : end])
    if phrase:
        end -= len(text[:end]) - len(text[:end].rstrip(",，。！？；;!?\n "))
        yield Demand(cue.start(), end, text[cue.start() : end], phrase[:LONGEST_PHRASE], cue.group())


def _cue(clause: re.Match[str]) -> re.Match[str] | None:
    """The first word of asking that is meant as one."""
    words = clause.group()
    for found in _CUE.finditer(words):
        before, after = words[: found.start()], words[found.end() :]
        short = found.group() in _FRESH
        if short and (_NOT_AFTER_SHORT.match(after) or (found.group() != "请" and not _OPENERS.search(before))):
            continue
        if _NOT_BEFORE.search(before) or _NOT_AFTER.match(after):
            continue
        return _moved(clause, found)
    return None


def _moved(clause: re.Match[str], found: re.Match[str]) -> re.Match[str] | None:
    return _CUE.match(clause.string, clause.start() + found.start(), clause.end())


def _phrase(words: str) -> str:
    """The wish without whom it is addressed to and how soon, and without the final mark."""
    words = words.strip(" ,，。！？；;!?\n、:：")
    while True:
        lead = next((word for word in _lead(words[:1]) if words.startswith(word)), "")
        if not lead or len(lead) == len(words):
            return words
        words = words[len(lead) :].lstrip(" ,，、:：的")


@cache
def _lead(first: str) -> tuple[str, ...]:
    return tuple(sorted((w for w in shipped("addressees.txt").labels if w.startswith(first)), key=len, reverse=True))


def _questions(text: str, clauses: list[re.Match[str]]) -> Iterator[Demand]:
    for clause in clauses:
        asked = _ASKS.match(clause.group()) or clause.group().rstrip().endswith(("？", "?", "吗", "吗？", "呢？"))
        if asked and not _THANKS.search(clause.group()):
            words = clause.group().strip(" ,，。！？；;!?\n")
            start = clause.start() + clause.group().index(words) if words else clause.start()
            if len(words) >= 3:
                yield Demand(start, start + len(words), words, words[:LONGEST_PHRASE], "问")
