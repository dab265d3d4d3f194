"""What an issue is called, so that a reader knows where and what: the title of one of its messages, else a clause.

The message that is most like all others speaks for them, unless its title leaves open where or what (求助,
我们这栋楼没水) and another one's does not.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from math import fsum

from nlp.core.clean import plain
from nlp.core.features import function_words
from nlp.core.issues.ordinary import ordinary_words
from nlp.core.issues.reading import Message, Read, Reader, is_area, is_ending
from nlp.core.wordlist import shipped

# Another title than the middle's is the issue's if so many of the other messages have its name and its words too.
SHARED_NAME, SHARED_WORD = 1 / 2, 1 / 4
# Between titles that say as much: what fewer of the others have speaks against one, and so do many characters.
SELDOM, ENOUGH_CHARACTERS, EACH_CHARACTER_MORE = 0.3, 25, 0.05
# Of a letter's beginning the first clause is taken that says most.
READ_CHARACTERS, SHORTEST, LONGEST = 600, 5, 60
MATTERS = ("problems.txt", "objects.txt")
_CLAUSE = re.compile(r"[^,，。！？；;!?\n]+(?:[,，][^,，。！？；;!?\n]+)?")


def title(reads: Sequence[Read], middle: int, body: str) -> str:
    """Of these messages, all of one issue. `middle`: who is most like all others, and that message's text."""
    speaks = speaker(reads, middle)
    return clause(reads, middle, body) if speaks is None else reads[speaks].title


def speaker(reads: Sequence[Read], middle: int) -> int | None:
    """Whose title says where and what, or as much of it as any does; None where no title says anything."""
    shared = _Shared.of(reads)
    own = shared.worth(reads[middle])
    if own.where and own.what:
        return middle
    # What the middle's title says is not to be lost, as far as the issue is about that.
    kept = {word for word in _telling(reads[middle]) if shared.share(word) >= SHARED_NAME}
    worth = {
        at: shared.worth(read, names=SHARED_NAME, words=SHARED_WORD)
        for at, read in enumerate(reads)
        if kept <= set(read.title_words)
    }
    best = max(worth, key=lambda at: (worth[at].says, worth[at].shared, -at))
    if worth[best].what and worth[best].says > own.says:
        return best
    return middle if own.says else None


def clause(reads: Sequence[Read], middle: int, body: str) -> str:
    """What says most of the beginning of the middle message's text; its title where nothing says more than that."""
    shared, reader = _Shared.of(reads), Reader()
    said = [reads[middle], *(reader.read(Message("", each, "")) for each in _clauses(body))]
    return max(said, key=lambda each: shared.worth(each).says).title


@dataclass(frozen=True)
class _Worth:
    """Whether a title says where and what; how much of it the other messages say too."""

    where: bool
    what: bool
    shared: float

    @property
    def says(self) -> int:
        return self.where + self.what


@dataclass(frozen=True)
class _Shared:
    """How many of so many messages have each word."""

    having: Counter[str]
    messages: int

    @classmethod
    def of(cls, reads: Sequence[Read]) -> "_Shared":
        return cls(Counter(word for read in reads for word in {*read.title_words, *read.body_words}), len(reads))

    def worth(self, read: Read, *, names: float = 0.0, words: float = 0.0) -> _Worth:
        """Names and other words count that at least so many of the other messages have."""
        said = _telling(read)
        matters = {word for word in said if word not in read.proper_words and _is_matter(word)}
        more = max(0, len(read.title) - ENOUGH_CHARACTERS)
        return _Worth(
            where=any(self.share(word) >= names for word in said - matters),
            what=any(self.share(word) >= words for word in matters),
            shared=fsum(self.share(word) - SELDOM for word in said) - EACH_CHARACTER_MORE * more,
        )

    def share(self, word: str) -> float:
        """Of the other messages; one that stands alone has nobody to agree with."""
        return (self.having[word] - 1) / (self.messages - 1) if self.messages > 1 else 1.0


def _clauses(body: str) -> Iterator[str]:
    for found in _CLAUSE.finditer(plain(body[: 2 * READ_CHARACTERS])[:READ_CHARACTERS]):
        words = found.group().strip()
        if len(words) >= SHORTEST:
            yield words if len(words) <= LONGEST else f"{words[: LONGEST - 1]}…"


def _telling(read: Read) -> set[str]:
    return {word for word in read.title_words if not _is_empty(word)}


def _is_matter(word: str) -> bool:
    """What letters to a hotline are about; all other words are taken for names."""
    return word in ordinary_words() or any(next(shipped(name).find(word), None) for name in MATTERS)


def _is_empty(word: str) -> bool:
    return len(word) < 2 or word.isdecimal() or is_area(word) or is_ending(word) or word in _empty_words()


@cache
def _empty_words() -> frozenset[str]:
    return function_words().union(*(shipped(name).labels for name in ("empty_titles.txt", "no_topic.txt")))
