"""The real messages that the figures are measured on; they are no part of the project."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from nlp.core import category, corpus, features, labels
from nlp.core.category import CategoryModel
from nlp.core.features import Document

SEED = 20240601
# A raw message that shares this much of a segmented one's words is the same message.
SAME = 0.5


@dataclass(frozen=True)
class Sources:
    """Lazily read files of one folder."""

    folder: Path

    @cached_property
    def segmented(self) -> list[dict[str, str]]:
        return list(labels.rows(self.folder / "labelled_segmented.csv", needed=("label", "tokens", "dup_group")))

    @cached_property
    def raw(self) -> list[dict[str, str]]:
        return list(labels.rows(self.folder / "labelled_raw_sample.csv", needed=("title", "body", "label")))

    @cached_property
    def unlabelled(self) -> list[dict[str, str]]:
        return list(labels.rows(self.folder / "messages.csv", needed=("title", "body")))

    @cached_property
    def answered(self) -> list[dict[str, str]]:
        return list(labels.rows(self.folder / "messages_with_replies.csv", needed=("title", "body", "reply")))

    @cached_property
    def segmented_documents(self) -> list[Document]:
        return [features.from_tokens(row["tokens"].split()) for row in self.segmented]

    @cached_property
    def raw_documents(self) -> list[Document]:
        return read(self.raw)


@cache
def shipped() -> CategoryModel:
    """The model of the authored corpus alone."""
    return category.fit(corpus.seed_samples(), corpus.leaves(), seed=SEED)[0]


def read(rows: Iterable[dict[str, str]]) -> list[Document]:
    return [features.document(row["body"], row["title"]) for row in rows]


def groups_of_copies(sources: Sources) -> list[set[str]]:
    """For each raw message the groups of segmented messages that are the same message or nearly."""
    bags = [set(each.content.words) for each in sources.segmented_documents]
    having: dict[str, list[int]] = defaultdict(list)
    for at, bag in enumerate(bags):
        for word in bag:
            having[word].append(at)
    found = []
    for each in sources.raw_documents:
        mine = set(each.content.words)
        shared = Counter(at for word in mine if len(having[word]) < 400 for at in having[word])
        near = [at for at, _ in shared.most_common(20) if len(bags[at] & mine) >= SAME * len(bags[at] | mine)]
        found.append({sources.segmented[at]["dup_group"] for at in near})
    return found
