"""Search terms: what is put into the index for a text, and what a query looks for."""

import re
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from operator import add

from nlp.core.clean import plain, spellings
from nlp.core.segment import search_words

# A tsvector holds at most 1 MB; 4,000 distinct terms cover ≈ 2,500 characters of new wording.
MAX_TERMS = 4_000
MAX_TERM_LENGTH = 64
LONG_NUMBER = 6
HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f〇"
_HAN_RUN = re.compile(rf"[{HAN}]+")
_LATIN_RUN = re.compile(r"[0-9a-z]+")


def index_terms(text: str) -> list[str]:
    """Distinct terms of a text in order of first appearance: words, pairs of Han characters, codes in lower case."""
    cleaned = plain(text).lower()
    return terms_of(cleaned, search_words(cleaned))


def terms_of(cleaned: str, words: Iterable[str]) -> list[str]:
    """As `index_terms`, for a text that was cleaned and cut already."""
    return list(islice(dict.fromkeys(_all_terms(cleaned.lower(), words)), MAX_TERMS))


def query_terms(query: str) -> list[str]:
    """Terms that every text containing the query has: pairs of Han characters and whole codes.

    A single Han character gives no term of its own, nor does a code at either end of the query, which may go on in
    the text ("A3" stands in "A35"), nor a long number, which is not indexed. The caller's exact look decides then.
    """
    cleaned = plain(query).lower()
    return list(dict.fromkeys(term[:MAX_TERM_LENGTH] for term in (*_pairs(cleaned), *_whole_codes(cleaned))))


def is_long_number(term: str) -> bool:
    """Phones, identity and bank cards: kept out of every index."""
    return term.isdigit() and len(term) >= LONG_NUMBER


def spelled_any_way(word: str) -> str:
    """A regular expression for the word in either script and width; every other character stands for itself."""
    return "".join(f"[{spellings(c)}]" if len(spellings(c)) > 1 else re.escape(c) for c in word)


def _all_terms(cleaned: str, words: Iterable[str]) -> Iterator[str]:
    longer = (word.lower()[:MAX_TERM_LENGTH] for word in words if len(word) > 1)
    codes = (code[:MAX_TERM_LENGTH] for code in _LATIN_RUN.findall(cleaned))
    return chain(codes, longer, _pairs(cleaned))


def _whole_codes(text: str) -> Iterator[str]:
    for match in _LATIN_RUN.finditer(text):
        if match.start() > 0 and match.end() < len(text) and not is_long_number(match.group()):
            yield match.group()


def _pairs(text: str) -> Iterator[str]:
    return chain.from_iterable(map(add, run, run[1:]) for run in _HAN_RUN.findall(text))
