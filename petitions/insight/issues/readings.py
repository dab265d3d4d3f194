"""What was read of a case, kept beside it: reading is what costs, comparing is cheap.

Only redacted words are read, so nothing kept here names a person.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from sys import intern
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import F, Func, TextField, Value
from django.db.models.functions import Coalesce

from nlp import serve
from nlp.core.issues import Message, Read, Reader
from petitions.models import Petition
from petitions.states import CaseState

# What a reading is kept without: the row beside it knows.
_BESIDE = ("id", "when", "user", "areas", "matter")
_KEPT = sorted({field.name for field in fields(Read)} - {*_BESIDE})
LEFT_OUT = (CaseState.DRAFT, CaseState.INVALID)


@dataclass(frozen=True)
class Case:
    """A case as issues see it. `terms` are its search terms, `belongs` is False for what is no message of a citizen."""

    id: int
    title: str
    text: str
    received_at: datetime
    caller: int | None
    area_path: str
    category_code: str
    category: int | None
    area: int | None
    state: str
    is_probe: bool
    terms: Sequence[str]

    @property
    def belongs(self) -> bool:
        return self.state not in LEFT_OUT and not self.is_probe


_COLUMNS = (
    *("pk", "title", "redacted_text", "received_at", "caller_id", "path", "code", "category_id", "area_id"),
    *("state", "is_probe", "terms"),
)


def cases(ids: Sequence[int]) -> dict[int, Case]:
    """One statement."""
    rows = Petition.objects.filter(pk__in=ids).annotate(
        path=Coalesce("area__path", Value("")),
        code=Coalesce("category__code", Value("")),
        terms=Func(F("search"), function="tsvector_to_array", output_field=ArrayField(TextField())),
    )
    return {row[0]: Case(*row[:-1], row[-1] or ()) for row in rows.values_list(*_COLUMNS)}


def reader() -> Reader:
    """With the category model in use, if there is one."""
    return Reader(serve.in_use().category)


def read(case: Case, reader: Reader) -> Read:
    user = str(case.caller or "")
    said = reader.read(Message(str(case.id), case.title, case.text, case.received_at, user))
    return replace(said, areas=areas(case.area_path), matter=case.category_code)


def areas(path: str) -> tuple[str, ...]:
    """The codes in an area's path, the widest first."""
    return tuple(map(intern, path.split("/")[:-1]))


def kept(read: Read) -> bytes:
    said = asdict(read)
    return zlib.compress(json.dumps({name: said[name] for name in _KEPT}, ensure_ascii=False).encode(), level=3)


def restored(
    content: bytes,
    *,
    case: int,
    received_at: datetime,
    caller: int | None,
    area_path: str = "",
    category_code: str = "",
) -> Read | None:
    """The reading as it was; None when an earlier version of the software kept something else.

    Place and matter are those that the case has now: people correct them. Words are one object for all readings: a
    city's month is held at once.
    """
    said = json.loads(zlib.decompress(content))
    if sorted(said) != _KEPT:
        return None
    values = {name: _tuples(value) for name, value in said.items()}
    beside = {
        "when": received_at,
        "user": str(caller or ""),
        "areas": areas(area_path),
        "matter": intern(category_code),
    }
    return Read(id=str(case), **beside, **values)


def _tuples(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(map(_tuples, value))
    return intern(value) if isinstance(value, str) else value
