"""敏感: words of danger in an urgent case, and whether the matter comes again and again. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Sensitive:
    """The classes that a case touches, with the words that say so; `is_instant`: repeated, urgent and sensitive."""

    classes: tuple[str, ...]
    words: tuple[str, ...]
    is_instant: bool


def sensitive(
    words: Iterable[str],
    classes: Mapping[str, str],
    watched: Collection[str],
    *,
    urgency: str,
    repeats: int,
    instant: int,
) -> Sensitive | None:
    """words: those of danger in the text; classes: word → class. None: not urgent, or of no class that is watched.

    repeats: how often the matter has come, this time included; `instant` of them make it one for the heads at once.
    """
    hits = [(word, classes[word]) for word in words if classes.get(word) in watched]
    if urgency == "normal" or not hits:
        return None
    kinds = tuple(dict.fromkeys(kind for _, kind in hits))
    return Sensitive(kinds, tuple(dict.fromkeys(word for word, _ in hits)), repeats >= instant)
