"""The real messages and the key that the figures are measured on; they are no part of the project."""

from dataclasses import dataclass
from datetime import UTC
from functools import cached_property
from pathlib import Path

from nlp.core import cores, labels
from nlp.core.issue_scores import KeyIssue, read_key
from nlp.core.issues import Message, Read, Reader
from nlp.core.written_times import parse_time


@dataclass(frozen=True)
class Sources:
    """Lazily read files of one folder."""

    folder: Path

    @cached_property
    def rows(self) -> list[dict[str, str]]:
        return list(labels.rows(self.folder / "messages.csv", needed=("id", "user", "title", "body", "time")))

    @cached_property
    def reads(self) -> list[Read]:
        reader = Reader()
        return cores.mapped(lambda row: reader.read(_message(row)), self.rows)

    @cached_property
    def key(self) -> tuple[KeyIssue, ...]:
        return read_key(labels.rows(self.folder / "hot_issues_dev.csv", needed=("issue_id", "message_id")))


def _message(row: dict[str, str]) -> Message:
    return Message(row["id"], row["title"], row["body"], parse_time(row["time"], UTC), row["user"])
