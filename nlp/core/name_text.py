"""What stands in a text for the name recogniser to look at: bounds of words, titles, endings of places, known names."""

import math
import re
from dataclasses import dataclass, field
from functools import cache

from nlp.core.segment import frequency, words
from nlp.core.wordlist import shipped

LONGEST = 8


@dataclass(frozen=True)
class Cut:
    """A folded text and, for each of its characters, where the word that covers it begins and ends."""

    text: str
    begins: list[int]
    ends: list[int]
    _crossings: dict[int, int] = field(default_factory=dict)

    def crossed(self, at: int) -> int:
        """How common the commonest word is that stands across this place."""
        if at not in self._crossings:
            text = self.text
            around = (text[max(0, at - 1) : at + 1], text[max(0, at - 2) : at + 1], text[max(0, at - 1) : at + 2])
            inside = 0 < at < len(text)
            self._crossings[at] = max(size(frequency(word)) for word in around) if inside else 0
        return self._crossings[at]


@cache
def size(count: int) -> int:
    """0 for a word that is not listed, then one more for each power of ten or so."""
    return 0 if not count else 1 + min(4, int(math.log10(count + 1)))


def cut(text: str) -> Cut:
    """A folded text with the bounds of its words."""
    begins, ends = list(range(len(text))), list(range(1, len(text) + 1))
    at = 0
    for word in words(text):
        at = text.find(word, at)
        begins[at : at + len(word)] = [at] * len(word)
        ends[at : at + len(word)] = [at + len(word)] * len(word)
        at += len(word)
    return Cut(text, begins, ends)


@cache
def scarce() -> frozenset[str]:
    return frozenset(word for word, label in shipped("titles.txt").labels.items() if label == "罕姓")


@cache
def _titles() -> re.Pattern[str]:
    words = (word for word, label in shipped("titles.txt").labels.items() if label == "称呼")
    return re.compile("|".join(sorted(words, key=lambda word: (-len(word), word))))


def title_at(text: str, at: int) -> str:
    found = _titles().match(text, at)
    return found.group() if found else "-"


@cache
def sites() -> re.Pattern[str]:
    words = (word for word, label in shipped("titles.txt").labels.items() if label == "地名店名")
    return re.compile("|".join(sorted(words, key=lambda word: (-len(word), word))))


def site_at(text: str, at: int) -> str:
    """Whether a word for a place stands here, one or two characters further on, or not at all."""
    return next((str(step) for step in range(3) if sites().match(text, at + step)), "-")


@cache
def foreign() -> re.Pattern[str]:
    letters = "".join(word for word, label in shipped("titles.txt").labels.items() if label == "译音")
    return re.compile(f"[{letters}]{{2,{LONGEST}}}(?:[·•][{letters}]{{1,{LONGEST}}})*")


def renowned(text: str) -> list[tuple[int, int]]:
    """Where people of history and brands are named: no private person."""
    return [match.span() for match in _renowned().finditer(text)]


@cache
def _renowned() -> re.Pattern[str]:
    return re.compile("|".join(sorted(shipped("renowned.txt").labels, key=lambda word: (-len(word), word))))
