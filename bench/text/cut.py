"""The segmenter against the one it stands in for: jieba's Python code with the same words added.

How many messages are cut alike, what the difference does to macro-F1, and characters a second of each. jieba is a
requirement of the project for its dictionary alone.
"""

import tempfile
import time
from collections.abc import Callable
from typing import Any

import jieba

from bench.text.sources import SEED, Sources, groups_of_copies
from nlp.core import blend, evaluate, features, segment
from nlp.core.linear import softmax

MESSAGES = 1_500
Cut = Callable[[str], list[str]]


def measure(sources: Sources) -> dict[str, Any]:
    theirs = theirs_with_our_words()
    texts = [features.whole_text(row["body"], row["title"]) for row in sources.unlabelled[:MESSAGES]]
    ours, our_seconds = timed(segment.words, texts)
    others, their_seconds = timed(theirs, texts)
    characters = sum(map(len, texts))
    return {
        "messages": len(texts),
        "characters": characters,
        "cut alike, share of messages": share(ours, others),
        "cut alike but for words with digits": share(*map(without_digits, (ours, others))),
        "million characters a CPU second": {
            "rjieba": characters / our_seconds / 1e6,
            "jieba": characters / their_seconds / 1e6,
        },
        **effect(sources, theirs),
    }


def theirs_with_our_words() -> Cut:
    tokenizer = jieba.Tokenizer()
    jieba.setLogLevel("ERROR")
    with tempfile.TemporaryDirectory() as folder:
        tokenizer.tmp_dir = folder  # its cache is loaded unchecked: never from a folder that others can write to
        tokenizer.initialize()
    for word, count, tag in segment.own_words():
        tokenizer.add_word(word, count or None, tag)
    return lambda text: [word for run in segment.runs(text) for word in tokenizer.cut(run) if segment.is_word(word)]


def timed(cut: Cut, texts: list[str]) -> tuple[list[list[str]], float]:
    cut(texts[0])
    started = time.process_time()
    return [cut(text) for text in texts], time.process_time() - started


def share(ours: list[list[str]], others: list[list[str]]) -> float:
    return sum(one == other for one, other in zip(ours, others, strict=True)) / len(ours)


def without_digits(cut: list[list[str]]) -> list[list[str]]:
    """Numbers joined by a hyphen are one word to one and three to the other."""
    return [[word for word in words if not any(mark.isdigit() or mark == "-" for mark in word)] for words in cut]


def effect(sources: Sources, theirs: Cut) -> dict[str, float]:
    """The raw messages cut either way, by one model of the segmented ones that saw none of them nor a copy."""
    hidden = set().union(*groups_of_copies(sources))
    seen = [at for at, row in enumerate(sources.segmented) if row["dup_group"] not in hidden]
    model = blend.fit(
        [sources.segmented_documents[at] for at in seen], [sources.segmented[at]["label"] for at in seen], seed=SEED
    )
    truth = [row["label"] for row in sources.raw]
    found = {}
    for name, cut in (("rjieba", segment.words), ("jieba", theirs)):
        wholes = [features.whole_text(row["body"], row["title"]) for row in sources.raw]
        documents = [features.from_cut(whole, cut(whole[: 2 * features.READ_CHARACTERS])) for whole in wholes]
        found[name] = softmax(model.scores_of_all(documents))
    changed = (found["rjieba"].argmax(axis=1) != found["jieba"].argmax(axis=1)).sum()
    return {
        "raw messages": len(truth),
        "labels that differ": int(changed),
        **{f"macro-F1 by {name}": evaluate.measure(c, model.labels, truth).macro_f1 for name, c in found.items()},
    }
