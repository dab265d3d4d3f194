"""What each picture of a board says as a table: for people who read, for files, and where scripts do not run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Cell:
    text: Any
    href: str = ""


@dataclass(frozen=True)
class Picture:
    """`label` says the picture in one sentence; `data` is what the script draws, None where the server has drawn."""

    code: str
    label: str
    head: Sequence[Any]
    rows: Sequence[Sequence[Cell]]
    sheet: str
    note: str = ""
    data: dict[str, Any] | None = field(default=None)
