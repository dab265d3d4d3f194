"""Units: a new one, another name, place or contact, closed. What cases point at is never deleted."""

from dataclasses import asdict, dataclass, replace

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from petitions import errors
from petitions.queries.manage.units import Holds, areas_for, holds, parents_for
from petitions.services.manage.acting import By
from petitions.storable import storable
from routing import audit
from routing.models import Department, UnitKind

LONGEST = {"name": 120, "short_name": 60, "phone": 30, "email": 254}
LONGEST_CODE = 80
WORDS = {"name": "名称", "short_name": "简称", "phone": "值班电话", "email": "邮箱"}


@dataclass(frozen=True)
class Said:
    """What an administrator says about a unit; kind by its code, area and parent by their keys."""

    name: str
    kind: str
    short_name: str = ""
    area: int | None = None
    parent: int | None = None
    phone: str = ""
    email: str = ""


def subject_of(unit_id: int) -> str:
    return f"unit:{unit_id}"


@transaction.atomic
def add(said: Said, *, code: str, by: By) -> Department:
    """A new unit. Raises NotYours, BadUnit."""
    by.allowed()
    unit = Department(code=storable(code).strip())
    if not unit.code or len(unit.code) > LONGEST_CODE:
        raise errors.BadUnit("编码要填，最多 80 字。")
    if Department.objects.filter(code=unit.code).exists():
        raise errors.BadUnit(f"编码“{unit.code}”已经有了。")
    _fill(unit, said)
    unit.save()
    by.note(audit.Kind.UNIT, subject_of(unit.pk), f"新增单位 {unit.name}", after=_facts(unit))
    return unit


@transaction.atomic
def change(unit_id: int, said: Said, *, by: By) -> Department:
    """Name, kind, area, parent, contact; the code stays. Raises NotYours, BadUnit, NoReason, ChangedMeanwhile."""
    unit = _opened(unit_id, by)
    before = _facts(unit)
    _fill(unit, said)
    after = _facts(unit)
    if after == before:
        return unit
    if any(before[key] != after[key] for key in ("name", "kind", "area", "parent")):
        by.explained("改名、改类别、改区域或改上级")
    unit.save()
    by.note(audit.Kind.UNIT, subject_of(unit.pk), f"修改单位 {unit.name}", before, after)
    return unit


@transaction.atomic
def close(unit_id: int, *, by: By) -> Department:
    """停用: no new case goes there. Raises UnitStillUsed, with what has to be handed over first.

    A part that is being handed to the unit at this moment holds a key of its row: the lock waits for it, and it counts.
    """
    unit = _opened(unit_id, by)
    by.explained("停用单位")
    found = holds(unit)
    if not found.is_free:
        raise errors.UnitStillUsed(still_used(found))
    return _set_active(unit, False, by)


@transaction.atomic
def reopen(unit_id: int, *, by: By) -> Department:
    unit = _opened(unit_id, by)
    by.explained("重新启用单位")
    if unit.parent and not unit.parent.is_active:
        raise errors.BadUnit("上级单位还停用着，请先启用上级或改上级。")
    return _set_active(unit, True, by)


def still_used(found: Holds) -> str:
    """A sentence: what stands against closing the unit, and where each goes."""
    heirs = "、".join(str(unit) for unit in found.heirs)
    to = f"（可派给{heirs}）" if heirs else ""
    against = [
        f"{found.open_parts} 件没办结的工单，请派单员先撤回改派{to}或由本单位办完" if found.open_parts else "",
        f"{found.people} 个启用的账号，请先改到别的单位或停用" if found.people else "",
        f"{len(found.below)} 个启用的下级单位，请先改上级或停用" if found.below else "",
        f"{found.entries} 条派单目录指定由它主办，请先在目录里改掉" if found.entries else "",
    ]
    return f"还不能停用：{'；'.join(filter(None, against))}。"


# ── inside ──
def _opened(unit_id: int, by: By) -> Department:
    by.allowed()
    unit = Department.objects.select_for_update(of=("self",)).select_related("parent").filter(pk=unit_id).first()
    if unit is None:
        raise errors.Unknown("没有找到这个单位。")
    by.up_to_date(subject_of(unit_id))
    return unit


def _fill(unit: Department, said: Said) -> None:
    """Raises BadUnit with the first thing that is wrong."""
    clean = {key: storable(text).strip() for key, text in asdict(said).items() if isinstance(text, str)}
    said = replace(said, **clean)
    problem = _problem(unit, said)
    if problem:
        raise errors.BadUnit(problem)
    unit.name, unit.short_name, unit.phone, unit.email = said.name, said.short_name, said.phone, said.email
    unit.kind_id, unit.area_id, unit.parent_id = said.kind, said.area, said.parent


def _problem(unit: Department, said: Said) -> str:
    too_long = next((key for key, most in LONGEST.items() if len(getattr(said, key)) > most), "")
    if not said.name or too_long:
        return f"{WORDS[too_long]}最多 {LONGEST[too_long]} 字。" if too_long else "名称要填。"
    if Department.objects.filter(name=said.name).exclude(pk=unit.pk).exists():
        return f"已经有单位叫“{said.name}”。"
    if not UnitKind.objects.filter(pk=said.kind).exists():
        return "请选择单位类别。"
    if said.email and not _is_email(said.email):
        return f"邮箱“{said.email}”写法不对。"
    return _place_problem(unit, said)


def _place_problem(unit: Department, said: Said) -> str:
    """What already is so may stay so: an area that was closed meanwhile stands in no other change's way."""
    if said.area not in (None, unit.area_id) and not areas_for().filter(pk=said.area).exists():
        return "负责区域不存在或已停用。"
    above = parents_for(unit if unit.pk else None)
    if said.parent not in (None, unit.parent_id) and not above.filter(pk=said.parent).exists():
        return "上级单位不存在、已停用，或者在它自己下面。"
    return ""


def _is_email(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def _set_active(unit: Department, is_active: bool, by: By) -> Department:  # noqa: FBT001 - the field itself
    unit.is_active = is_active
    unit.save(update_fields=["is_active"])
    words = f"{'启用' if is_active else '停用'}单位 {unit.name}"
    by.note(audit.Kind.UNIT, subject_of(unit.pk), words, {"is_active": not is_active}, {"is_active": is_active})
    return unit


def _facts(unit: Department) -> dict:
    return {
        "name": unit.name,
        "short_name": unit.short_name,
        "kind": unit.kind_id,
        "area": unit.area_id,
        "parent": unit.parent_id,
        "phone": unit.phone,
        "email": unit.email,
    }
