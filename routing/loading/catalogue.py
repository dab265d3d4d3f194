"""An edition of the dispatch catalogue from a table: one row per entry."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from routing import conditions
from routing.loading.sync import BATCH, Outcome, refuse
from routing.models import (
    Area,
    Assessment,
    CatalogueEntry,
    CatalogueVersion,
    Category,
    Department,
    Season,
    Tier,
    UnitKind,
)
from routing.refusals import CatalogueRefusal
from routing.tables import Columns, Problem, Row

COLUMNS = Columns.of(
    {"category": "诉求分类", "main_kind": "主办单位类别"},
    {
        "main_department": "指定主办单位",
        "area": "适用区域",
        "season": "季节",
        "hours": "时段",
        "tags": "标签",
        "assisting_kinds": "协办单位类别",
        "tier": "时限档位",
        "assessment": "考核类型",
        "answer_template": "答复模板",
        # For the eyes of whoever reads an exported sheet; the codes beside them decide.
        "category_name": "分类名称",
        "area_name": "区域名称",
        "unit_name": "主办单位名称",
    },
)
ASSESSMENTS = {**{a: a for a in Assessment.values}, **{str(a.label): str(a) for a in Assessment}, "": "three_rates"}


class PublishedDiffers(CatalogueRefusal):
    """这一版目录已经发布，内容不能改；请用新的版本号载入。"""


@dataclass(frozen=True)
class _Known:
    """What the words of a row may refer to."""

    categories: dict[str, tuple[int, str]]
    areas: dict[str, int]
    departments: dict[str, int]
    kinds: set[str]
    seasons: set[str]


@transaction.atomic
def load_catalogue(
    rows: Iterable[Row], *, number: int, name: str, effective_from: date, partial: bool = False
) -> Outcome:
    """Make the draft edition `number` say exactly what the file says. A published one must already say it."""
    known, entries, problems = _known(), {}, []
    for row in rows:
        text = _row_problem(row, known)
        entry = None if text else _entry(row, known)
        if entry and _key(entry) in entries:
            text = "同一分类、区域和条件已有一行"
        problems.extend([Problem(row.number, text)] if text else [])
        if entry and not text:
            entries[_key(entry)] = entry
    refuse(problems, partial=partial)
    version, _made = CatalogueVersion.objects.get_or_create(
        number=number, defaults={"name": name, "effective_from": effective_from}
    )
    return _replace(version, entries) + Outcome(problems=tuple(problems))


def _known() -> _Known:
    leaves = list(Category.objects.leaves().values_list("pk", "code", "full_name", "tier"))
    areas = list(Area.objects.values_list("pk", "code", "full_name"))
    return _Known(
        categories={word: (pk, tier) for pk, code, name, tier in leaves for word in (code, name)},
        areas={word: pk for pk, code, name in areas for word in (code, name)},
        departments=dict(Department.objects.values_list("code", "pk")),
        kinds=set(UnitKind.objects.values_list("code", flat=True)),
        seasons=set(Season.objects.values_list("code", flat=True)),
    )


def _row_problem(row: Row, known: _Known) -> str:
    if row["category"] not in known.categories:
        return f"诉求分类“{row['category']}”不存在或不是三级分类"
    if row["area"] and row["area"] not in known.areas:
        return f"区域“{row['area']}”不存在"
    kinds = [kind for kind in (row["main_kind"], *row.words("assisting_kinds")) if kind]
    if unknown := [kind for kind in kinds if kind not in known.kinds]:
        return f"单位类别“{'、'.join(unknown)}”不存在"
    if row["main_department"] and row["main_department"] not in known.departments:
        return f"单位“{row['main_department']}”不存在"
    if not row["main_kind"] and not row["main_department"]:
        return "没有写主办单位"
    if row["season"] and row["season"] not in known.seasons:
        return f"季节“{row['season']}”不存在"
    return _choice_problem(row)


def _choice_problem(row: Row) -> str:
    if row["tier"] and row["tier"] not in Tier.values:
        return f"时限档位“{row['tier']}”应为 {'、'.join(Tier.values)}"
    if row["assessment"] not in ASSESSMENTS:
        return f"考核类型“{row['assessment']}”不认识"
    try:
        conditions.parse(_conditions(row))
    except conditions.BadCondition as error:
        return str(error)
    return ""


def _conditions(row: Row) -> dict:
    given = {"season": row["season"], "hours": row["hours"], "tags": sorted(row.words("tags"))}
    return {key: value for key, value in given.items() if value}


def _entry(row: Row, known: _Known) -> CatalogueEntry:
    category_id, tier = known.categories[row["category"]]
    return CatalogueEntry(
        category_id=category_id,
        area_id=known.areas.get(row["area"]),
        conditions=_conditions(row),
        main_kind_id=row["main_kind"] or None,
        main_department_id=known.departments.get(row["main_department"]),
        assisting_kinds=row.words("assisting_kinds"),
        tier=row["tier"] or tier,
        assessment=ASSESSMENTS[row["assessment"]],
        answer_template=row["answer_template"].replace("\\n", "\n"),
    )


def _key(entry: CatalogueEntry) -> tuple:
    return entry.category_id, entry.area_id, json.dumps(entry.conditions, sort_keys=True)


def _content(entry: CatalogueEntry) -> tuple:
    chosen = (entry.main_kind_id, entry.main_department_id, tuple(entry.assisting_kinds))
    return *chosen, entry.tier, entry.assessment, entry.answer_template


def _replace(version: CatalogueVersion, entries: dict[tuple, CatalogueEntry]) -> Outcome:
    """Entries that stay as they are keep their rows; the rest is written again."""
    old = {_key(entry): entry for entry in version.entries.all()}
    same = {key for key, entry in entries.items() if key in old and _content(old[key]) == _content(entry)}
    stale = [entry.pk for key, entry in old.items() if key not in same]
    new = [entry for key, entry in entries.items() if key not in same]
    if (stale or new) and version.published_at:
        raise PublishedDiffers
    if stale:
        CatalogueEntry.objects.filter(pk__in=stale).delete()
    for entry in new:
        entry.version = version
    CatalogueEntry.objects.bulk_create(new, batch_size=BATCH)
    changed = sum(1 for key in entries if key in old and key not in same)
    return Outcome(len(new) - changed, changed, len(same))
