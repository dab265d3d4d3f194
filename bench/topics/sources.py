"""The real messages and the key that the figures are measured on; they are no part of the project."""

from dataclasses import dataclass
from datetime import UTC
from functools import cached_property
from itertools import chain
from pathlib import Path

from nlp.core import cores, labels
from nlp.core.issue_scores import KeyIssue, read_key
from nlp.core.issues import Message, Read, Reader
from nlp.core.written_times import parse_time


@dataclass(frozen=True)
class Sources:
    """Lazily read files of one folder; `more_keys` are further keys of the same messages, wherever they are."""

    folder: Path
    more_keys: tuple[Path, ...] = ()

    @cached_property
    def rows(self) -> list[dict[str, str]]:
        return list(labels.rows(self.folder / "messages.csv", needed=("id", "user", "title", "body", "time")))

    @cached_property
    def reads(self) -> list[Read]:
        reader = Reader()
        return cores.mapped(lambda row: reader.read(_message(row)), self.rows)

    @cached_property
    def keys(self) -> dict[str, tuple[KeyIssue, ...]]:
        """Each key by the name of its file; what the issues of one are called is not used in another."""
        files = (self.folder / "hot_issues_dev.csv", *self.more_keys)
        return {file.stem: read_key(labels.rows(file, needed=("issue_id", "message_id"))) for file in files}

    @property
    def key(self) -> tuple[KeyIssue, ...]:
        """The issues of all keys."""
        return tuple(chain.from_iterable(self.keys.values()))


def _message(row: dict[str, str]) -> Message:
    return Message(row["id"], row["title"], row["body"], parse_time(row["time"], UTC), row["user"])
