"""Search terms: what is put into the index for a text, and what a query looks for."""

import re
from collections.abc import Iterable, Iterator

from nlp.core.clean import clean
from nlp.core.segment import search_words

# A tsvector holds at most 1 MB; 4,000 distinct terms cover ≈ 2,500 characters of new wording.
MAX_TERMS = 4_000
MAX_TERM_LENGTH = 64
HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f〇"
_HAN_RUN = re.compile(rf"[{HAN}]+")
_LATIN_RUN = re.compile(r"[0-9a-z]+")


def index_terms(text: str) -> list[str]:
    """Distinct terms of a text in order of first appearance: words, pairs of Han characters, codes in lower case."""
    cleaned = clean(text).text.lower()
    return terms_of(cleaned, search_words(cleaned))


def terms_of(cleaned: str, words: Iterable[str]) -> list[str]:
    """As `index_terms`, for a text that was cleaned and cut already."""
    found: dict[str, None] = {}
    for term in _all_terms(cleaned.lower(), words):
        if len(found) >= MAX_TERMS:
            break
        found.setdefault(term[:MAX_TERM_LENGTH])
    return list(found)


def query_terms(query: str) -> list[str]:
    """Terms that every text containing the query has: pairs of Han characters and whole codes.

    A single Han character or a part of a code gives no term of its own; the caller's LIKE decides then.
    """
    cleaned = clean(query).text.lower()
    return list(dict.fromkeys(term[:MAX_TERM_LENGTH] for term in (*_pairs(cleaned), *_LATIN_RUN.findall(cleaned))))


def _all_terms(cleaned: str, words: Iterable[str]) -> Iterator[str]:
    yield from _LATIN_RUN.findall(cleaned)
    yield from (word.lower() for word in words if len(word) > 1)
    yield from _pairs(cleaned)


def _pairs(text: str) -> Iterator[str]:
    for run in _HAN_RUN.findall(text):
        for at in range(len(run) - 1):
            yield run[at : at + 2]
