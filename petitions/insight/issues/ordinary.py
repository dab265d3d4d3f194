"""Ordinary messages of the shipped corpus: beside a few cases they tell which words are common and which are not."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from nlp.core.corpus import seed_samples
from nlp.core.issues import Message, Read, Reader

# From so many cases on a collection knows its words by itself.
ENOUGH = 2_000
EVERY = 7


def beside(cases: int) -> Sequence[Read]:
    """About a thousand messages; none where there are cases enough."""
    return _read() if cases < ENOUGH else ()


@cache
def _read() -> Sequence[Read]:
    reader = Reader()
    samples = list(seed_samples())[::EVERY]
    return [reader.read(Message(f"ordinary-{at}", sample.title, sample.text)) for at, sample in enumerate(samples)]
