"""Somebody's file of texts: its rows as documents, labels and groups, whatever its encoding."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from nlp.core import evaluate
from nlp.core.features import Document, document, from_tokens
from nlp.core.labels import BadFile, rows


@dataclass(frozen=True)
class Text:
    """What one row says: words that were cut already, or body and title."""

    body: str
    title: str = ""
    words: tuple[str, ...] = ()

    def document(self) -> Document:
        return from_tokens(self.words) if self.words else document(self.body, self.title)

    def __str__(self) -> str:
        return "".join(self.words) if self.words else f"{self.title}\n{self.body}"


@dataclass(frozen=True)
class TextFile:
    """The rows of a CSV as they were, and the text of each."""

    columns: tuple[str, ...]
    rows: tuple[Mapping[str, str], ...]
    texts: tuple[Text, ...]

    @cached_property
    def documents(self) -> tuple[Document, ...]:
        return tuple(text.document() for text in self.texts)

    def column(self, name: str) -> list[str]:
        return [(row[name] or "").strip() for row in self.rows]

    def groups(self, name: str | None) -> list[str]:
        """Which texts belong together: by a column, or copies that differ only in digits, blanks and marks."""
        if name is None:
            return evaluate.copies_together([str(text) for text in self.texts])
        return [value or f"row {at}" for at, value in enumerate(self.column(name))]


def read(path: Path, *, tokens: str | None = None, needed: Sequence[str] = ()) -> TextFile:
    """Texts of the columns title and body (or text), or of a column with words between blanks.

    Raises BadFile when a column is missing or there is no row.
    """
    found = tuple(rows(path, needed=(*needed, *([tokens] if tokens else []))))
    if not found:
        raise BadFile(f"{path.name} 中没有数据行。")
    columns = tuple(name for name in found[0] if name is not None)
    body = next((name for name in ("body", "text") if name in columns), None)
    if tokens:
        return TextFile(columns, found, tuple(Text("", words=tuple((row[tokens] or "").split())) for row in found))
    if body is None and "title" not in columns:
        raise BadFile(
            f"{path.name} 缺少列:title、body(或 text);已分词的文本请用 --tokens 指明列。现有列:{'、'.join(columns)}。"
        )
    bodies = [(row[body] or "" if body else "") for row in found]
    titles = [row.get("title") or "" for row in found]
    return TextFile(columns, found, tuple(map(Text, bodies, titles)))
