"""Everything in routing/data: the fictional city, its units, tree, catalogue, calendars and numbers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import date, datetime
from pathlib import Path

from django.db import transaction

from routing.catalogue import publish
from routing.loading import areas, calendar, catalogue, categories, departments
from routing.loading.sync import Outcome, sync
from routing.models import CatalogueVersion, DeadlineRule, Department, Parameter, Season, Staff
from routing.tables import Columns, Row, read_table

DATA = Path(__file__).resolve().parent.parent / "data"
# Older than any message that a city is likely to import, so that those are routed too.
SINCE = date(2010, 1, 1)
FIRST_VERSION = 1
CITY = ("areas.csv", "departments.csv", "staff.csv")
UNUSABLE_PASSWORD = "!"  # noqa: S105 - the mark by which Django refuses every password

DEADLINES = Columns.of(
    {"stage": "环节", "tier": "时限档位", "amount": "数值", "unit": "单位", "mode": "计时方式"}, {"note": "来源说明"}
)
SEASONS = Columns.of({"code": "编码", "name": "名称", "starts_on": "开始", "ends_on": "末日"}, {"note": "说明"})
PARAMETERS = Columns.of({"key": "名称", "value": "值", "description": "说明"}, {})
STAFF = Columns.of({"username": "用户名", "name": "姓名", "roles": "角色"}, {"department": "单位", "phone": "电话"})


@transaction.atomic
def load_defaults(*, now: datetime, with_city: bool = True) -> list[tuple[str, Outcome]]:
    """Load all files in order, idempotently; says what each did. Existing parameters keep their values.

    Without the city its areas, units and staff are left out: a real city brings its own.
    """
    plan = [step for step in _plan(now) if with_city or step[0] not in CITY]
    return [(name, load(_rows(name, columns, with_city=with_city))) for name, columns, load in plan]


def _plan(now: datetime) -> list[tuple[str, Columns, Callable[[Iterable[Row]], Outcome]]]:
    years = [(path.name, calendar.COLUMNS, calendar.load_calendar) for path in sorted(DATA.glob("holidays_*.csv"))]
    return [
        ("parameters.csv", PARAMETERS, _load_parameters),
        *years,
        ("seasons.csv", SEASONS, _load_seasons),
        ("deadlines.csv", DEADLINES, _load_deadlines),
        ("areas.csv", areas.COLUMNS, areas.load_areas),
        ("unit_kinds.csv", departments.KIND_COLUMNS, departments.load_unit_kinds),
        ("departments.csv", departments.COLUMNS, departments.load_departments),
        ("categories.csv", categories.COLUMNS, categories.load_categories),
        ("catalogue.csv", catalogue.COLUMNS, lambda rows: _load_catalogue(rows, now)),
        ("staff.csv", STAFF, _load_staff),
    ]


def _rows(name: str, columns: Columns, *, with_city: bool) -> list[Row]:
    """Without the city, catalogue entries for one of its areas or units are left out too."""
    rows = read_table(DATA / name, columns)
    return [row for row in rows if with_city or not (row["area"] or row["main_department"])]


def _load_catalogue(rows: Iterable[Row], now: datetime) -> Outcome:
    outcome = catalogue.load_catalogue(rows, number=FIRST_VERSION, name="初始目录", effective_from=SINCE)
    version = CatalogueVersion.objects.get(number=FIRST_VERSION)
    if version.published_at is None:
        publish(version, now=now)
    return outcome


def _load_parameters(rows: Iterable[Row]) -> Outcome:
    """A city's own values stay: only new keys are added, and descriptions kept up to date."""
    own = dict(Parameter.objects.values_list("key", "value"))
    wanted = [
        Parameter(key=r["key"], value=own.get(r["key"], json.loads(r["value"])), description=r["description"])
        for r in rows
    ]
    return sync(wanted, Parameter, ["key"], ["value", "description"])


def _load_seasons(rows: Iterable[Row]) -> Outcome:
    wanted = [
        Season(
            code=row["code"],
            name=row["name"],
            starts_on=date.fromisoformat(row["starts_on"]),
            ends_on=date.fromisoformat(row["ends_on"]),
            note=row["note"],
        )
        for row in rows
    ]
    return sync(wanted, Season, ["code", "starts_on"], ["name", "ends_on", "note"])


def _load_deadlines(rows: Iterable[Row]) -> Outcome:
    wanted = [
        DeadlineRule(
            stage=row["stage"],
            tier=row["tier"],
            amount=int(row["amount"]),
            unit=row["unit"],
            mode=row["mode"],
            effective_from=SINCE,
            note=row["note"],
        )
        for row in rows
    ]
    return sync(wanted, DeadlineRule, ["stage", "tier", "effective_from"], ["amount", "unit", "mode", "note"])


def _load_staff(rows: Iterable[Row]) -> Outcome:
    """Accounts cannot log in until somebody gives them a password."""
    Staff.objects.system()
    units = dict(Department.objects.values_list("code", "pk"))
    wanted = [
        Staff(
            username=row["username"],
            name=row["name"],
            roles=row.words("roles"),
            department_id=units[row["department"]] if row["department"] else None,
            phone=row["phone"],
            password=UNUSABLE_PASSWORD,
            is_staff="admin" in row.words("roles"),
            is_superuser="admin" in row.words("roles"),
        )
        for row in rows
    ]
    return sync(wanted, Staff, ["username"], ["name", "roles", "department_id", "phone"])
