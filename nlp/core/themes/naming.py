"""What a topic is about: telling words, a readable title out of people's own titles, the messages in its middle."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log, sqrt

from nlp.core import wordlist
from nlp.core.themes.reading import Read
from nlp.core.themes.space import counted

Phrase = tuple[str, ...]
# A count or a point in a row names no matter: 一名, 四个, 三年, 这件, 二百. 二手 and 三轮 do.
MEASURES = (
    "个 名 位 件 次 天 年 月 日 号 点 里 米 块 元 层 楼 栋 幢 户 家 间 套 条 张 台 辆 口 份 趟 遍 场 下 声 面 边 种"
    " 样 项 批 组 排 棵 根 只 头 段 片 处 岁 级 期 代 群 些 倍 成 截 直 带 个月 个半 点钟 小时 分钟 公里 平米 大半"
    " 会儿 上午 下午 晚上 早上 瓶 盏 对 双 把 封 句 座 所 番"
)
COUNTED = re.compile(f"第?[一二两三四五六七八九十百千万亿几半数多每某这那哪零〇]+({'|'.join(MEASURES.split())})?")
KEYWORDS, WORDS, REPRESENTATIVES = 8, 60, 5
TITLE_CHARACTERS = range(4, 11)
OTHER = "其他"


@dataclass(frozen=True)
class Theme:
    """A topic in words; `words` (word → weight, length 1) recognises it later, `representatives` are positions.

    `is_listed`: no phrase of people's own titles was found, the title only lists words.
    """

    title: str
    keywords: tuple[str, ...]
    words: Mapping[str, float]
    representatives: tuple[int, ...]
    is_listed: bool


@dataclass(frozen=True)
class Member:
    """A text in its topic: its cosine to the middle, its place among the caller's messages, and its issue."""

    read: Read
    label: int
    nearness: float
    position: int
    issue: str


def themes(members: Sequence[Member]) -> tuple[Theme, ...]:
    """One for each label 0, 1, …"""
    reads = [member.read for member in members]
    insides: list[list[int]] = [[] for _ in range(max(member.label for member in members) + 1)]
    for at, member in enumerate(members):
        insides[member.label].append(at)
    texts = [counted(read) for read in reads]
    everywhere = Counter(word for text in texts for word in text)
    phrases = _phrases(members)
    taken: set[str] = set()
    found = []
    for inside in insides:
        weights = _telling([texts[at] for at in inside], everywhere, len(texts))
        keywords = tuple(_naming(weights))[:KEYWORDS]
        own = [members[at] for at in inside]
        phrase = _phrase(_phrases(own), phrases, weights, taken)
        title = phrase or _listed(weights, taken)
        taken.add(title)
        found.append(Theme(title, keywords, _unit(weights), _representatives(own), is_listed=not phrase))
    return tuple(found)


def _telling(texts: Sequence[Counter[str]], everywhere: Counter[str], of: int) -> dict[str, float]:
    """Words that the topic's texts have and others have not (class-based TF-IDF), the most telling first.

    A text counts once for a word: one long letter does not name a topic.
    """
    seen = Counter(word for text in texts for word in text)
    weights = {
        word: count / len(texts) * log(1 + (count / len(texts)) * of / everywhere[word])
        for word, count in seen.items()
        if count > 1 or len(texts) < 3
    }
    best = sorted(weights, key=lambda word: (-weights[word], word))[:WORDS]
    return {word: weights[word] for word in best}


def _phrases(members: Sequence[Member]) -> Counter[Phrase]:
    """In how many issues each phrase stands in a title: a name that one heated issue repeats is no topic."""
    return Counter(phrase for _issue, phrase in {(m.issue, phrase) for m in members for phrase in m.read.phrases})


def _phrase(seen: Counter[Phrase], everywhere: Counter[Phrase], weights: Mapping[str, float], taken: set[str]) -> str:
    """The phrase of telling words that most of the topic's titles have and few others, each topic its own; or ''."""
    scores = {
        phrase: count * count / everywhere[phrase] * sum(weights.get(word, 0.0) for word in phrase)
        for phrase, count in seen.items()
        if sum(map(len, phrase)) in TITLE_CHARACTERS and "".join(phrase) not in taken
        if not any(map(COUNTED.fullmatch, phrase))
    }
    best = sorted(scores, key=lambda phrase: (-scores[phrase], phrase))[:1]
    if best and scores[best[0]] > 0 and seen[best[0]] > 1:
        return "".join(best[0])
    return ""


def _listed(weights: Mapping[str, float], taken: set[str]) -> str:
    words = _naming(weights)
    listed = ("、".join(words[:count]) for count in (2, 3))
    return next((title for title in listed if title and title not in taken), OTHER)


def _naming(weights: Mapping[str, float]) -> list[str]:
    """The words that can stand for the topic; 我家, 半夜 and 四个 tell it from others, but say nothing."""
    empty = wordlist.shipped("no_topic.txt")
    telling = [word for word in weights if not word.startswith("〔")]
    return [word for word in telling if word not in empty and not COUNTED.fullmatch(word)] or telling


def _representatives(members: Sequence[Member]) -> tuple[int, ...]:
    """The messages nearest to the middle, one for each issue."""
    first: dict[str, int] = {}
    for member in sorted(members, key=lambda each: (-each.nearness, each.position)):
        first.setdefault(member.issue, member.position)
    return tuple(first.values())[:REPRESENTATIVES]


def _unit(weights: Mapping[str, float]) -> dict[str, float]:
    length = sqrt(sum(weight * weight for weight in weights.values())) or 1.0
    return {word: round(weight / length, 4) for word, weight in weights.items()}
