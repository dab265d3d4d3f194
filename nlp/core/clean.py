"""One normalisation for training, serving and redaction, with a way back to the original offsets.

Two steps, because they have different needs. `fold` changes characters one for one (width, traditional
to simplified, odd spaces), so every offset stays what it was; redaction works on it. `clean` then drops
and collapses characters, and remembers for each character that is left where it came from.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources

# A hotline message has a few hundred characters, the longest real ones about 10,000. What is beyond this is
# kept in the case as it was sent, but not read by the engine: time and memory stay bounded.
MAX_CHARACTERS = 20_000

_INVISIBLE = "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\ufeff\ufff9\ufffa\ufffb"
_DROPPED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ud800-\udfff"
    + _INVISIBLE
    + "]+"
)
_REPEATED = re.compile(r"[ \t]*[\r\n][ \t\r\n]*|[ \t]+|(?P<mark>[^\w\s])(?P=mark)+")


@dataclass(frozen=True)
class Clean:
    """A normalised text; `origins[i]` is the index in the original of its character i."""

    text: str
    origins: tuple[int, ...]
    original_length: int
    truncated: bool = False

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Offsets in the original, [start, end), of the cleaned text's [start, end)."""
        if start >= end:
            at = self.origins[start] if start < len(self.origins) else self.original_length
            return at, at
        return self.origins[start], self.origins[end - 1] + 1


def fold(text: str) -> str:
    """The text with width, script and odd spaces normalised; always as long as the original."""
    # Most texts have few such characters or none: finding them costs a fifth of looking every character up.
    folded = _odd().sub(_folded, text)
    for match in _phrases().finditer(text):
        folded = folded[: match.start()] + _phrase_table()[match.group()] + folded[match.end() :]
    return folded


def clean(text: str, limit: int = MAX_CHARACTERS) -> Clean:
    """The text as the engine reads it: folded, without control characters, blanks and repeated marks made one.

    At most `limit` characters of the original are read; `truncated` says when there were more.
    """
    folded = fold(text[:limit])
    visible = [at for start, end in _visible(folded) for at in range(start, end)]
    seen = "".join(folded[start:end] for start, end in _visible(folded))
    kept = list(_kept(seen))
    joined = "".join("\n" if newline else seen[start:end] for start, end, newline in kept)
    origins = [visible[at] for start, end, _ in kept for at in range(start, end)]
    left, right = len(joined) - len(joined.lstrip()), len(joined.rstrip())
    return Clean(joined[left:right], tuple(origins[left:right]), len(text), len(text) > limit)


def plain(text: str, limit: int = MAX_CHARACTERS) -> str:
    """`clean(text).text`, three times as fast: for those who need no way back to the original."""
    return _REPEATED.sub(_one, _DROPPED.sub("", fold(text[:limit]))).strip()


def _one(match: re.Match[str]) -> str:
    found = match.group()
    return "\n" if "\n" in found else found[0]


def _visible(text: str) -> Iterator[tuple[int, int]]:
    """The stretches between control and invisible characters."""
    at = 0
    for match in _DROPPED.finditer(text):
        yield at, match.start()
        at = match.end()
    yield at, len(text)


def _kept(text: str) -> Iterator[tuple[int, int, bool]]:
    """The stretches that stay: of blanks and repeated marks the first character, which becomes a newline if one is
    among the blanks."""
    at = 0
    for match in _REPEATED.finditer(text):
        yield at, match.start(), False
        yield match.start(), match.start() + 1, "\n" in match.group()
        at = match.end()
    yield at, len(text), False


@cache
def _characters() -> dict[int, str]:
    """One character for one: full width to half, traditional to simplified, every blank to a space."""
    table = {ord(old): new for old, new in _dictionary("TSCharacters.txt") if len(old) == len(new) == 1}
    # Chinese punctuation stays as people write it; only what numbers, addresses and identifiers use is narrowed.
    for code in range(0xFF01, 0xFF5F):
        narrow = chr(code - 0xFEE0)
        if narrow.isalnum() or narrow in "@._-+/#*":
            table[code] = narrow
    table.update({ord(blank): " " for blank in "\u00a0\u1680\u202f\u205f\u3000\x0b\x0c"})
    table.update({code: " " for code in range(0x2000, 0x200B)})
    table.update({ord(line): "\n" for line in "\r\u0085\u2028\u2029"})
    return table


@cache
def _odd() -> re.Pattern[str]:
    """The characters that `_characters` changes, and all beyond the basic plane, which a set cannot list quickly."""
    basic = "".join(re.escape(chr(code)) for code in _characters() if code <= 0xFFFF)
    return re.compile(f"[{basic}\U00010000-\U0010ffff]")


def _folded(match: re.Match[str]) -> str:
    character = match.group()
    return _characters().get(ord(character), character)


def spellings(character: str) -> str:
    """All characters that are read as the same one: traditional and simplified, full and half width."""
    plain = character.translate(_characters())
    return _families().get(plain, "") + plain


@cache
def _families() -> dict[str, str]:
    families: dict[str, str] = {}
    for code, plain in _characters().items():
        if not plain.isspace() and chr(code) != plain:
            families[plain] = families.get(plain, "") + chr(code)
    return families


@cache
def _phrase_table() -> dict[str, str]:
    """Words whose characters are not simplified one by one, such as 乾坤."""
    return {
        old: new
        for old, new in _dictionary("TSPhrases.txt")
        if len(old) == len(new) and old.translate(_characters()) != new
    }


@cache
def _phrases() -> re.Pattern[str]:
    longest_first = sorted(_phrase_table(), key=lambda phrase: (-len(phrase), phrase))
    return re.compile("|".join(map(re.escape, longest_first)))


def _dictionary(name: str) -> Iterator[tuple[str, str]]:
    """The rows of one of OpenCC's dictionaries: the traditional form and its first simplified form."""
    lines = resources.files("opencc").joinpath("dictionary", name).read_text(encoding="utf-8").splitlines()
    for line in lines:
        old, _, new = line.partition("\t")
        if new:
            yield old, new.split(" ")[0]
