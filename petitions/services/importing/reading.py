"""Reading many texts: in this process, or in several, because a text is read by one core alone."""

import multiprocessing
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial

from django.db import connections

from nlp import serve
from nlp.core.places import Gazetteer
from nlp.serve import Reading
from petitions.services import where
from petitions.services.importing.batches import Read
from petitions.services.importing.drafts import Draft
from routing import rulebook

CHUNK = 25
Words = tuple[str, str]
_places: Gazetteer | None = None


@contextmanager
def reader(processes: int) -> Iterator[Read]:
    """Begins to read drafts and returns a function that waits for the readings, in the order of the drafts."""
    global _places
    serve.warm()
    _places = where.gazetteer(rulebook.current())
    if processes <= 1:
        yield lambda drafts: partial(_read_all, [_words(draft) for draft in drafts])
        return
    # Children inherit the loaded models. They must not inherit a connection: two processes would talk into one.
    connections.close_all()
    with multiprocessing.get_context("fork").Pool(processes) as pool:
        yield lambda drafts: pool.map_async(_read, [_words(draft) for draft in drafts], chunksize=CHUNK).get


def _read_all(texts: Sequence[Words]) -> list[Reading]:
    return [_read(words) for words in texts]


def _words(draft: Draft) -> Words:
    return draft.matter.text, draft.matter.title


def _read(words: Words) -> Reading:
    text, title = words
    return serve.read(text, title=title, gazetteer=_places, with_facts=False)
