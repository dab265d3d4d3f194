"""Chinese words by jieba with the project's dictionaries: deterministic, quiet, safe in threads."""

import logging
import re
import tempfile
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from threading import Lock

import jieba

LEXICON = Path(__file__).resolve().parent.parent / "corpus" / "lexicon"
# These are lists for other parts of the engine; their lines are not jieba's `word frequency tag`.
_WORD_LISTS = ("hotline.txt", "units.txt")
# jieba's model for unknown words is quadratic in the length of a run without punctuation.
MAX_RUN = 200
_RUN = re.compile(rf"[^，。！？；、：,.!?;:\s]{{1,{MAX_RUN}}}")

# Parts that are words by accident: every 人民政府 would count as a mention of 民政 (civil affairs).
_FALSE_PARTS = {"人民政府": ("民政",)}

_starting = Lock()
_started: list[jieba.Tokenizer] = []


def warm(cache_dir: Path | None = None) -> None:
    """Load the dictionaries now, in this process, instead of at the first message (≈ 1 s, ≈ 80 MB).

    `cache_dir` keeps jieba's parsed dictionary between starts. It is loaded unchecked, so the folder must be
    ours alone (mode 700); without one, nothing is kept.
    """
    with _starting:
        if not _started:
            _started.append(_tokenizer(cache_dir))


def words(text: str) -> list[str]:
    """The words of a text in order, without blanks and punctuation."""
    return [word for run in _runs(text) for word in _jieba().cut(run) if _is_word(word)]


def search_words(text: str) -> list[str]:
    """As `words`, and long words also by their parts (人民医院 → 人民, 医院, 人民医院)."""
    return with_parts(words(text))


def with_parts(cut: Iterable[str]) -> list[str]:
    """jieba's search mode over words that were cut already: known parts of two and three characters come first,
    except parts that are words by accident."""
    found: list[str] = []
    for word in cut:
        found.extend(parts(word) if len(word) > 2 else (word,))
    return found


@lru_cache(maxsize=50_000)
def parts(word: str) -> tuple[str, ...]:
    """The known parts of a word and, last, the word itself."""
    known = _jieba().FREQ
    false = _FALSE_PARTS.get(word, ())
    inside = (word[at : at + length] for length in (2, 3) if len(word) > length for at in range(len(word) - length + 1))
    return (*(part for part in inside if known.get(part) and part not in false), word)


def frequency(word: str) -> int:
    """How often jieba's dictionary has seen the word; 0 when it does not list it."""
    return int(_jieba().FREQ.get(word) or 0)


def _jieba() -> jieba.Tokenizer:
    if not _started:
        warm()
    return _started[0]


def _runs(text: str) -> Iterator[str]:
    return (match.group() for match in _RUN.finditer(text))


def _is_word(word: str) -> bool:
    return any(character.isalnum() for character in word)


def _tokenizer(cache_dir: Path | None) -> jieba.Tokenizer:
    jieba.setLogLevel(logging.WARNING)
    if cache_dir is not None:
        cache_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        return _initialised(cache_dir)
    with tempfile.TemporaryDirectory(prefix="nlp-jieba-") as folder:
        return _initialised(Path(folder))


def _initialised(folder: Path) -> jieba.Tokenizer:
    tokenizer = jieba.Tokenizer()
    tokenizer.tmp_dir = str(folder)
    tokenizer.initialize()
    for name in _WORD_LISTS:
        for line in (LEXICON / name).read_text(encoding="utf-8").splitlines():
            if line and not line.startswith("#"):
                _add(tokenizer, *line.split())
    return tokenizer


def _add(tokenizer: jieba.Tokenizer, word: str, count: str = "", tag: str = "") -> None:
    tokenizer.add_word(word, int(count) if count else None, tag or None)
