"""Reading many texts: in this process, or in several, because a text is read by one core alone."""

import multiprocessing
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import connections

from nlp import serve
from nlp.core.places import Gazetteer
from nlp.serve import Reading
from petitions.services import suggest
from petitions.services.importing.batches import Read
from petitions.services.importing.drafts import Draft
from routing import rulebook

CHUNK = 25
_places: Gazetteer | None = None


@contextmanager
def reader(processes: int) -> Iterator[Read]:
    """A function that reads drafts in their order. With several processes, call it outside a transaction only."""
    global _places
    serve.warm()
    _places = suggest.gazetteer(rulebook.current())
    if processes <= 1:
        yield lambda drafts: [_read(_words(draft)) for draft in drafts]
        return
    # Children inherit the loaded models. They must not inherit a connection: two processes would talk into one.
    connections.close_all()
    with multiprocessing.get_context("fork").Pool(processes) as pool:
        yield lambda drafts: pool.map(_read, [_words(draft) for draft in drafts], chunksize=CHUNK)


def _words(draft: Draft) -> tuple[str, str]:
    return draft.matter.text, draft.matter.title


def _read(words: Sequence[str]) -> Reading:
    text, title = words
    return serve.read(text, title=title, gazetteer=_places)
