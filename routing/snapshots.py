"""Reads one edition of the catalogue into the frozen values that decide.py works on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from os.path import commonprefix
from typing import Any

from routing import conditions
from routing.facts import CategoryRow, Claim, Snapshot, UnitRow
from routing.models import Area, CatalogueEntry, CatalogueVersion, Category, Department, Season, UnitKind


def read_version(version: CatalogueVersion | None, parameters: Mapping[str, Any]) -> Snapshot:
    """Any version, published or not: an editor previews drafts with it. Six statements."""
    areas = dict(Area.objects.values_list("path", "full_name"))
    units = _units()
    return Snapshot(
        number=version.number if version else None,
        claims=_claims(version),
        units=_by_kind(units),
        kinds=dict(UnitKind.objects.values_list("code", "name")),
        categories={
            code: CategoryRow(name, tier)
            for code, name, tier in Category.objects.leaves().active().values_list("code", "name", "tier")
        },
        areas=areas,
        seasons=tuple(
            conditions.SeasonWindow(*row) for row in Season.objects.values_list("code", "name", "starts_on", "ends_on")
        ),
        home_path=home(areas),
        fallback_kind=parameters.get("routing.fallback_kind", "district.government"),
        category_floor=float(parameters.get("routing.category_floor", 0.0)),
        units_by_id={unit.id: unit for unit in units},
    )


def home(paths: Iterable[str]) -> str:
    """Where a case without a place is: in the area that contains all others ("LJ/"), or nowhere."""
    shared = commonprefix(list(paths))
    return shared[: shared.rfind("/") + 1]


def _units() -> list[UnitRow]:
    rows = Department.objects.active().order_by("code").values_list("id", "short_name", "name", "kind", "area__path")
    return [UnitRow(pk, short or name, kind, path or "") for pk, short, name, kind, path in rows]


def _by_kind(units: Iterable[UnitRow]) -> dict[str, tuple[UnitRow, ...]]:
    grouped = defaultdict(list)
    for unit in units:
        grouped[unit.kind].append(unit)
    return {kind: tuple(members) for kind, members in grouped.items()}


def _claims(version: CatalogueVersion | None) -> dict[str, tuple[Claim, ...]]:
    grouped = defaultdict(list)
    entries = CatalogueEntry.objects.filter(version=version).select_related("category", "area").order_by("id")
    for entry in entries if version else ():
        grouped[entry.category.code].append(as_claim(entry))
    return {code: tuple(claims) for code, claims in grouped.items()}


def as_claim(entry: CatalogueEntry) -> Claim:
    return Claim(
        entry_id=entry.pk,
        category_code=entry.category.code,
        area_path=entry.area.path if entry.area else "",
        conditions=conditions.parse(entry.conditions),
        main_kind=entry.main_kind_id,
        main_department_id=entry.main_department_id,
        assisting_kinds=tuple(entry.assisting_kinds),
        tier=entry.tier,
        assessment=entry.assessment,
        answer_template=entry.answer_template,
    )
