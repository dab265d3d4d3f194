"""A year's days off and make-up days from a table: date, kind, name.

kind is "off" (休), "work" (班), or, in the one row that carries a year instead of a date, "announced" (已公布) or
"unannounced" (未公布) with the source as its name.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import transaction

from routing.loading.sync import Outcome, refuse, sync
from routing.models import Holiday, HolidayYear
from routing.tables import Columns, Problem, Row

COLUMNS = Columns.of({"date": "日期", "kind": "类别", "name": "名称"}, {})
KINDS = {"off": "off", "休": "off", "work": "work", "班": "work"}
YEAR_KINDS = {"announced": True, "已公布": True, "unannounced": False, "未公布": False}
# What the announcements of this century can cover.
YEARS = range(2000, 2100)


@transaction.atomic
def load_calendar(rows: Iterable[Row], *, partial: bool = False) -> Outcome:
    """Replace the tables of the years in the file; other years stay."""
    rows = list(rows)
    years = {int(row["date"]): row for row in rows if row["kind"] in YEAR_KINDS and row["date"].isdigit()}
    good, problems, seen = [], [], set()
    for row in rows:
        text = _year_problem(row) if row["kind"] in YEAR_KINDS else _day_problem(row, years, seen)
        problems.extend([Problem(row.number, text)] if text else [])
        good.extend([] if text or row["kind"] in YEAR_KINDS else [row])
        seen.add(row["date"])
    refuse(problems, partial=partial)
    outcome = sync([_year(row) for row in years.values() if not _year_problem(row)], HolidayYear, ["year"], _YEAR)
    days = [_day(row) for row in good]
    Holiday.objects.filter(year__in=years).exclude(date__in=[day.date for day in days]).delete()
    return outcome + sync(days, Holiday, ["date"], _DAY) + Outcome(problems=tuple(problems))


_YEAR = ["source", "announced"]
_DAY = ["is_workday", "name", "year_id"]


def _year_problem(row: Row) -> str:
    if not row["date"].isdigit() or int(row["date"]) not in YEARS:
        return f"“{row['date']}”不是 {YEARS.start}—{YEARS.stop - 1} 之间的年份"
    return "" if 0 < len(row["name"]) <= 300 else "年表要写来源（最多 300 字）"


def _day_problem(row: Row, years: dict[int, Row], seen: set[str]) -> str:
    if row["kind"] not in KINDS:
        return f"类别“{row['kind']}”应为 休、班、已公布 或 未公布"
    day = _date(row["date"])
    if day is None:
        return f"日期“{row['date']}”应写成 2026-10-01"
    if day.year not in years:
        return f"{day.year}年没有写来源的一行"
    if row["date"] in seen:
        return f"{row['date']} 重复"
    return "" if len(row["name"]) <= 40 else "名称最多 40 字"


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text.replace("/", "-"))
    except ValueError:
        return None


def _year(row: Row) -> HolidayYear:
    return HolidayYear(year=int(row["date"]), source=row["name"], announced=YEAR_KINDS[row["kind"]])


def _day(row: Row) -> Holiday:
    day = _date(row["date"])
    assert day is not None, "rows with a bad date have been refused"
    return Holiday(date=day, is_workday=KINDS[row["kind"]] == "work", name=row["name"], year_id=day.year)
