"""Reading what a special report says: counts of the very cases that its addresses list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.db import transaction
from django.db.models import Count, QuerySet
from django.db.models.functions import TruncDate
from django.utils.translation import override

from petitions.insight import rollup
from petitions.insight.board import behind
from petitions.insight.board.behind import Wanted
from petitions.insight.models import CountedCase, IssueMember, Report, Result
from petitions.insight.reports.special import Row, Special
from petitions.insight.windows import SHANGHAI
from routing import rulebook
from routing.models import Area, Department

WEEK = timedelta(days=7)
OPEN_RESULTS = (Result.OPEN, Result.SENT_BACK)
# (day, place, unit, result) → cases
Counts = Counter


@dataclass(frozen=True)
class _Matter:
    """One leaf or class, or the cases of one issue, and how its lists are addressed."""

    report: Report

    def cases(self, first: date, last: date) -> QuerySet[CountedCase]:
        category = self.report.category.code if self.report.category else ""
        rows = behind.cases(Wanted(first=first, last=last, category=category))
        if self.report.issue_id is None:
            return rows
        return rows.filter(petition__in=IssueMember.objects.filter(issue=self.report.issue_id).values("petition"))

    def address(self, first: date, last: date, **more: str | list[str]) -> str:
        if self.report.issue_id is not None:
            return f"{settings.SITE_URL}/topics/{self.report.issue_id}/"
        said = {"range": "custom", "first": first, "last": last, "category": self.report.category.code, **more}
        return f"{settings.SITE_URL}/board/list/?{urlencode(said, doseq=True)}"


def gather(report: Report, *, now: datetime) -> Special:
    with transaction.atomic(), override("zh-hans"):
        rollup.wait_for_turn()
        rollup.refresh_all()
        return _gathered(report, now)


def _gathered(report: Report, now: datetime) -> Special:
    matter, window = _Matter(report), report.window
    first, last = window.begins.date(), window.last_day
    earlier = window.before()
    told = _counts(matter.cases(first, last))
    before = _counts(matter.cases(earlier.begins.date(), earlier.last_day))
    return Special(
        matter=str(report.category or report.issue),
        name=report.name,
        begins=window.begins.isoformat(),
        ends=window.ends.isoformat(),
        made_at=now.astimezone(SHANGHAI).isoformat(),
        total=_row("受理总数", told, before, matter.address(first, last)),
        open=_row(
            "其中在办",
            _only(told, lambda key: key[3] in OPEN_RESULTS),
            _only(before, lambda key: key[3] in OPEN_RESULTS),
            matter.address(first, last, result=[str(each) for each in OPEN_RESULTS]),
        ),
        districts=_districts(matter, told, before),
        units=_units(matter, told, before),
        weeks=tuple(_weeks(matter, told)),
    )


def _counts(rows: QuerySet[CountedCase]) -> Counts:
    by_day = rows.annotate(day=TruncDate("received", tzinfo=SHANGHAI)).order_by()
    found = by_day.values_list("day", "area", "department", "result").annotate(count=Count("pk"))
    return Counter({tuple(key): count for *key, count in found})


def _row(name: str, told: Counts, before: Counts, address: str) -> Row:
    by_result = Counter()
    for key, count in told.items():
        by_result[key[3]] += count
    return Row(name, told.total(), before.total(), by_result[Result.CONTENT], by_result[Result.DISCONTENT], address)


def _districts(matter: _Matter, told: Counts, before: Counts) -> tuple[Row, ...]:
    district = _districts_of()
    names = dict(Area.objects.at_level(Area.Level.DISTRICT).values_list("pk", "name"))
    codes = dict(Area.objects.at_level(Area.Level.DISTRICT).values_list("pk", "code"))
    first, last = _days(matter)
    rows = (
        _row(
            names[pk],
            _only(told, lambda key, pk=pk: district.get(key[1]) == pk),
            _only(before, lambda key, pk=pk: district.get(key[1]) == pk),
            matter.address(first, last, area=codes[pk]),
        )
        for pk in {district[key[1]] for key in told if key[1] in district}
    )
    return _most_first(rows)


def _districts_of() -> dict[int, int]:
    """Place → its district."""
    places = rulebook.current().places
    by_path = {place.path: place.id for place in places if place.level == Area.Level.DISTRICT}
    found = {}
    for place in places:
        district = next((pk for path, pk in by_path.items() if place.path.startswith(path)), None)
        if district:
            found[place.id] = district
    return found


def _units(matter: _Matter, told: Counts, before: Counts) -> tuple[Row, ...]:
    known = {key[2] for key in told if key[2]}
    names = dict(Department.objects.filter(pk__in=known).values_list("pk", "name"))
    first, last = _days(matter)
    rows = (
        _row(
            names[pk],
            _only(told, lambda key, pk=pk: key[2] == pk),
            _only(before, lambda key, pk=pk: key[2] == pk),
            matter.address(first, last, unit=str(pk)),
        )
        for pk in known
    )
    return _most_first(rows)


def _weeks(matter: _Matter, told: Counts) -> Iterable[Row]:
    first, last = _days(matter)
    while first <= last:
        until = min(first + WEEK - timedelta(days=1), last)
        inside = _only(told, lambda key, a=first, b=until: a <= key[0] <= b)
        yield _row(first.isoformat(), inside, Counter(), matter.address(first, until))
        first = until + timedelta(days=1)


def _days(matter: _Matter) -> tuple[date, date]:
    return matter.report.window.begins.date(), matter.report.window.last_day


def _only(counts: Counts, wanted) -> Counts:
    return Counter({key: count for key, count in counts.items() if wanted(key)})


def _most_first(rows: Iterable[Row]) -> tuple[Row, ...]:
    return tuple(sorted(rows, key=lambda row: (-row.cases, row.name)))
