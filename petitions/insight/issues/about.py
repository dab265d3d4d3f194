"""What an issue is about: the name and the words that most of its messages have. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from nlp.core.issues import Read, Weights

LONGEST, SHOWN = 60, 8


def object_of(reads: Collection[Read]) -> str:
    """The commonest name, the longest of equally common ones; '' where no name is in at least half of the messages."""
    names = Counter(name for read in reads for name in set(read.names))
    if not names:
        return ""
    name, count = max(names.items(), key=lambda item: (item[1], len(item[0]), item[0]))
    return name[:LONGEST] if 2 * count >= len(reads) else ""


def words_of(reads: Collection[Read], weights: Weights) -> list[str]:
    """Words outside names that many of the messages have and few others, the most telling first."""
    found = Counter(word for read in reads for word in _words(read))
    often = ((word, count) for word, count in found.items() if count > 1 or len(reads) == 1)
    ranked = sorted(often, key=lambda item: (-item[1] * weights.rarity("body_words", item[0]), item[0]))
    return [word for word, _ in ranked[:SHOWN]]


def _words(read: Read) -> set[str]:
    """Without parts of names and numbers."""
    return {
        word
        for word in {*read.title_words, *read.body_words}
        if len(word) > 1 and word.isalpha() and not any(word in name for name in read.names)
    }
