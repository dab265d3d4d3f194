"""Reading what a special report says: counts of the very cases that its addresses list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django.db import transaction
from django.db.models import Count, QuerySet
from django.db.models.functions import TruncDate
from django.utils.translation import override

from petitions.insight import rollup
from petitions.insight.board import behind
from petitions.insight.board.behind import Wanted
from petitions.insight.models import CountedCase, Report, Result
from petitions.insight.reports.special import Row, Special
from petitions.insight.windows import SHANGHAI, Window
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
        return behind.cases(Wanted(first=first, last=last, category=category, issue=self.report.issue_id))

    def address(self, since: date, until: date, **more: str | list[str]) -> str:
        """From the root of the site; the drawers put the site before it."""
        subject = {"category": self.report.category.code} if self.report.category else {"issue": self.report.issue_id}
        said = {"range": "custom", "first": since, "last": until, **subject, **more}
        return f"/board/list/?{urlencode(said, doseq=True)}"

    def row(self, name: str, told: Counts, before: Counts, **more: str | list[str]) -> Row:
        """The counts of one line, each with its list; `more` narrows the lists as the counts are narrowed already."""
        first, last = _days(self.report.window)
        by_result = Counter()
        for key, count in told.items():
            by_result[key[3]] += count
        return Row(
            name,
            told.total(),
            before.total(),
            by_result[Result.CONTENT],
            by_result[Result.DISCONTENT],
            self.address(first, last, **more),
            self.address(*_days(self.report.window.before()), **more),
            self.address(first, last, **more | {"result": Result.CONTENT.value}),
            self.address(first, last, **more | {"result": Result.DISCONTENT.value}),
        )


def gather(report: Report, *, now: datetime) -> Special:
    with transaction.atomic(), override("zh-hans"):
        rollup.wait_for_turn()
        rollup.refresh_all()
        return _gathered(report, now)


def _gathered(report: Report, now: datetime) -> Special:
    matter, window = _Matter(report), report.window
    told, before = (_counts(matter.cases(*_days(each))) for each in (window, window.before()))
    return Special(
        matter=str(report.category or report.issue),
        name=report.name,
        begins=window.begins.isoformat(),
        ends=window.ends.isoformat(),
        made_at=now.astimezone(SHANGHAI).isoformat(),
        total=matter.row("受理总数", told, before),
        open=_open(matter, told, before),
        districts=_districts(matter, told, before),
        units=_units(matter, told, before),
        weeks=tuple(_weeks(matter, told)),
    )


def _counts(rows: QuerySet[CountedCase]) -> Counts:
    by_day = rows.annotate(day=TruncDate("received", tzinfo=SHANGHAI)).order_by()
    found = by_day.values_list("day", "area", "department", "result").annotate(count=Count("pk"))
    return Counter({tuple(key): count for *key, count in found})


def _open(matter: _Matter, told: Counts, before: Counts) -> Row:
    """What is still open is not rated: no lists for that."""
    now, earlier = (_only(counts, lambda key: key[3] in OPEN_RESULTS) for counts in (told, before))
    row = matter.row("其中在办", now, earlier, result=[each.value for each in OPEN_RESULTS])
    return replace(row, content_address="", discontent_address="")


def _districts(matter: _Matter, told: Counts, before: Counts) -> tuple[Row, ...]:
    district = _districts_of()
    names = dict(Area.objects.at_level(Area.Level.DISTRICT).values_list("pk", "name"))
    codes = dict(Area.objects.at_level(Area.Level.DISTRICT).values_list("pk", "code"))
    rows = (
        matter.row(
            names[pk],
            _only(told, lambda key, pk=pk: district.get(key[1]) == pk),
            _only(before, lambda key, pk=pk: district.get(key[1]) == pk),
            area=codes[pk],
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
    rows = (
        matter.row(
            names[pk],
            _only(told, lambda key, pk=pk: key[2] == pk),
            _only(before, lambda key, pk=pk: key[2] == pk),
            unit=str(pk),
        )
        for pk in known
    )
    return _most_first(rows)


def _weeks(matter: _Matter, told: Counts) -> Iterable[Row]:
    first, last = _days(matter.report.window)
    while first <= last:
        until = min(first + WEEK - timedelta(days=1), last)
        inside = _only(told, lambda key, a=first, b=until: a <= key[0] <= b)
        row = matter.row(first.isoformat(), inside, Counter(), first=first.isoformat(), last=until.isoformat())
        yield replace(row, before_address="")
        first = until + timedelta(days=1)


def _days(window: Window) -> tuple[date, date]:
    return window.begins.date(), window.last_day


def _only(counts: Counts, wanted) -> Counts:
    return Counter({key: count for key, count in counts.items() if wanted(key)})


def _most_first(rows: Iterable[Row]) -> tuple[Row, ...]:
    return tuple(sorted(rows, key=lambda row: (-row.cases, row.name)))
