"""What a message says apart from where: its content words without names, and what its title complains of."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlp.core import named, segment
from nlp.core.category import CategoryModel
from nlp.core.clean import plain
from nlp.core.features import document, function_words

# The start says what a message is about; this also bounds the time for a letter.
READ_CHARACTERS = 800
# Words that say how somebody writes or where they stand, not what is wrong.
_INTRODUCING = re.compile(
    "反映|投诉|举报|咨询|建议|请问|询问|请求|恳请|希望|盼望|要求|关于|有关|相关|能否|可否|是否|什么|怎么|为何|何时|问题"
    "|附近|门口|周边|旁边|严重|长期|强烈|加快|急需|解决|处理|再次|一直|多次|尽快"
)
_CODED = re.compile(r"[A-Za-z0-9]")
_MARK = re.compile(r"[^\w]")


@dataclass(frozen=True)
class Message:
    """A text to be grouped. Messages of one `issue` (the same concrete problem) are one row to the grouping."""

    id: str
    title: str
    body: str
    issue: str = ""


@dataclass(frozen=True)
class Read:
    """Words of title and body without names (a name leaves the kind of its ending), phrases of the title, and the
    probabilities of the category tree's leaves, shape (leaves,), or (0,) without a category model."""

    title: tuple[str, ...]
    body: tuple[str, ...]
    phrases: tuple[tuple[str, ...], ...]
    chances: NDArray[np.float32]


def read(messages: Sequence[Message], model: CategoryModel | None = None) -> list[Read]:
    """Each message alone: the answer does not depend on the others."""
    chances = _chances(messages, model)
    found = []
    for message, row in zip(messages, chances, strict=True):
        title, body = without_names(message.title), without_names(message.body)
        found.append(Read(tuple(filter(_tells, title)), tuple(filter(_tells, body)), tuple(phrases(title)), row))
    return found


def _chances(messages: Sequence[Message], model: CategoryModel | None) -> NDArray[np.float32]:
    if model is None or not messages:
        return np.zeros((len(messages), 0), dtype=np.float32)
    return model.linear.chances_of_all([document(message.body, message.title) for message in messages])


def without_names(text: str) -> list[str]:
    """The words in order; of a name only the kind of its ending is left (〔学校〕), a mark or a name ends a phrase."""
    whole = plain(text)[:READ_CHARACTERS]
    words = named.tokens(whole, segment.words(whole), len(whole))
    kinds = _outermost(named.find(words))
    kept: list[str] = []
    reached = 0
    for token in words:
        if _MARK.search(whole[reached : token.start]):
            kept.append("")
        reached = token.end
        inside = next(((end, kind) for start, end, kind in kinds if start <= token.start and token.end <= end), None)
        if inside:
            kept.append(f"〔{inside[1]}〕" if inside[0] == token.end else "")
        else:
            kept.append(token.word)
    return kept


def _outermost(names: Iterable[named.Named]) -> list[tuple[int, int, str]]:
    """(start, end, kind) of the names that are not part of a longer one."""
    spans = sorted({(name.start, -name.end, name.kind) for name in names if not name.bare})
    found: list[tuple[int, int, str]] = []
    for start, end, kind in spans:
        if not found or -end > found[-1][1]:
            found.append((start, -end, kind))
    return found


def phrases(words: Iterable[str]) -> list[tuple[str, ...]]:
    """Up to three neighbouring words that may title a topic: 夜间施工, 夜间施工噪音. Function words, codes, names and
    what only introduces a matter (请问, 附近) end one."""
    found: list[tuple[str, ...]] = []
    run: list[str] = []
    for word in [*words, ""]:
        if _tells(word) and not word.startswith("〔") and not _INTRODUCING.fullmatch(word):
            run.append(word)
            found.extend(tuple(run[-length:]) for length in (1, 2, 3) if len(run) >= length)
        else:
            run = []
    return found


def _tells(word: str) -> bool:
    return len(word) > 1 and not _CODED.search(word) and word not in function_words()
