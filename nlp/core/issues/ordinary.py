"""Words that letters to a hotline use about anything: they name nothing, however rare they are elsewhere."""

from collections import Counter
from functools import cache

from nlp.core import corpus, segment

# A word of so many of the authored texts is ordinary; the names that were invented for them are in one or two.
OFTEN = 3


@cache
def ordinary_words() -> frozenset[str]:
    """In lower case. Cutting the texts takes about a second, once in a process."""
    seen: Counter[str] = Counter()
    for sample in corpus.seed_samples():
        seen.update({word.lower() for word in segment.words(f"{sample.title}。{sample.text}")})
    return frozenset(word for word, texts in seen.items() if texts >= OFTEN)
