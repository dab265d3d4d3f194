"""The area tree, down to the grid: a new place, another name, another parent, closed. Nothing is ever deleted."""

from collections.abc import Sequence
from pathlib import Path

from django.db import transaction

from petitions import errors
from petitions.models import Petition
from petitions.services.manage.acting import By
from petitions.states import ENDED
from petitions.storable import storable
from routing import audit
from routing.loading.areas import COLUMNS, LEVELS, load_areas, mend_paths
from routing.loading.sync import Outcome
from routing.models import Area
from routing.tables import read_table

LONGEST_NAME, LONGEST_CODE, LONGEST_PATH = 60, 32, 240


def subject_of(area_id: int) -> str:
    return f"area:{area_id}"


@transaction.atomic
def add(parent_id: int, *, code: str, name: str, level: str, aliases: Sequence[str] = (), by: By) -> Area:
    """A place below another. Raises NotYours, BadArea."""
    parent = _opened(parent_id, by, ask_seen=False)
    area = Area(code=storable(code).strip(), name=_name(name), level=level, aliases=_aliases(aliases))
    if not area.code or len(area.code) > LONGEST_CODE or "/" in area.code:
        raise errors.BadArea("编码要填，最多 32 字，不能含“/”。")
    if Area.objects.filter(code=area.code).exists():
        raise errors.BadArea(f"编码“{area.code}”已经有了。")
    if not parent.is_active:
        raise errors.BadArea("上级已经停用，不能在它下面新增。")
    _check_place(area, parent)
    area.save()
    by.note(audit.Kind.AREA, subject_of(area.pk), f"新增 {area.full_name}", after=_facts(area))
    return area


@transaction.atomic
def change(area_id: int, *, name: str, aliases: Sequence[str], parent_id: int | None, by: By) -> Area:
    """Name, other names, parent: those below come along. Raises NotYours, BadArea, ChangedMeanwhile."""
    area = _opened(area_id, by)
    before, old_parent = _facts(area), area.parent_id
    parent = _parent(area, parent_id)
    area.name, area.aliases = _name(name), _aliases(aliases)
    _check_place(area, parent)
    area.save()
    after = _facts(area)
    if after == before:
        return area
    if old_parent != area.parent_id or before["name"] != area.name:
        by.explained("改名或迁移")
        mend_paths()
    by.note(audit.Kind.AREA, subject_of(area.pk), f"修改 {area.full_name}", before, after)
    return area


@transaction.atomic
def close(area_id: int, *, by: By) -> Area:
    """停用: no new case is placed here. Raises AreaStillUsed while something inside goes on."""
    area = _opened(area_id, by)
    by.explained("停用地区")
    inside = Area.objects.under(area)
    if inside.active().exclude(pk=area.pk).exists() or _open_cases(area):
        raise errors.AreaStillUsed
    return _set_active(area, False, by)


@transaction.atomic
def reopen(area_id: int, *, by: By) -> Area:
    area = _opened(area_id, by)
    by.explained("重新启用地区")
    if area.parent and not area.parent.is_active:
        raise errors.BadArea("上级还停用着，请先启用上级。")
    return _set_active(area, True, by)


@transaction.atomic
def take_sheet(path: Path, *, by: By) -> Outcome:
    """A table of areas: new ones are added, known codes are changed, none is deleted.

    Raises NotYours, BadTable, and NothingSaved with a sentence for each row that is wrong.
    """
    by.allowed()
    outcome = load_areas(read_table(path, COLUMNS))
    by.note(audit.Kind.AREA, "area:all", f"从表格导入：{outcome}")
    return outcome


# ── inside ──
def _opened(area_id: int, by: By, *, ask_seen: bool = True) -> Area:
    by.allowed()
    area = Area.objects.select_for_update(of=("self",)).select_related("parent").filter(pk=area_id).first()
    if area is None:
        raise errors.Unknown("没有找到这个地区。")
    if ask_seen:
        by.up_to_date(subject_of(area_id))
    return area


def _parent(area: Area, parent_id: int | None) -> Area | None:
    if parent_id == area.parent_id:
        return area.parent
    if area.parent_id is None or parent_id is None:
        raise errors.BadArea("最上级的地区不能迁移，其他地区不能没有上级。")
    parent = Area.objects.select_for_update().active().filter(pk=parent_id).first()
    if parent is None:
        raise errors.BadArea("新的上级不存在或已停用。")
    if parent.path.startswith(area.path):
        raise errors.BadArea("不能迁到自己或自己的下级里。")
    return parent


def _check_place(area: Area, parent: Area | None) -> None:
    """Raises BadArea where the tree would not hold: order of levels, names beside each other, length of the path."""
    if area.level not in LEVELS or (parent and LEVELS.index(area.level) <= LEVELS.index(parent.level)):
        raise errors.BadArea("层级要低于上级：省、市、区县、街道乡镇、社区村、网格。")
    if parent and Area.objects.filter(parent=parent, name=area.name).exclude(pk=area.pk).exists():
        raise errors.BadArea(f"“{parent.name}”下面已经有“{area.name}”。")
    area.place_under(parent)
    if len(area.path) > LONGEST_PATH or len(area.full_name) > LONGEST_PATH:
        raise errors.BadArea("层级太深，连同上级的名称超过 240 字。")


def _name(text: str) -> str:
    name = storable(text).strip()
    if not name or len(name) > LONGEST_NAME or "/" in name:
        raise errors.BadArea("名称要填，最多 60 字，不能含“/”。")
    return name


def _aliases(words: Sequence[str]) -> list[str]:
    kept = list(dict.fromkeys(filter(None, (storable(word).strip() for word in words))))
    if any(len(word) > LONGEST_NAME for word in kept):
        raise errors.BadArea("一个别名最多 60 字，每行写一个。")
    return kept


def _set_active(area: Area, is_active: bool, by: By) -> Area:  # noqa: FBT001 - the field itself
    area.is_active = is_active
    area.save(update_fields=["is_active"])
    words = f"{'启用' if is_active else '停用'} {area.full_name}"
    by.note(audit.Kind.AREA, subject_of(area.pk), words, {"is_active": not is_active}, {"is_active": is_active})
    return area


def _open_cases(area: Area) -> bool:
    return Petition.objects.filter(area__path__startswith=area.path).exclude(state__in=ENDED).exists()


def _facts(area: Area) -> dict:
    return {"name": area.name, "aliases": list(area.aliases), "parent": area.parent.code if area.parent else ""}
