"""Counters kept by difference. Pure."""

from collections.abc import Hashable, Mapping
from typing import TypeVar

K = TypeVar("K", bound=Hashable)
Sums = tuple[int, ...]


def difference(before: Mapping[K, Sums], after: Mapping[K, Sums]) -> dict[K, Sums]:
    """What has to be added to a counter so that it says `after` where it said `before`; all sums are of one length."""
    changed = {}
    for key in before.keys() | after.keys():
        old, new = before.get(key), after.get(key)
        nothing = (0,) * len(old or new or ())
        delta = tuple(a - b for a, b in zip(new or nothing, old or nothing, strict=True))
        if any(delta):
            changed[key] = delta
    return changed
