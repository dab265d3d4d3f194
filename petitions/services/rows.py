"""Many rows in one statement: PostgreSQL takes apart arrays, so a row costs microseconds instead of a CASE branch.

`bulk_create` and `bulk_update` do the same for dozens of rows; these are for the hundreds of a deadline sweep.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.db.models import Field, JSONField, Model

JSON = DjangoJSONEncoder(ensure_ascii=False)


def insert(model: type[Model], rows: Sequence[Model], *, skip_known: bool = False) -> None:
    """Insert rows that have no key yet or all have one. `skip_known`: a row that breaks a unique key is left out."""
    if not rows:
        return
    keyless = rows[0].pk is None
    fields = [f for f in model._meta.concrete_fields if not (f.primary_key and keyless)]
    names = ", ".join(f'"{f.column}"' for f in fields)
    ending = " ON CONFLICT DO NOTHING" if skip_known else ""
    table = model._meta.db_table
    sql = f'INSERT INTO "{table}" ({names}) SELECT * FROM {_unnest(fields)}{ending}'  # noqa: S608 - names of our models
    _run(sql, fields, rows)


def update(before: Iterable[tuple[Model, Mapping[str, Any]]]) -> None:
    """Save the columns in which rows differ from what they were: one statement for each set of changed columns."""
    alike: dict[tuple, list[Model]] = defaultdict(list)
    for row, was in before:
        model = type(row)
        now = vars(row)
        changed = tuple(name for name in _names(model) if name in was and now[name] != was[name])
        if changed:
            alike[model, changed].append(row)
    for (model, changed), rows in alike.items():
        _update(model, [_names(model)[name] for name in changed], rows)


def _update(model: type[Model], fields: list[Field], rows: list[Model]) -> None:
    if any(isinstance(f, ArrayField) for f in fields):  # an array of arrays cannot be taken apart into arrays
        for row in rows:
            row.save(update_fields=[f.name for f in fields])
        return
    key = model._meta.pk
    values = ", ".join(f'"{f.column}" = v."{f.column}"' for f in fields)
    names = ", ".join(f'"{f.column}"' for f in (key, *fields))
    table = model._meta.db_table
    which = f'WHERE "{table}"."{key.column}" = v."{key.column}"'
    sql = f'UPDATE "{table}" SET {values} FROM {_unnest([key, *fields])} AS v ({names}) {which}'  # noqa: S608
    _run(sql, [key, *fields], rows)


def _unnest(fields: Iterable[Field]) -> str:
    return f"unnest({', '.join(f'%s::{_type(f)}[]' for f in fields)})"


def _run(sql: str, fields: Sequence[Field], rows: Sequence[Model]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, [_column(f, rows) for f in fields])


def _column(field: Field, rows: Sequence[Model]) -> list[Any]:
    prepare, name = _prepare(field), field.attname
    if prepare is None:
        return [getattr(row, name) for row in rows]
    return [prepare(getattr(row, name)) for row in rows]


def _prepare(field: Field) -> Callable[[Any], Any] | None:
    if isinstance(field, JSONField):
        return JSON.encode
    if field.choices or field.remote_field:  # TextChoices are str, but psycopg2 would not know that
        return lambda value: str(value) if isinstance(value, str) else value
    return None


@cache
def _names(model: type[Model]) -> dict[str, Field]:
    return {field.attname: field for field in model._meta.concrete_fields}


@cache
def _type(field: Field) -> str:
    """The column's type without its length: casting to varchar(n) would cut silently, inserting refuses."""
    kind = field.db_type(connection)
    return "text" if kind.startswith("varchar") else kind
