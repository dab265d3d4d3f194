"""Names of places, firms and institutions by their endings: 泉塘街道, 四季花园小区, 宏达物业公司.

An ending says that a name stands there; how far it reaches to the left is told by the words before it. Rare words
and words that names are made of belong to it, everyday words and particles end it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from nlp.core.segment import frequency
from nlp.core.wordlist import WordList, shipped

# Words this rare in jieba's dictionary are taken for parts of a name (泉塘 0, 锦绣 180, 小孩 5,000).
RARE = 250
LONGEST = 16
PLACE, ORGANISATION = "地点", "单位"
_CODE = re.compile(r"[A-Za-z]\d{0,3}|\d{1,4}|[一二三四五六七八九十]{1,2}")
_ORDINAL = re.compile(r"第[一二三四五六七八九十\d]{1,3}|[一二三四五六七八九十\d]{1,2}[期区]")


@dataclass(frozen=True, order=True)
class Named:
    """A name at [start, end); `kind` is the ending's kind, `bare` when nothing but the ending stands there."""

    start: int
    end: int
    what: str
    kind: str
    bare: bool


class Token(NamedTuple):
    """A word at [start, end) of the text."""

    start: int
    end: int
    word: str


def tokens(text: str, cut: Sequence[str], limit: int) -> list[Token]:
    """The words of the first `limit` characters with their offsets; `cut` is `segment.words` of the same text."""
    found: list[Token] = []
    at = 0
    for word in cut:
        start = text.find(word, at)
        at = start + len(word)
        if at > limit:
            break
        found.append(Token(start, at, word))
    return found


def find(words: Sequence[Token]) -> Iterator[Named]:
    """Every name, in the order of their endings; names inside others are all given."""
    for at, token in enumerate(words):
        ending = _ending(token.word)
        if ending:
            what, kind, length = ending
            yield from _named(words, at, what, kind, length)


def _named(words: Sequence[Token], at: int, what: str, kind: str, length: int) -> Iterator[Named]:
    token = words[at]
    first = at
    bare = len(token.word) == length
    while first > 0 and words[first - 1].end == words[first].start and token.end - words[first - 1].start <= LONGEST:
        if not _belongs(words[first - 1].word, what, nothing_yet=bare):
            break
        first -= 1
        bare = False
    # 做小区, 所学校: one character alone is no name, unless it is a code.
    single = token.end - length - words[first].start == 1 and "\u4e00" <= words[first].word[0] <= "\u9fff"
    if (bare or single) and (what == PLACE or length == 1):
        return
    start = token.end - length if single else words[first].start
    yield Named(start, token.end, what, kind, bare or single)


def _belongs(word: str, what: str, *, nothing_yet: bool) -> bool:
    """Whether the word before may be part of the name."""
    if word in _bounds():
        return False
    if word in _name_words() or _ORDINAL.fullmatch(word):
        return True
    if word.isascii():
        return bool(_CODE.fullmatch(word)) or (word.isalpha() and len(word) <= 8)
    if len(word) == 1:
        return nothing_yet or frequency(word) < 20_000
    if _ending(word):
        return True
    return frequency(word) < RARE


@cache
def _ending(word: str) -> tuple[str, str, int] | None:
    """What the word's ending says (a place or an organisation), its kind and length; None for other words."""
    if word in _bounds() or word in _NOT_NAMES:
        return None
    for length in range(min(6, len(word)), 0, -1):
        ending = word[-length:]
        for what, endings in ((ORGANISATION, _organisations()), (PLACE, _places())):
            if ending in endings and (length > 1 or _is_short_name(word)):
                return what, endings.labels[ending], length
    return None


def _is_short_name(word: str) -> bool:
    """路 and 村 end many words that are no names: 马路, 一路, 农村."""
    return word not in _NOT_NAMES and (len(word) == 1 or frequency(word) < 3 * RARE or word[-1] in "省市县镇")


_NOT_NAMES = frozenset(
    "马路 道路 公路 一路 半路 走路 修路 网路 线路 铁路 电路 农村 本村 全村 村村 我村 乡村 城乡 全市 全省 全县 全区 本市 我市 我县 我区 本区"
    " 城市 城区 市区 地区 区县 县区 省市 县市 大城 都市 门店  一组 小组 班组 中庭 家庭 法庭 房屋 里 心里 家里"
    " 这里 那里 哪里 公里 夜里 屋里 上街 逛街 逛店 本店 该店 江湖 运河 母亲河 门市 上市 股市 房市 年轻 大学城 "
    " 居民区 集中区 密集区 住宅区 老旧小区 商业区 片区 校区 城郊区 排队 上路 下路 活路 走途无路 出路 套路 思路 沿路 退路 十字路 我省 贵省 问政西地省"
    " 商业街 临街 沿街 街区 村庄 本组 全队 施工队 交警队 督导组 工作组 专案组 检查组 巡视组 购物中心 购物广场 城中村 新农村 人行横道 单行道 主干道 行车道 弯道 通道 管道 渠道 高速公路 高速路 商城 长城 进城 在城 本城 开店 到店 门面 面店 实体店".split()
)


@cache
def _bounds() -> WordList:
    return shipped("name_bounds.txt")


@cache
def _name_words() -> WordList:
    return shipped("name_words.txt")


@cache
def _organisations() -> WordList:
    return shipped("organisations.txt")


@cache
def _places() -> WordList:
    return shipped("place_endings.txt")
