"""What is kept of a message to compare it with others: the words of its title and body, and the names in it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from sys import intern

import numpy as np

from nlp.core import named, segment
from nlp.core.category import CategoryModel
from nlp.core.clean import plain
from nlp.core.features import from_cut
from nlp.core.issues.ordinary import ordinary_words
from nlp.core.wordlist import shipped

# Letters of a few thousand characters repeat themselves; the bound keeps time and memory per message small.
READ_CHARACTERS = 1_500
TITLE_CHARACTERS = 120
# Spoken complaints have no title: their first clause stands in for it.
HEADLINE = re.compile(r"[^。！？；;!?\n]{1,30}")
GRAM_LENGTHS = (2, 3)
# Whole areas (A3区, 青山区) are named in thousands of messages about other things.
_AREA = re.compile(r"(?:[a-z]\d*|[\u4e00-\u9fff]{2,3})?[省市区县]")
# Left to itself the segmenter joins the last character of a coded area to what follows (B2县云栖公园: 县云栖).
_CODED = re.compile(r"([A-Za-z]\d*[省市区县])")
# How many areas of a case's there are down to its street and its community.
STREET, COMMUNITY = 3, 4


@dataclass(frozen=True)
class Message:
    """A message as it came in. `user` is who sent it, where that is known."""

    id: str
    title: str
    body: str
    when: datetime | None = None
    user: str = ""


@dataclass(frozen=True, slots=True)
class Read:
    """A message read once: its words in lower case and in order, names in full, the likeliest leaf's code.

    `name_words` are the words of the title that may name something: parts of names and words that are rare in Chinese,
    but for what letters to a hotline use about anything (公积金, 购房). `proper_words` are those of its names alone,
    without what many names have (小区, 公司).

    `areas` and `matter` are what a system knows beside the words: the areas it lies in, the widest first (city,
    district, street, community, …), and the leaf that people or the model filed it under. Empty: not known.
    """

    id: str
    title: str
    when: datetime | None
    user: str
    title_words: tuple[str, ...]
    body_words: tuple[str, ...]
    name_words: tuple[str, ...] = ()
    proper_words: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    leaf: str = ""
    areas: tuple[str, ...] = ()
    matter: str = ""

    @property
    def street(self) -> tuple[str, ...]:
        return self.areas[:STREET] if len(self.areas) >= STREET else ()

    @property
    def spot(self) -> tuple[str, ...]:
        """The community and the matter: what happens there at one time is mostly one problem."""
        return (*self.areas[:COMMUNITY], self.matter) if self.matter and len(self.areas) >= COMMUNITY else ()

    @property
    def title_grams(self) -> list[str]:
        """Two and three neighbouring characters of the title."""
        text = self.title.lower()
        return [text[at : at + length] for length in GRAM_LENGTHS for at in range(len(text) - length + 1)]

    @property
    def title_characters(self) -> list[str]:
        """But for coded areas, blanks and punctuation."""
        return [character for character in _CODED.sub("", self.title).lower() if character.isalnum()]

    @property
    def name_characters(self) -> list[str]:
        return [character for word in self.name_words for character in word if character.isalnum()]


@dataclass(frozen=True)
class Reader:
    """Reads messages. The category model only adds a reason (the same kind of problem); it is not needed."""

    category_model: CategoryModel | None = field(default=None, repr=False)

    def read(self, message: Message) -> Read:
        body = plain(message.body[: 2 * READ_CHARACTERS])[:READ_CHARACTERS]
        title = plain(message.title[: 2 * TITLE_CHARACTERS])[:TITLE_CHARACTERS].replace("\n", " ") or _headline(body)
        title_cut, body_cut = _cut(title), _cut(body)
        title_names, body_names = _names(title, title_cut), _names(body, body_cut)
        spans = ((title, title_names), (body, body_names))
        names = (_CODED.sub("", text[start:end]) for text, found in spans for start, end in found)
        return Read(
            id=message.id,
            title=title,
            when=message.when,
            user=message.user,
            title_words=tuple(map(_kept, title_cut)),
            body_words=tuple(map(_kept, body_cut)),
            name_words=_name_words(title, title_cut, title_names),
            proper_words=_proper_words(title, title_cut, title_names),
            names=tuple(sorted({name for name in map(_kept, names) if name and not is_area(name)})),
            leaf=self._leaf(f"{title}\n{body}".strip(), (*title_cut, *body_cut)),
        )

    def _leaf(self, whole: str, cut: Sequence[str]) -> str:
        if self.category_model is None or not cut:
            return ""
        linear = self.category_model.linear
        return linear.labels[int(np.argmax(linear.scores(linear.features.row(from_cut(whole, cut)))))]


def _cut(text: str) -> list[str]:
    """Its words; coded areas are words of their own."""
    return [word for at, part in enumerate(_CODED.split(text)) for word in ([part] if at % 2 else segment.words(part))]


def _headline(body: str) -> str:
    found = HEADLINE.search(body)
    return found.group().strip() if found else ""


Spans = list[tuple[int, int]]


def _names(text: str, cut: Sequence[str]) -> Spans:
    """Where names stand, without those that lie in longer ones."""
    found = {(name.start, name.end) for name in named.find(named.tokens(text, cut, len(text))) if not name.bare}
    kept: Spans = []
    for start, end in sorted(found, key=lambda span: (span[0], -span[1])):
        if not kept or end > kept[-1][1]:
            kept.append((start, end))
    return kept


def _name_words(title: str, cut: Sequence[str], names: Spans) -> tuple[str, ...]:
    """Estates carry names without a known ending, so rare words count as well."""
    found = {
        _kept(token.word)
        for token in named.tokens(title, cut, len(title))
        if any(start <= token.start < end for start, end in names)
        or (len(token.word) > 1 and segment.frequency(token.word) < named.RARE)
    }
    return tuple(sorted(word for word in found - ordinary_words() if not is_area(word)))


def _proper_words(title: str, cut: Sequence[str], names: Spans) -> tuple[str, ...]:
    inside = {
        _kept(token.word)
        for token in named.tokens(title, cut, len(title))
        if any(start <= token.start < end for start, end in names)
    }
    return tuple(sorted(word for word in inside if not is_area(word) and not is_ending(word)))


def is_area(word: str) -> bool:
    """Whole areas; they say little about where."""
    return bool(_AREA.fullmatch(word))


def is_ending(word: str) -> bool:
    """What many names end in (小区, 公司)."""
    return word in shipped("place_endings.txt") or word in shipped("organisations.txt")


@lru_cache(maxsize=200_000)
def _kept(word: str) -> str:
    """The word in lower case, one object for all messages: millions of them are held at once."""
    return intern(word.lower())
