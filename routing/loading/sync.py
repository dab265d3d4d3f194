"""Make the rows of a table what a file says, writing only what differs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import models

from routing.tables import Problem

BATCH = 500


class NothingSaved(ValueError):
    """表格有问题，什么都没有保存；改好后重来，或加 --partial 只载入没有问题的行。"""

    def __init__(self, problems: Sequence[Problem]):
        super().__init__(self.__doc__)
        self.problems = tuple(problems)


@dataclass(frozen=True)
class Outcome:
    """What a load did; `problems` are rows left out."""

    created: int = 0
    changed: int = 0
    same: int = 0
    problems: tuple[Problem, ...] = ()

    def __add__(self, other: Outcome) -> Outcome:
        return Outcome(
            self.created + other.created,
            self.changed + other.changed,
            self.same + other.same,
            self.problems + other.problems,
        )

    def __str__(self) -> str:
        said = f"新增 {self.created}，更改 {self.changed}，不变 {self.same}"
        return f"{said}，未载入 {len(self.problems)} 行" if self.problems else said


def refuse(problems: Sequence[Problem], *, partial: bool) -> None:
    """Stop before anything is saved, unless the caller wants the good rows anyway."""
    if problems and not partial:
        raise NothingSaved(problems)


def sync(
    wanted: Iterable[models.Model], model: type[models.Model], key: Sequence[str], fields: Sequence[str]
) -> Outcome:
    """Create or update by `key`; attribute names throughout. Rows the file does not name stay as they are."""
    existing = {_values(row, key): row for row in model.objects.all()}
    new, changed, same = [], [], 0
    for row in wanted:
        old = existing.get(_values(row, key))
        if old is None:
            new.append(row)
        elif _values(old, fields) == _values(row, fields):
            same += 1
        else:
            _take_over(old, row, fields)
            changed.append(old)
    model.objects.bulk_create(new, batch_size=BATCH)
    if changed:
        model.objects.bulk_update(changed, [_field_name(model, name) for name in fields], batch_size=BATCH)
    return Outcome(len(new), len(changed), same)


def _values(row: models.Model, names: Sequence[str]) -> tuple:
    return tuple(_hashable(getattr(row, name)) for name in names)


def _hashable(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def _take_over(old: models.Model, row: models.Model, fields: Sequence[str]) -> None:
    for name in fields:
        setattr(old, name, getattr(row, name))


def _field_name(model: type[models.Model], attribute: str) -> str:
    return next(field.name for field in model._meta.concrete_fields if attribute in (field.attname, field.name))
