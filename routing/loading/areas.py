"""Areas from a table: code, name, level, parent, aliases, residents; without codes they are made from the names.

An empty number of residents leaves the one that is known.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction

from routing.loading.sync import BATCH, Outcome, refuse, sync
from routing.models import Area
from routing.tables import Columns, Problem, Row

COLUMNS = Columns.of(
    {"name": "名称", "level": "层级", "parent": "上级"}, {"code": "编码", "aliases": "别名", "population": "常住人口"}
)
LEVELS = [str(level) for level in Area.Level]
LEVEL_NAMES = {**{level: level for level in LEVELS}, **{str(level.label): str(level) for level in Area.Level}}
SEPARATOR = "·"
MOST_RESIDENTS = 100_000_000


@dataclass
class _Tree:
    """What is known while rows find their parents: areas of the database and of the file, by code and by name."""

    by_code: dict[str, Area] = field(default_factory=dict)
    by_name: dict[str, list[Area]] = field(default_factory=lambda: defaultdict(list))
    in_file: set[str] = field(default_factory=set)

    def put(self, area: Area) -> None:
        self.by_code[area.code] = area
        if area not in self.by_name[area.name]:
            self.by_name[area.name].append(area)

    def find(self, reference: str) -> list[Area]:
        """The areas that may be meant; those of the file go before namesakes in another city."""
        named, coded = self.by_name.get(reference, []), self.by_code.get(reference)
        # A code made from a name is no better than the name once two areas share it.
        if coded and (len(named) < 2 or coded.name != reference):
            return [coded]
        return [area for area in named if area.code in self.in_file] or named

    def residents(self, code: str) -> int | None:
        return self.by_code[code].population if code in self.by_code else None

    def child(self, parent: Area | None, name: str) -> Area | None:
        return next((a for a in self.by_name.get(name, []) if _path(a.parent) == _path(parent)), None)


@transaction.atomic
def load_areas(rows: Iterable[Row], *, partial: bool = False) -> Outcome:
    """Create or update the areas; parents may come later in the file than their children."""
    tree = _Tree()
    known = {area.pk: area for area in Area.objects.order_by("path")}
    for area in known.values():
        area.parent = known.get(area.parent_id)
        tree.put(area)
    wanted, problems = _arranged(list(rows), tree)
    refuse(problems, partial=partial)
    outcome = Outcome()
    for depth in sorted({area.path.count("/") for area in wanted}):
        outcome += _save_layer([area for area in wanted if area.path.count("/") == depth])
    mend_paths()
    return outcome + Outcome(problems=tuple(problems))


def _save_layer(areas: list[Area]) -> Outcome:
    """Parents have been saved by now, in a layer above."""
    codes = dict(Area.objects.filter(code__in={a.parent.code for a in areas if a.parent}).values_list("code", "pk"))
    for area in areas:
        area.parent_id = codes[area.parent.code] if area.parent else None
    return sync(areas, Area, ["code"], ["name", "aliases", "level", "parent_id", "path", "full_name", "population"])


def _arranged(rows: list[Row], tree: _Tree) -> tuple[list[Area], list[Problem]]:
    """Unsaved areas with their parents, and the rows that found no place."""
    wanted: dict[str, Area] = {}
    problems, waiting = [], []
    for row in rows:
        text = _row_problem(row)
        problems.extend([Problem(row.number, text)] if text else [])
        waiting.extend([] if text else [row])
    # Each round settles a layer of the tree; a round that settles nothing leaves only rows without a parent.
    while waiting:
        awaited = Counter(reference for row in waiting for reference in {row["code"], row["name"]})
        ready = [row for row in waiting if _is_ready(row, awaited, tree)]
        if not ready:
            problems += [Problem(row.number, f"上级“{row['parent']}”不存在或未能载入") for row in waiting]
            break
        for row in ready:
            text = _settle(row, tree, wanted)
            problems.extend([Problem(row.number, text)] if text else [])
        settled = {row.number for row in ready}
        waiting = [row for row in waiting if row.number not in settled]
    return list(wanted.values()), sorted(problems, key=lambda problem: problem.row)


def _row_problem(row: Row) -> str:
    if not row["name"]:
        return "没有名称"
    if row["level"] not in LEVEL_NAMES:
        return f"层级“{row['level']}”不认识，应为 {'、'.join(LEVELS)}"
    if len(row["name"]) > 60 or len(row["code"]) > 32 or any(len(alias) > 60 for alias in row.words("aliases")):
        return "名称、别名最多 60 字，编码最多 32 字"
    if "/" in row["code"] + row["name"] or not (row["code"] + row["name"]).isprintable():
        return "名称和编码不能含“/”或控制字符"
    if row["population"] and not _is_count(row["population"]):
        return f"常住人口“{row['population'][:20]}”不是 1 到 {MOST_RESIDENTS} 的整数"
    if not row["parent"] and LEVELS.index(LEVEL_NAMES[row["level"]]) > LEVELS.index("city"):
        return "区县以下必须写上级"
    return ""


def _is_count(text: str) -> bool:
    return text.isdecimal() and len(text) <= len(str(MOST_RESIDENTS)) and 0 < int(text) <= MOST_RESIDENTS


def _is_ready(row: Row, awaited: Counter[str], tree: _Tree) -> bool:
    """Its parent is known, and no other row that still waits could be meant."""
    if not row["parent"]:
        return True
    own = row["parent"] in (row["code"], row["name"])
    return bool(tree.find(row["parent"])) and awaited[row["parent"]] <= own


def _settle(row: Row, tree: _Tree, wanted: dict[str, Area]) -> str:
    """Give the row its place in the tree; a sentence when it cannot have one."""
    parents = tree.find(row["parent"]) if row["parent"] else [None]
    if len(parents) > 1:
        return f"上级“{row['parent']}”有{len(parents)}个，请改用编码"
    (parent,) = parents
    level = LEVEL_NAMES[row["level"]]
    if parent and LEVELS.index(level) <= LEVELS.index(parent.level):
        return f"层级 {level} 不能放在“{parent.name}”（{parent.level}）之下"
    namesake = tree.child(parent, row["name"])
    code = row["code"] or _made_code(parent, row["name"], namesake, tree)
    if code in wanted or (namesake and namesake.code != code):
        return f"“{row['name']}”重复"
    if len(code) > 32:
        return "由名称推出的编码超过 32 字，请填写编码"
    residents = int(row["population"]) if row["population"] else tree.residents(code)
    area = Area(code=code, name=row["name"], level=level, aliases=row.words("aliases"), population=residents)
    area.place_under(parent)
    if len(area.path) > 240:
        return "层级太深，路径超过 240 字"
    wanted[code] = area
    _replace(tree, area)
    return ""


def _replace(tree: _Tree, area: Area) -> None:
    """The file's version of an area stands for the one in the database from now on."""
    old = tree.by_code.get(area.code)
    if old is not None:
        tree.by_name[old.name].remove(old)
    tree.put(area)
    tree.in_file.add(area.code)


def _made_code(parent: Area | None, name: str, namesake: Area | None, tree: _Tree) -> str:
    """The same file always gives the same code: the one in use, else the name, else parent·name."""
    if namesake:
        return namesake.code
    return name if name not in tree.by_code else f"{parent.code if parent else ''}{SEPARATOR}{name}"


def _path(area: Area | None) -> str:
    return area.path if area else ""


def mend_paths() -> None:
    """An area that moved takes along those below it, which the file may not have named."""
    areas = {area.pk: area for area in Area.objects.order_by("path")}
    moved = []
    for area in sorted(areas.values(), key=lambda a: LEVELS.index(a.level)):
        before = area.path, area.full_name
        area.place_under(areas.get(area.parent_id))
        moved.extend([area] if (area.path, area.full_name) != before else [])
    Area.objects.bulk_update(moved, ["path", "full_name"], batch_size=BATCH)
