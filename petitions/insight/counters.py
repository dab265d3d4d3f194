"""Keeping the hour counters in step with the cases: by difference, together with the marks (rollup.py)."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from django.db import connection
from django.db.models import Min

from petitions.insight.flow import COLUMNS, Counted, Facts, Key, counted, counts
from petitions.insight.models import CountedCase, HourCount, Mark
from petitions.insight.sums import Sums, difference
from petitions.models import Event, Petition
from routing import rulebook
from routing.models import Area
from routing.rulebook import Rulebook

CHUNK = 5000
KEY = ("hour", "area_id", "category_id", "channel", "department_id", "result")
COUNTED_FIELDS = ("area_id", "category_id", "channel", "department_id", "result", "received", "closed", "overdue")
CASE_FIELDS = (
    *("pk", "state", "is_probe", "dispatched_at", "area_id", "category_id", "channel", "main_department_id"),
    *("received_at", "closed_at", "is_overdue"),
)


def renew(petition_ids: list[int]) -> None:
    """Count these cases anew, after their marks, and write what changed."""
    before = dict(_kept(petition_ids))
    after = dict(recounted(petition_ids))
    changed = {pk for pk in petition_ids if before.get(pk) != after.get(pk)}
    if not changed:
        return
    CountedCase.objects.filter(petition__in=changed).delete()
    rows = [_row(pk, case) for pk, case in after.items() if pk in changed]
    CountedCase.objects.bulk_create(rows, batch_size=CHUNK)
    old = counts(case for pk, case in before.items() if pk in changed)
    new = counts(case for pk, case in after.items() if pk in changed)
    _add(difference(old, new))


def recounted(petition_ids: Iterable[int]) -> Iterator[tuple[int, Counted]]:
    """(case, how it counts), from the cases themselves, their last answers and the events that say "too late"."""
    ids = list(petition_ids)
    answers = dict(Mark.objects.filter(petition__in=ids, kind="verdict").values_list("petition_id", "satisfaction"))
    late = _too_late(ids)
    streets = _Streets(rulebook.current())
    for row in Petition.objects.filter(pk__in=ids).order_by().values_list(*CASE_FIELDS).iterator(chunk_size=CHUNK):
        pk, state, is_probe, dispatched_at, area, category, channel, unit, received_at, closed_at, is_overdue = row
        case = counted(
            Facts(
                state=state,
                is_probe=is_probe,
                was_dispatched=dispatched_at is not None,
                satisfaction=answers.get(pk, ""),
                area=streets.of(area),
                category=category,
                channel=channel,
                department=unit,
                received_at=received_at,
                closed_at=closed_at,
                overdue_at=late.get(pk) if is_overdue else None,
            )
        )
        if case:
            yield pk, case


def counts_of_cases() -> dict[Key, Sums]:
    """What the counter has to say: counted from all cases. For checks, not for pages."""
    every = Petition.objects.order_by("pk").values_list("pk", flat=True)
    return counts(case for _, case in recounted(every))


def counts_kept() -> dict[Key, Sums]:
    """What the counter says."""
    return {Key(*row[:6]): tuple(row[6:]) for row in HourCount.objects.values_list(*KEY, *COLUMNS)}


class _Streets:
    """The street of each area, or the area itself where it is larger than a street."""

    def __init__(self, rules: Rulebook):
        self.rules = rules
        self.by_path = {place.path: place.id for place in rules.places if place.level == Area.Level.STREET}

    def of(self, area_id: int | None) -> int | None:
        place = self.rules.area(area_id)
        if place is None:
            return area_id
        codes = place.path.strip("/").split("/")
        paths = ("/".join(codes[:count]) + "/" for count in range(1, len(codes) + 1))
        return next((self.by_path[path] for path in paths if path in self.by_path), place.id)


def _too_late(ids: list[int]) -> dict[int, datetime]:
    """When each case broke its limit for the first time."""
    told = Event.objects.filter(petition__in=ids, subject=Event.Subject.CASE, action="expire")
    return dict(told.order_by().values_list("petition_id").annotate(first=Min("at")))


def _kept(petition_ids: list[int]) -> Iterator[tuple[int, Counted]]:
    rows = CountedCase.objects.filter(petition__in=petition_ids).values_list("pk", *COUNTED_FIELDS)
    return ((row[0], Counted(*row[1:])) for row in rows)


def _row(petition_id: int, case: Counted) -> CountedCase:
    return CountedCase(petition_id=petition_id, **dict(zip(COUNTED_FIELDS, case, strict=True)))


def _add(delta: Mapping[Key, Sums]) -> None:
    """Two statements: add, and clear away the rows that have come down to nothing."""
    if not delta:
        return
    names = ", ".join((*KEY, *COLUMNS))
    line = f"({', '.join(['%s'] * (len(KEY) + len(COLUMNS)))})"
    sums = ", ".join(f"{name} = kept.{name} + EXCLUDED.{name}" for name in COLUMNS)
    sql = (
        f"INSERT INTO insight_hourcount AS kept ({names}) VALUES {', '.join([line] * len(delta))}"  # noqa: S608 - names of columns
        f" ON CONFLICT ({', '.join(KEY)}) DO UPDATE SET {sums}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [value for key, added in delta.items() for value in (*key, *added)])
    hours = {key.hour for key in delta}
    HourCount.objects.filter(hour__in=hours, received=0, closed=0, overdue=0).delete()
