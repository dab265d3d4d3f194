"""Words of a lexicon file found in a text, each with its label: the longest word at each place."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from nlp.core.corpus import BAR, CORPUS, BadCorpus


@dataclass(frozen=True, order=True)
class Word:
    """A lexicon word that stands in the text at [start, end)."""

    start: int
    end: int
    text: str
    label: str


class WordList:
    """Words ready for look-up; build once, use from any thread."""

    def __init__(self, labels: Mapping[str, str]) -> None:
        self.labels = dict(labels)
        self._any = re.compile(_pattern(_tree(self.labels))) if self.labels else None

    def find(self, text: str) -> Iterator[Word]:
        """The words in order without overlaps."""
        for match in self._any.finditer(text) if self._any else ():
            yield Word(match.start(), match.end(), match.group(), self.labels[match.group()])

    def __contains__(self, word: str) -> bool:
        return word in self.labels


Tree = dict[str, "Tree"]
_END = ""


def _tree(words: Iterable[str]) -> Tree:
    root: Tree = {}
    for word in sorted(words):
        node = root
        for character in word:
            node = node.setdefault(character, {})
        node[_END] = {}
    return root


def _pattern(node: Tree) -> str:
    """The words below a node as one expression without backtracking between them, the longest first."""
    parts = [re.escape(first) + _pattern(below) for first, below in node.items() if first != _END]
    if not parts:
        return ""
    return f"(?:{'|'.join(parts)})" + ("?" if _END in node else "")


@cache
def shipped(name: str) -> WordList:
    """The word list of a lexicon file: lines of `label｜word word …`, # begins a comment."""
    path = CORPUS / "lexicon" / name
    return WordList(_rows(path.name, path.read_text(encoding="utf-8").splitlines()))


def _rows(name: str, lines: Iterable[str]) -> dict[str, str]:
    labels: dict[str, str] = {}
    for number, line in enumerate(lines, start=1):
        if line.strip() and not line.startswith("#"):
            label, bar, words = line.partition(BAR)
            if not bar or not words.split():
                raise BadCorpus(f"{name} 第 {number} 行:应为“标签｜词 词 …”。")
            labels.update(dict.fromkeys(words.split(), label.strip()))  # a word stands under one label, the last
    return labels
