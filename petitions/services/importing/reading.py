"""Reading many texts: in this process, or in several, because a text is read by one core alone."""

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import chain
from multiprocessing.pool import AsyncResult

from django.db import connections

from nlp import serve
from nlp.core.places import Gazetteer
from nlp.serve import Reading
from petitions.services import where
from petitions.services.importing.batches import Read
from petitions.services.importing.drafts import Draft
from routing import rulebook

# Texts that a process reads together: the models' weights are gone through once for all of them.
CHUNK = 50
Words = tuple[str, str]
_places: Gazetteer | None = None


@contextmanager
def reader(processes: int) -> Iterator[Read]:
    """Begins to read drafts and returns a function that waits for the readings, in the order of the drafts."""
    global _places
    serve.warm()
    _places = where.gazetteer(rulebook.current())
    if processes <= 1:
        yield lambda drafts: partial(_read_all, _pieces(drafts))
        return
    # Children inherit the loaded models. They must not inherit a connection: two processes would talk into one.
    connections.close_all()
    with multiprocessing.get_context("fork").Pool(processes) as pool:
        yield lambda drafts: _waiting(pool.map_async(_read, _pieces(drafts), chunksize=1))


def _pieces(drafts: Sequence[Draft]) -> list[list[Words]]:
    words = [(draft.matter.text, draft.matter.title) for draft in drafts]
    return [words[at : at + CHUNK] for at in range(0, len(words), CHUNK)]


def _waiting(pieces: AsyncResult) -> Callable[[], list[Reading]]:
    return lambda: list(chain.from_iterable(pieces.get()))


def _read_all(pieces: Sequence[Sequence[Words]]) -> list[Reading]:
    return [reading for piece in pieces for reading in _read(piece)]


def _read(piece: Sequence[Words]) -> Sequence[Reading]:
    return serve.read_many(piece, gazetteer=_places)
