"""Group messages into topics: learn on a sample, then place all others one by one, on as many machines as there are."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlp.core.category import CategoryModel
from nlp.core.themes import communities, naming
from nlp.core.themes.naming import Member, Theme
from nlp.core.themes.reading import Message, read
from nlp.core.themes.space import Places, Space

# A graph of so many rows takes seconds and some 100 MB; a month beyond it is placed by the topics' middles.
SAMPLE = 12_000
PIECE = 500
SMALLEST = 3  # a group of fewer rows is no topic: its rows go to the nearest one

# An issue of so many messages is one row, so that it does not become a topic of its own. With every issue one row
# the agreement with rules on problem kinds falls from .67 to .65; with the heated ones alone it stays.
HEATED = 10

# Carries out `work` on pieces, anywhere, and gives the answers in the order of the pieces.
Engine = Callable[[Callable[[Sequence[Message]], Any], Sequence[Sequence[Message]]], Iterable[Any]]
Placed = tuple[int, float]


def alone(work: Callable[[Sequence[Message]], Any], pieces: Sequence[Sequence[Message]]) -> Iterable[Any]:
    """The engine of one process."""
    return map(work, pieces)


@dataclass(frozen=True)
class Found:
    """Topics of messages: for each message its topic and its cosine to the topic's middle. Every message has one."""

    labels: tuple[int, ...]
    nearness: tuple[float, ...]
    themes: tuple[Theme, ...]


@dataclass(frozen=True)
class Middles:
    """What is needed to place a message: small enough to be sent to other machines."""

    model: CategoryModel | None
    space: Space
    centres: Places  # (topics, directions + leaves), rows of length 1

    def place(self, messages: Sequence[Message]) -> list[Placed]:
        """The nearest topic of each and the cosine to it."""
        return nearest(self.space.places(read(messages, self.model)), self.centres)


def find(
    messages: Sequence[Message],
    model: CategoryModel | None = None,
    *,
    seed: int = 0,
    start: Mapping[str, Hashable] | None = None,
    engine: Engine = alone,
    sample: int = SAMPLE,
) -> Found:
    """Every message gets a topic. Neither the order of the messages nor the engine changes the answer.

    `start` (id → whatever names its topic so far) keeps what still holds. The engine may add up floats in another
    order: two engines agree but for messages that stand on the border between two topics (under 1 in 1,000).
    """
    if not messages:
        return Found((), (), ())
    order = sorted(range(len(messages)), key=lambda at: _lot(messages[at].id, seed))
    drawn, rest = order[:sample], order[sample:]
    reads = _spread(engine, partial(read, model=model), [messages[at] for at in drawn])
    space = Space.fit(reads, seed=seed)
    places = space.places(reads)
    labels = _communities(places, [messages[at] for at in drawn], start or {}, seed)
    middles = Middles(model, space, _centres(places, labels))
    answers = {
        at: (int(label), float(np.clip(row @ middles.centres[label], -1, 1)))
        for at, label, row in zip(drawn, labels, places, strict=True)
    }
    others = _spread(engine, middles.place, [messages[at] for at in rest])
    answers.update(zip(rest, others, strict=True))
    members = [Member(said, *answers[at], at, _issue(messages[at])) for said, at in zip(reads, drawn, strict=True)]
    return Found(
        tuple(answers[at][0] for at in range(len(messages))),
        tuple(answers[at][1] for at in range(len(messages))),
        naming.themes(members),
    )


def nearest(places: Places, centres: Places) -> list[Placed]:
    if not len(places):
        return []
    cosines = np.clip(places @ centres.T, -1, 1)
    best = cosines.argmax(axis=1)
    return [(int(at), float(row[at])) for at, row in zip(best, cosines, strict=True)]


def _spread(engine: Engine, work: Callable[[Sequence[Message]], Any], messages: Sequence[Message]) -> list[Any]:
    pieces = [messages[at : at + PIECE] for at in range(0, len(messages), PIECE)]
    return list(chain.from_iterable(engine(work, pieces)))


def _lot(name: str, seed: int) -> bytes:
    """A lot that depends on nothing but the message's id and the seed."""
    return blake2b(f"{seed} {name}".encode(), digest_size=8).digest() + name.encode()


def _issue(message: Message) -> str:
    """A message of no issue is one of its own; an issue is never named like a message."""
    return message.issue or f"\n{message.id}"


def _communities(
    places: Places, messages: Sequence[Message], start: Mapping[str, Hashable], seed: int
) -> NDArray[np.int64]:
    """Communities of the rows, messages of a heated issue as one row; the smallest ones dissolved."""
    told = Counter(message.issue for message in messages if message.issue)
    keys = [message.issue if told[message.issue] >= HEATED else f"\n{message.id}" for message in messages]
    row_of = {key: row for row, key in enumerate(dict.fromkeys(keys))}
    rows = np.array([row_of[key] for key in keys])
    issues = _centres(places, rows)
    before = [start.get(message.id) for message in messages]
    found = communities.groups(issues, seed=seed, start=_started(issues, rows, before))
    labels: NDArray[np.int64] = _without_small(issues, found)[rows]
    return labels


def _started(issues: Places, rows: NDArray[np.int64], before: Sequence[Hashable]) -> list[int] | None:
    """Where each row begins: in the topic it had; a new one in the topic whose middle is nearest."""
    numbers = {name: number for number, name in enumerate(dict.fromkeys(n for n in before if n is not None))}
    if not numbers:
        return None
    known = {int(row): numbers[name] for row, name in zip(rows, before, strict=True) if name is not None}
    centres = _centres(issues[list(known)], np.array(list(known.values())))
    return [known.get(row, at) for row, (at, _cosine) in enumerate(nearest(issues, centres))]


def _without_small(places: Places, found: NDArray[np.int64]) -> NDArray[np.int64]:
    sizes = np.bincount(found)
    kept = int((sizes >= min(SMALLEST, sizes[0])).sum())  # numbered from the largest on
    centres = _centres(places[found < kept], found[found < kept])
    moved = [at if at < kept else to for at, (to, _cosine) in zip(found, nearest(places, centres), strict=True)]
    return np.array(moved, dtype=np.int64)


def _centres(places: Places, labels: NDArray[np.int64]) -> Places:
    """The middle of each label's rows, of length 1, shape (labels, directions + leaves)."""
    sums = np.zeros((int(labels.max()) + 1, places.shape[1]), dtype=np.float32)
    np.add.at(sums, labels, places)
    lengths = np.linalg.norm(sums, axis=1, keepdims=True)
    return np.asarray(sums / np.where(lengths > 0, lengths, 1), dtype=np.float32)
