"""The words that a suggestion rests on, marked in the text itself."""

import re
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Piece:
    text: str
    is_marked: bool = False


def marked(text: str, words: Iterable[str]) -> list[Piece]:
    """The text cut where the words stand; longer words win over shorter ones inside them."""
    wanted = sorted({word for word in words if word.strip()}, key=len, reverse=True)
    if not wanted:
        return [Piece(text)]
    pattern = re.compile("(" + "|".join(map(re.escape, wanted)) + ")", re.IGNORECASE)
    return [Piece(part, at % 2 == 1) for at, part in enumerate(pattern.split(text)) if part]
