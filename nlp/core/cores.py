"""The same work on many items, on several cores, with the answers in the order of the items."""

import gc
import os
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

_work: Callable[[Any], Any] | None = None


def mapped(work: Callable[[Item], Result], items: Sequence[Item], *, processes: int | None = None) -> list[Result]:
    """`[work(item) for item in items]`, in `processes` (by default as many as pay). Each item is worked on alone, so
    the answers do not depend on how many there are. `work` may be a closure: children inherit it with its model."""
    count = processes or sensible(len(items))
    if count <= 1:
        return [work(item) for item in items]
    global _work
    _work = work
    pieces = [items[at : at + PIECE] for at in range(0, len(items), PIECE)]
    gc.freeze()  # what is loaded stays in pages that the children share
    try:
        with get_context("fork").Pool(count) as pool:
            return list(chain.from_iterable(pool.imap(_worked, pieces)))
    finally:
        gc.unfreeze()
        _work = None


def sensible(items: int) -> int:
    """How many processes pay for so many texts. Elsewhere than on Linux a child cannot safely inherit a model."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" and items >= WORTH_SHARING else 1


def _worked(piece: Sequence[Any]) -> list[Any]:
    assert _work is not None
    return [_work(item) for item in piece]
