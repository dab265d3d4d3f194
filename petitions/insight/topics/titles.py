"""What a topic is called where people's own titles have no phrase in common: by the matters its cases were filed as."""

from collections import Counter
from collections.abc import Collection, Iterable

STEP = " › "
MOST_NAMED = 2


def title_of(said: str, *, is_listed: bool, filed: str, keywords: Iterable[str], taken: Collection[str]) -> str:
    """The phrase that people share, else what the cases were filed as, else the words; no two topics alike.

    `said` is what the texts gave; `is_listed`: it only lists words. Where the name of the matter is taken, a word that
    tells this topic from that one follows it.
    """
    if not is_listed or not filed:
        return said
    telling = (f"{filed}：{word}" for word in keywords if word not in filed)
    return next((title for title in (filed, *telling) if title not in taken), said)


def filed_as(full_names: Iterable[str]) -> str:
    """In the words of the category tree: the leaf of at least half of the cases; else the leaves, or the branches, that
    more than one case has; '' where they share nothing.
    """
    known = [name.split(STEP) for name in full_names]
    leaves = Counter(name[-1] for name in known)
    if leaves[""] == len(known):
        return ""
    (first, count), *_rest = leaves.most_common(1)
    if first and 2 * count >= len(known):
        return first
    shared = _shared(leaves) or _shared(Counter(name[0] for name in known))
    return "、".join(shared) + "等" if shared else ""


def _shared(names: Counter[str]) -> list[str]:
    return [name for name, count in names.most_common() if name and count > 1][:MOST_NAMED]
