"""The calendar: days off, weekends that are worked (调休), and whether a year's table has been announced.

Clocks that run keep the end that was promised; what starts after the change is counted by it.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction

from petitions import errors
from petitions.queries.manage import clocks
from petitions.queries.manage.clocks import Effect
from petitions.services import clock
from petitions.services.manage.acting import By
from petitions.storable import storable
from routing import audit, rulebook
from routing.clock import Calendar
from routing.models import AuditEntry, Holiday, HolidayYear

OFF, WORK, PLAIN = "off", "work", ""
LONGEST = 31  # days that one step may change: the longest holiday has nine
YEARS = range(2000, 2100)

Days = dict[date, tuple[str, str]]
"""A day → (off, work or '' for what its weekday says, name)."""


@dataclass(frozen=True)
class Span:
    """Days from `first` to `last`, all of one kind. A kind that the weekday gives anyway is kept all the same."""

    first: date
    last: date
    kind: str
    name: str = ""

    def days(self) -> Days:
        """Raises BadDay."""
        if self.kind not in (OFF, WORK, PLAIN):
            raise errors.BadDay("请选放假、上班或按星期。")
        if self.last < self.first or (self.last - self.first).days >= LONGEST:
            raise errors.BadDay(f"末日不能早于首日，一次最多改 {LONGEST} 天。")
        if self.first.year != self.last.year or self.first.year not in YEARS:
            raise errors.BadDay("一次只能改同一年里的日子。")
        name = storable(self.name).strip()
        if (self.kind != PLAIN and not name) or len(name) > 40:
            raise errors.BadDay("请写名称，例如“国庆节”，最多 40 字。")
        count = (self.last - self.first).days + 1
        return {self.first + timedelta(days=n): (self.kind, name if self.kind else "") for n in range(count)}


def subject_of(year: int) -> str:
    return f"calendar:{year}"


def preview(days: Days) -> Effect:
    """Which running clocks would end at another time if they were counted with these days. Saves nothing."""
    book = rulebook.current()
    supposed = book.supposing(calendar=with_days(book.calendar, days))
    # A clock that is over before the first of these days does not know them.
    return clocks.effect(book, supposed, due_from=clock.midnight(min(days)))


def with_days(calendar: Calendar, days: Days) -> Calendar:
    off = (calendar.days_off - set(days)) | {day for day, (kind, _) in days.items() if kind == OFF}
    worked = (calendar.make_up_days - set(days)) | {day for day, (kind, _) in days.items() if kind == WORK}
    return Calendar(frozenset(off), frozenset(worked), calendar.announced_years, calendar.office_hours, calendar.zone)


@transaction.atomic
def set_days(days: Days, *, by: By) -> None:
    """Raises NotYours, NoReason, BadDay where the year has no table, ChangedMeanwhile."""
    by.explained("改动日历")
    table = _opened(min(days).year, by)
    before = _kept(days)
    if before == days:
        return
    Holiday.objects.filter(date__in=days).delete()
    Holiday.objects.bulk_create(
        [
            Holiday(date=day, is_workday=kind == WORK, name=name, year=table)
            for day, (kind, name) in days.items()
            if kind != PLAIN
        ]
    )
    first, last = min(days), max(days)
    words = f"{first}" if first == last else f"{first} 至 {last}"
    by.note(audit.Kind.CALENDAR, subject_of(table.year), words, _written(before), _written(days))


@transaction.atomic
def set_year(year: int, *, source: str, announced: bool, by: By) -> HolidayYear:
    """Where the year's table comes from and whether it is final; a year that has none gets one. Raises BadDay."""
    by.allowed()
    source = storable(source).strip()
    if year not in YEARS or not source or len(source) > 300:
        raise errors.BadDay("年表要写来源，例如通知的文号，最多 300 字。")
    by.up_to_date(subject_of(year))
    table = HolidayYear.objects.select_for_update().filter(year=year).first()
    before = {"source": table.source, "announced": table.announced} if table else None
    after = {"source": source, "announced": announced}
    if before != after:
        table, _ = HolidayYear.objects.update_or_create(year=year, defaults=after)
        words = f"{year} 年表{'已公布' if announced else '未公布'}"
        by.note(audit.Kind.CALENDAR, subject_of(year), words, before, after)
    assert table is not None, "it was there or has just been made"
    return table


def undo(entry_id: int, *, by: By) -> None:
    """Back to what stood before that change. Raises Unknown where it is none of the calendar's."""
    entry = AuditEntry.objects.filter(pk=entry_id, kind=audit.Kind.CALENDAR).first()
    if entry is None or not entry.subject.partition(":")[2].isdecimal() or entry.before is None:
        raise errors.Unknown("没有找到这次改动，或者它没有可以恢复的内容。")
    if "source" in entry.before:
        set_year(int(entry.subject.partition(":")[2]), **entry.before, by=by)
        return
    set_days({date.fromisoformat(day): (kind, name) for day, (kind, name) in entry.before.items()}, by=by)


def _opened(year: int, by: By) -> HolidayYear:
    by.allowed()
    table = HolidayYear.objects.select_for_update().filter(year=year).first()
    if table is None:
        raise errors.BadDay(f"{year} 年还没有年表，请先建年表并写明来源。")
    by.up_to_date(subject_of(year))
    return table


def _kept(days: Days) -> Days:
    """What stands for these days now."""
    stored = {
        day.date: (WORK if day.is_workday else OFF, day.name) for day in Holiday.objects.filter(date__in=list(days))
    }
    return {day: stored.get(day, (PLAIN, "")) for day in days}


def _written(days: Days) -> dict[str, list[str]]:
    return {day.isoformat(): list(said) for day, said in sorted(days.items())}
