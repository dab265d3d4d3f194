"""Units from a table, or a plausible set of them made from the area tree and the kinds of unit."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatch

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from routing.loading.sync import Outcome, refuse, sync
from routing.models import Area, Department, UnitKind
from routing.tables import Columns, Problem, Row

COLUMNS = Columns.of(
    {"code": "编码", "name": "名称", "kind": "单位类别"},
    {
        "short_name": "简称",
        "area": "负责区域",
        "parent": "上级单位",
        "phone": "值班电话",
        "email": "邮箱",
        "is_active": "启用",
    },
)
KIND_COLUMNS = Columns.of({"code": "编码", "name": "名称", "level": "层级"}, {})
FIELDS = ["name", "short_name", "kind_id", "area_id", "phone", "email", "is_active"]
NO = {"0", "no", "false", "否", "停用"}
# A kind is called "区城管委" in general and "江北区城管委" in particular.
LEVEL_PREFIXES = ("区", "市", "县")


def load_unit_kinds(rows: Iterable[Row]) -> Outcome:
    kinds = [UnitKind(code=row["code"], name=row["name"], level=row["level"]) for row in rows]
    return sync(kinds, UnitKind, ["code"], ["name", "level"])


@transaction.atomic
def load_departments(rows: Iterable[Row], *, partial: bool = False) -> Outcome:
    """Create or update units by code."""
    rows = list(rows)
    areas, kinds = _areas(), set(UnitKind.objects.values_list("code", flat=True))
    taken = dict(Department.objects.values_list("name", "code"))
    codes = set(taken.values()) | {row["code"] for row in rows}
    good, problems, seen = [], [], set()
    for row in rows:
        text = _row_problem(row, areas, kinds, codes) or _clash(row, taken, seen)
        problems.extend([Problem(row.number, text)] if text else [])
        good.extend([] if text else [row])
        seen |= {row["code"], row["name"]}
    refuse(problems, partial=partial)
    outcome = sync([_department(row, areas) for row in good], Department, ["code"], FIELDS)
    _set_parents(good)
    return outcome + Outcome(problems=tuple(problems))


def _areas() -> dict[str, int]:
    """Areas by code and by full name ("临江市 江北区")."""
    rows = list(Area.objects.values_list("pk", "code", "full_name"))
    return {**{full_name: pk for pk, _code, full_name in rows}, **{code: pk for pk, code, _name in rows}}


def _row_problem(row: Row, areas: dict[str, int], kinds: set[str], codes: set[str]) -> str:
    if not row["code"] or not row["name"]:
        return "没有编码或名称"
    if row["kind"] not in kinds:
        return f"单位类别“{row['kind']}”不存在"
    if row["area"] and row["area"] not in areas:
        return f"区域“{row['area']}”不存在"
    if row["parent"] and (row["parent"] not in codes or row["parent"] == row["code"]):
        return f"上级单位“{row['parent']}”不存在"
    if len(row["code"]) > 80 or len(row["name"]) > 120 or len(row["short_name"]) > 60 or len(row["phone"]) > 30:
        return "编码最多 80 字，名称 120 字，简称 60 字，电话 30 字"
    return "" if _is_email(row["email"]) else f"邮箱“{row['email']}”写法不对"


def _clash(row: Row, taken: dict[str, str], seen: set[str]) -> str:
    if row["code"] in seen or row["name"] in seen:
        return f"“{row['name']}”（{row['code']}）重复"
    return "" if taken.get(row["name"], row["code"]) == row["code"] else f"名称“{row['name']}”已被别的单位使用"


def _is_email(text: str) -> bool:
    try:
        validate_email(text or "nobody@example.org")
    except ValidationError:
        return False
    return True


def _department(row: Row, areas: dict[str, int]) -> Department:
    return Department(
        code=row["code"],
        name=row["name"],
        short_name=row["short_name"],
        kind_id=row["kind"],
        area_id=areas.get(row["area"]),
        phone=row["phone"],
        email=row["email"],
        is_active=row["is_active"].lower() not in NO,
    )


def _set_parents(rows: list[Row]) -> None:
    """A second pass, because a parent may come later in the file."""
    units = {unit.code: unit for unit in Department.objects.all()}
    changed = []
    for row in rows:
        unit, parent = units[row["code"]], units.get(row["parent"])
        if unit.parent_id != (parent.pk if parent else None):
            unit.parent = parent
            changed.append(unit)
    Department.objects.bulk_update(changed, ["parent"], batch_size=500)


@transaction.atomic
def generate_departments(patterns: Iterable[str], *, under: Area | None = None) -> Outcome:
    """One unit of every matching kind ("street.*", "all") in every area of the kind's level that has none yet."""
    patterns = ["*" if pattern == "all" else pattern for pattern in patterns]
    kinds = [kind for kind in UnitKind.objects.all() if any(fnmatch(kind.code, pattern) for pattern in patterns)]
    have = set(Department.objects.values_list("kind", "area_id"))
    names = set(Department.objects.values_list("name", flat=True))
    areas = Area.objects.under(under) if under else Area.objects.all()
    new = []
    for area in areas.select_related("parent"):
        for kind in kinds:
            if _area_level(kind) == area.level and (kind.code, area.pk) not in have:
                new.append(_generated(kind, area, names))
    Department.objects.bulk_create(new, batch_size=500)
    return Outcome(created=len(new))


def _area_level(kind: UnitKind) -> str:
    """Companies serve a whole city."""
    return Area.Level.CITY if kind.level == UnitKind.Level.COMPANY else kind.level


def _generated(kind: UnitKind, area: Area, names: set[str]) -> Department:
    short = area.name + _suffix(kind, area)
    above = area.parent.name if area.parent and area.level in ("street", "community") else ""
    name = above + short
    if name in names:
        name = area.full_name.replace(" ", "") + _suffix(kind, area)
    names.add(name)
    return Department(code=f"{area.code}.{kind.code}", name=name, short_name=short, kind=kind, area=area)


def _suffix(kind: UnitKind, area: Area) -> str:
    if kind.code == "street.office":
        return "人民政府" if area.name.endswith(("镇", "乡")) else "办事处"
    if kind.code == "street.community":
        return "村委会" if area.name.endswith("村") else "居委会"
    return kind.name[1:] if kind.name.startswith(LEVEL_PREFIXES) else kind.name
