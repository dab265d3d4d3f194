"""Searching cases by what they say, without an extension of the database.

Terms (jieba words and CJK bigrams) stand in a `tsvector` with a GIN index; a look at the redacted words makes the
answer exact: a phrase is found where it stands, not where its two-character pieces happen to meet.
"""

from django.contrib.postgres.search import SearchQuery
from django.db.models import Q, QuerySet

from nlp.core.search import query_terms, spelled_any_way
from petitions.queries.telling import quoted
from petitions.storable import storable

MOST_WORDS = 8
LONGEST = 60  # characters of a word that are compared; nobody searches for more, and a pattern has its price


def matching(cases: QuerySet, query: str) -> QuerySet:
    """Cases in which every word of the query occurs, in title, text or address. A case number finds its case."""
    words = storable(query).split()[:MOST_WORDS]
    for word in words:
        cases = cases.filter(_has(word) | Q(no__istartswith=word)) if _is_number(word) else cases.filter(_has(word))
    return cases


def _has(word: str) -> Q:
    terms, literal = query_terms(word), _stands_in(word)
    if not terms:  # a single character has no bigram: the exact look alone decides
        return literal
    tsquery = " & ".join(map(quoted, terms))
    return Q(search=SearchQuery(tsquery, search_type="raw", config="simple")) & literal


def _stands_in(word: str) -> Q:
    """Somewhere in the text, in either script and width."""
    spelled = spelled_any_way(word[:LONGEST])
    return Q(redacted_text__iregex=spelled) | Q(title__iregex=spelled) | Q(address__iregex=spelled)


def _is_number(word: str) -> bool:
    return len(word) >= 4 and word.isascii() and any(c.isdigit() for c in word)
