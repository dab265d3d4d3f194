"""The same topic keeps its number: newly found topics are matched with those before by the messages they share, and
one that was away by its words."""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from math import sqrt

import numpy as np


@dataclass(frozen=True)
class Limits:
    """`share`: of the messages that a pair of topics could share, how many it must; `alike`: cosine of the words of
    two topics without common messages, from which on they are the same one come back."""

    share: float = 0.3
    alike: float = 0.5


@dataclass(frozen=True)
class Carried:
    """`topic_of[n]`: the old topic that new topic n continues, None where it is born. `kept` of `before`: messages
    that were in a continuing topic, and those of them that still are."""

    topic_of: tuple[Hashable | None, ...]
    before: int
    kept: int
    returned: frozenset[int] = field(default=frozenset())  # the new ones that were recognised by their words


def carry(
    old: Mapping[str, Hashable],
    new: Mapping[str, int],
    words: Sequence[Mapping[str, float]],
    old_words: Mapping[Hashable, Mapping[str, float]],
    limits: Limits = Limits(),
) -> Carried:
    """Match topics so that as many messages as possible keep theirs; each topic has at most one partner.

    `old` and `new` say the topic of each message id, `words` those of new topics 0, 1, …, `old_words` of old ones.
    """
    shared = Counter((old[name], topic) for name, topic in new.items() if name in old)
    partner = _by_messages(shared, limits.share, len(words))
    topic_of: list[Hashable | None] = [partner.get(topic) for topic in range(len(words))]
    seen = {topic for topic, _new in shared}
    away = {topic: said for topic, said in old_words.items() if topic not in seen}
    returned = _by_words([at for at, topic in enumerate(topic_of) if topic is None], words, away, limits.alike)
    for at, topic in returned.items():
        topic_of[at] = topic
    continuing = set(partner.values())
    before = [(topic, at) for (topic, at), count in shared.items() if topic in continuing for _ in range(count)]
    kept = sum(topic_of[at] == topic for topic, at in before)
    return Carried(tuple(topic_of), len(before), kept, frozenset(returned))


def _by_messages(shared: Mapping[tuple[Hashable, int], int], share: float, count: int) -> dict[int, Hashable]:
    from scipy.optimize import linear_sum_assignment

    topics = sorted({topic for topic, _new in shared}, key=str)
    table = np.zeros((len(topics), count))
    for (topic, new), messages in shared.items():
        table[topics.index(topic), new] = messages
    rows, columns = linear_sum_assignment(-table)
    sizes, widths = table.sum(axis=1), table.sum(axis=0)
    return {
        int(new): topics[row]
        for row, new in zip(rows, columns, strict=True)
        if table[row, new] and table[row, new] >= share * min(sizes[row], widths[new])
    }


def _by_words(
    unmatched: Sequence[int],
    words: Sequence[Mapping[str, float]],
    away: Mapping[Hashable, Mapping[str, float]],
    alike: float,
) -> dict[int, Hashable]:
    pairs = sorted(
        ((cosine(words[at], said), at, topic) for at in unmatched for topic, said in away.items()),
        key=lambda pair: (-pair[0], pair[1], str(pair[2])),
    )
    found: dict[int, Hashable] = {}
    for near, at, topic in pairs:
        if near >= alike and at not in found and topic not in found.values():
            found[at] = topic
    return found


def cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    lengths = sqrt(sum(w * w for w in one.values()) * sum(w * w for w in other.values()))
    return sum(weight * other.get(word, 0.0) for word, weight in one.items()) / lengths if lengths else 0.0
