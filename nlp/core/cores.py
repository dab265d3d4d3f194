"""The same work on many items, on several cores, with the answers in the order of the items."""

import gc
import os
import signal
import sys
from collections.abc import Callable, Sequence
from itertools import chain
from multiprocessing import get_context
from typing import Any, TypeVar

# Work is handed out in pieces, so that one long text does not hold up a core at the end.
PIECE = 100
# Below this many texts the second process costs more than it saves.
WORTH_SHARING = 2_000

Item = TypeVar("Item")
Result = TypeVar("Result")

_inherited: tuple[Callable[[Any], Any], Sequence[Any]] | None = None


def mapped(
    work: Callable[[Item], Result], items: Sequence[Item], *, processes: int | None = None, piece: int = PIECE
) -> list[Result]:
    """`[work(item) for item in items]`, in `processes` (by default as many as pay), `piece` items at a time.

    Each item is worked on alone, so the answers do not depend on how many there are. Work and items may be closures:
    children inherit both, only answers are sent. They must not touch a database connection, which they inherit too.
    """
    count = processes or sensible(len(items))
    if count <= 1:
        return [work(item) for item in items]
    global _inherited
    _inherited = work, items
    gc.freeze()  # what is loaded stays in pages that the children share
    try:
        with get_context("fork").Pool(count, initializer=_end_at_once) as pool:
            pieces = [range(len(items))[at : at + piece] for at in range(0, len(items), piece)]
            return list(chain.from_iterable(pool.imap(_worked, pieces)))
    finally:
        gc.unfreeze()
        _inherited = None


def sensible(items: int) -> int:
    """How many processes pay for so many texts."""
    return available() if items >= WORTH_SHARING else 1


def available() -> int:
    """The cores of this process; 1 elsewhere than on Linux, where a child cannot safely inherit a model."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1


def _end_at_once() -> None:
    """A pool ends its children by SIGTERM. The parent's handler, inherited, may be noted while a child goes to wait for
    a lock, and is then never run: both would wait for ever."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _worked(piece: range) -> list[Any]:
    assert _inherited is not None
    work, items = _inherited
    return [work(items[at]) for at in piece]
