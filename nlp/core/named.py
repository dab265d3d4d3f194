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
# Right before the ending the word may be more usual: 东湖小区 (1,900), but not 老旧小区.
USUAL, USUAL_BEFORE_ROAD = 2_500, 9_000
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
        if token.word in _sites():
            yield Named(token.start, token.end, PLACE, _sites().labels[token.word], False)


def _named(words: Sequence[Token], at: int, what: str, kind: str, length: int) -> Iterator[Named]:
    token = words[at]
    if token.word[-1] in _BESIDE:
        token = Token(token.start, token.end - 1, token.word[:-1])
    first = at
    # 大酒店 is as bare as 酒店; 36路 is a bus.
    bare = len(token.word) == length or token.word[:-length] in ("大", "小", "总", "各")
    if token.word == "路" and first and words[first - 1].word.isdecimal():
        return
    while first > 0 and words[first - 1].end == words[first].start and token.end - words[first - 1].start <= LONGEST:
        usual = (USUAL_BEFORE_ROAD if kind == "道路" else USUAL) if bare else RARE
        if not _belongs(words[first - 1].word, usual):
            break
        first -= 1
        bare = False
    # 做小区, 所学校: one character alone is no name, unless it is a code.
    single = token.end - length - words[first].start == 1 and "\u4e00" <= words[first].word[0] <= "\u9fff"
    if (bare or single) and (what == PLACE or length == 1):
        return
    start = token.end - length if single else words[first].start
    yield Named(start, token.end, what, kind, bare or single)


def _belongs(word: str, usual: int) -> bool:
    """Whether the word before may be part of the name; `usual` is how frequent an unlisted word may be."""
    if word in _bounds():
        return False
    if word in _name_words() or _ORDINAL.fullmatch(word):
        return True
    if word.isascii():
        return bool(_CODE.fullmatch(word)) or (word.isalpha() and len(word) <= 8)
    if len(word) == 1:
        return usual > RARE or frequency(word) < 20_000
    return bool(_ending(word)) or frequency(word) < usual


@cache
def _ending(word: str) -> tuple[str, str, int] | None:
    """What the word's ending says (a place or an organisation), its kind and length; None for other words."""
    if word in _bounds() or word in _no_names():
        return None
    if len(word) > 1 and word[-1] in _BESIDE and word[-2] in "路街桥河湖":
        word = word[:-1]
    for length in range(min(6, len(word)), 0, -1):
        ending = word[-length:]
        for what, endings in ((ORGANISATION, _organisations()), (PLACE, _places())):
            if ending in endings and (length > 1 or _is_short_name(word)):
                return what, endings.labels[ending], length
    return None


def _is_short_name(word: str) -> bool:
    """路 and 村 end many words that are no names: 马路, 一路, 农村."""
    always = word[-1] in "省市县镇" or (len(word) > 2 and word[-1] in "路街巷桥")
    return word not in _no_names() and (len(word) == 1 or always or frequency(word) < 3 * RARE)


_BESIDE = "上下边里旁"


@cache
def _bounds() -> WordList:
    return shipped("name_bounds.txt")


@cache
def _name_words() -> WordList:
    return shipped("name_words.txt")


@cache
def _no_names() -> WordList:
    return shipped("no_names.txt")


@cache
def _sites() -> WordList:
    return shipped("sites.txt")


@cache
def _organisations() -> WordList:
    return shipped("organisations.txt")


@cache
def _places() -> WordList:
    return shipped("place_endings.txt")
