"""Another body's labels: which of theirs a leaf of our tree belongs to, and files that carry them."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nlp.core.category import CategoryModel
from nlp.core.corpus import Sample
from nlp.core.features import document
from nlp.core.linear import Scores


class BadFile(ValueError):
    """文件无法读取。"""


@dataclass(frozen=True)
class LabelMap:
    """Code prefixes of our tree → their label. The longest prefix decides; a leaf without one is none of theirs."""

    by_prefix: Mapping[str, str]

    @classmethod
    def read(cls, path: Path) -> "LabelMap":
        """From a CSV with the columns code and label (an empty label takes a leaf out)."""
        return cls({row["code"].strip(): row["label"].strip() for row in rows(path, needed=("code", "label"))})

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(sorted({label for label in self.by_prefix.values() if label}))

    def of(self, code: str) -> str:
        prefixes = [prefix for prefix in self.by_prefix if code.startswith(prefix)]
        return self.by_prefix[max(prefixes, key=len)] if prefixes else ""

    def chances(self, chances: Scores, codes: Sequence[str]) -> Scores:
        """Probabilities of their labels, shape (texts, labels), given that one of them is right.

        How many of our leaves a label has says nothing about how often it occurs there, so a label counts with the
        mean of its leaves, not with their sum.
        """
        belongs = np.array([[self.of(code) == label for label in self.labels] for code in codes], dtype=np.float32)
        means = np.asarray(chances @ belongs) / np.maximum(belongs.sum(axis=0), 1) + 1e-9
        return np.asarray(means / means.sum(axis=1, keepdims=True))


def mapped_chances(model: CategoryModel, samples: Sequence[Sample], labels: LabelMap) -> Scores:
    """What our model says of their labels for each text."""
    documents = [document(sample.text, sample.title) for sample in samples]
    return labels.chances(model.linear.chances_of_all(documents), model.linear.labels)


def labelled_file(path: Path, *, label: str = "label") -> list[Sample]:
    """Samples of a CSV with the columns body (or text), the label column and, if it has one, title."""
    return [
        Sample(row.get("body") or row.get("text") or "", row[label], title=row.get("title") or "")
        for row in rows(path, needed=(label,))
    ]


def rows(path: Path, *, needed: Sequence[str]) -> Iterator[dict[str, str]]:
    """The rows of a CSV in UTF-8 (with or without mark) or GBK."""
    reader = csv.DictReader(io.StringIO(_decoded(path.read_bytes(), path.name)))
    missing = [name for name in needed if name not in (reader.fieldnames or ())]
    if missing:
        raise BadFile(f"{path.name} 缺少列:{'、'.join(missing)};现有列:{'、'.join(reader.fieldnames or ())}。")
    yield from reader


def _decoded(content: bytes, name: str) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadFile(f"{name} 既不是 UTF-8 也不是 GBK 编码。")
