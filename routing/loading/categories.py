"""The tree of matters from a table with one row per leaf: level1, level2, level3."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from routing.loading.sync import Outcome, refuse, sync
from routing.models import Category, Tier
from routing.tables import Columns, Problem, Row

COLUMNS = Columns.of(
    {"level1": "一级分类", "level2": "二级分类", "level3": "三级分类"},
    {"code": "编码", "tier": "时限档位", "description": "说明", "keywords": "关键词"},
)
FIELDS = ["name", "level", "parent_id", "tier", "description", "keywords", "full_name", "is_active"]
ARROW = " › "


@transaction.atomic
def load_categories(rows: Iterable[Row], *, partial: bool = False) -> Outcome:
    """Create or update the tree. Codes NN.NN.NN; a leaf without one keeps its code or gets the next number."""
    good, problems = _checked(list(rows))
    refuse(problems, partial=partial)
    codes = _Codes(dict(Category.objects.values_list("full_name", "code")), good)
    outcome = Outcome()
    for level in (1, 2, 3):
        nodes = {_path(row, level): row for row in good}
        parents = {name: pk for name, pk in Category.objects.filter(level=level - 1).values_list("full_name", "pk")}
        wanted = [_node(path, row if level == 3 else None, codes, parents) for path, row in nodes.items()]
        outcome += sync(wanted, Category, ["code"], FIELDS)
    return outcome + Outcome(problems=tuple(problems))


class _Codes:
    """A code for every node: the one in the file, the one in use, or the next free number below the parent."""

    def __init__(self, in_use: dict[str, str], rows: list[Row]):
        self._by_path = dict(in_use)
        for row in rows:
            if row["code"].count(".") == 2:
                parts = row["code"].split(".")
                self._by_path.update({ARROW.join(_path(row, n)): ".".join(parts[:n]) for n in (1, 2, 3)})

    def of(self, path: tuple[str, ...]) -> str:
        name = ARROW.join(path)
        if name not in self._by_path:
            prefix = self.of(path[:-1]) + "." if len(path) > 1 else ""
            taken = {code for code in self._by_path.values() if code.startswith(prefix)}
            number = next(n for n in range(1, 10_000) if f"{prefix}{n:02d}" not in taken)
            self._by_path[name] = f"{prefix}{number:02d}"
        return self._by_path[name]


def _checked(rows: list[Row]) -> tuple[list[Row], list[Problem]]:
    good, problems, seen = [], [], set()
    for row in rows:
        keys = {_path(row, 3), row["code"] or _path(row, 3)}
        text = _row_problem(row) or ("与前面的行重复" if keys & seen else "")
        problems.extend([Problem(row.number, text)] if text else [])
        good.extend([] if text else [row])
        seen |= keys
    return good, problems


def _row_problem(row: Row) -> str:
    if not all(_path(row, 3)):
        return "三级分类都要写"
    if any(len(name) > 40 for name in _path(row, 3)) or any(len(word) > 30 for word in row.words("keywords")):
        return "分类名最多 40 字，关键词最多 30 字"
    if len(row["description"]) > 300:
        return "说明最多 300 字"
    if row["code"] and (row["code"].count(".") != 2 or len(row["code"]) > 20):
        return f"编码“{row['code']}”应为 NN.NN.NN"
    if row["tier"] and row["tier"] not in Tier.values:
        return f"时限档位“{row['tier']}”应为 {'、'.join(Tier.values)}"
    return ""


def _path(row: Row, level: int) -> tuple[str, ...]:
    return (row["level1"], row["level2"], row["level3"])[:level]


def _node(path: tuple[str, ...], leaf: Row | None, codes: _Codes, parents: dict[str, int]) -> Category:
    """Tables without a tier column, such as another city's tree, start as ordinary matters."""
    return Category(
        code=codes.of(path),
        name=path[-1],
        level=len(path),
        parent_id=parents[ARROW.join(path[:-1])] if len(path) > 1 else None,
        tier=(leaf["tier"] or Tier.NORMAL) if leaf else "",
        description=leaf["description"] if leaf else "",
        keywords=leaf.words("keywords") if leaf else [],
        full_name=ARROW.join(path),
    )
