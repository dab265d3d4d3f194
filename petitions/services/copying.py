"""Many rows of a model by COPY: the server does what it does for INSERT (constraints, triggers, indexes), and Django's
compiling of statements, half the time of writing a case, falls away."""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import cache
from io import StringIO
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchVectorField
from django.db import connection, models

from petitions.queries.telling import quoted

Cell = Callable[[Any], str]
NULL = r"\N"


def copied(rows: Sequence[models.Model]) -> None:
    """Insert rows of one model in one statement; a row without a key gets the next one. Raises IntegrityError."""
    if not rows:
        return
    fields = _fields(type(rows[0]), rows[0].pk is not None)
    lines = StringIO("".join(_line(row, fields) for row in rows))
    columns = ", ".join(f'"{field.column}"' for field, _ in fields)
    # Errors of COPY are psycopg's own unless they are asked to be Django's.
    with connection.cursor() as cursor, connection.wrap_database_errors:
        cursor.copy_expert(f'COPY "{rows[0]._meta.db_table}" ({columns}) FROM STDIN', lines)


@cache
def _fields(model: type[models.Model], with_key: bool) -> list[tuple[Any, Cell]]:
    fields = (field for field in model._meta.concrete_fields if with_key or not field.primary_key)
    return [(field, _cell(field)) for field in fields]


def _line(row: models.Model, fields: Iterable[tuple[Any, Cell]]) -> str:
    values = ((field.pre_save(row, True), cell) for field, cell in fields)
    return "\t".join(NULL if value is None else cell(value) for value, cell in values) + "\n"


def _cell(field: Any) -> Cell:
    """How a value of this field is written in COPY's text format."""
    if isinstance(field, models.ForeignKey):
        return _cell(field.target_field)
    if isinstance(field, SearchVectorField):
        return lambda vector: escaped(" ".join(map(quoted, vector.terms)))
    if isinstance(field, ArrayField):
        return lambda items: escaped("{" + ",".join(map(_item, items)) + "}")
    if isinstance(field, models.JSONField):
        return lambda value: escaped(json.dumps(value, cls=field.encoder, ensure_ascii=False))
    return lambda value: _plain(field.get_prep_value(value))


def _plain(value: Any) -> str:
    if value is None:
        return NULL
    if isinstance(value, bool):
        return "t" if value else "f"
    return value.isoformat() if isinstance(value, datetime) else escaped(str(value))


def _item(text: str) -> str:
    inside = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{inside}"'


def escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
