"""Keeping marks, tallies and hour counters in step with the events: by difference, in small commits, safe to repeat.

A trigger notes every case that got events, in the same commit. A refresh takes the noted cases, folds their events
anew, and adds to the tally what changed. Doing it twice changes nothing.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from django.db import connection, transaction

from petitions.insight import counters
from petitions.insight.fold import Mark as Told
from petitions.insight.fold import Step, fold
from petitions.insight.models import Mark, Tally
from petitions.insight.sums import Sums, difference
from petitions.insight.tally import COLUMNS, Key, tallied
from petitions.insight.windows import half_of
from petitions.models import Event
from petitions.services import turns

TURN = "insight.rollup"  # two refreshes at once would both add the same difference
CHUNK = 5000
MARK_FIELDS = (
    *("kind", "at", "department_id", "good", "amount", "contacted", "solved", "satisfaction", "via"),
    *("assessment", "excluded", "not_counted"),
)
STEP_FIELDS = ("petition_id", "at", "subject", "subject_id", "department_id", "action", "after", "data")


def refresh(batch: int = 500) -> int:
    """Bring the cases of up to `batch` notes up to date in one commit; returns how many notes were taken."""
    with transaction.atomic(), connection.cursor() as cursor:
        return _take(cursor, batch) if turns.taken(TURN) else 0


def wait_for_turn() -> None:
    """Hold what refreshes and publications share until the transaction ends: one of them at a time."""
    turns.wait(TURN)


def refresh_all() -> int:
    """Until nothing is noted any more. Waits for a refresh that runs elsewhere."""
    taken = 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            wait_for_turn()
            count = _take(cursor, CHUNK)
        if not count:
            return taken
        taken += count


def _take(cursor, batch: int) -> int:
    cursor.execute(
        "DELETE FROM insight_stale WHERE id IN (SELECT id FROM insight_stale ORDER BY id LIMIT %s)"
        " RETURNING petition_id",
        [batch],
    )
    notes = [row[0] for row in cursor.fetchall()]
    if notes:
        renew(sorted(set(notes)))
    return len(notes)


def renew(petition_ids: list[int]) -> None:
    """Fold and count these cases anew and write what changed."""
    _renew_marks(petition_ids)
    counters.renew(petition_ids)  # after the marks: a result rests on the last answer


def _renew_marks(petition_ids: list[int]) -> None:
    before = _kept(petition_ids)
    after = dict(folded(petition_ids))
    changed = [pk for pk in petition_ids if set(before.get(pk, ())) != set(after.get(pk, ()))]
    if not changed:
        return
    Mark.objects.filter(petition__in=changed).delete()
    Mark.objects.bulk_create([_row(pk, mark) for pk in changed for mark in after.get(pk, ())], batch_size=CHUNK)
    old = tallied(mark for pk in changed for mark in before.get(pk, ()))
    new = tallied(mark for pk in changed for mark in after.get(pk, ()))
    add(difference(old, new))


def folded(petition_ids: Iterable[int], *, until_event: int | None = None) -> Iterator[tuple[int, list[Told]]]:
    """(case, its marks), from the events of these cases, up to an event if one is given."""
    events = Event.objects.filter(petition__in=list(petition_ids)).order_by("petition_id", "seq")
    if until_event is not None:
        events = events.filter(id__lte=until_event)
    rows = events.values_list(*STEP_FIELDS).iterator(chunk_size=CHUNK)
    for petition_id, told in groupby(rows, key=lambda row: row[0]):
        yield petition_id, fold(Step(*row[1:]) for row in told)


def add(delta: Mapping[Key, Sums]) -> None:
    """Add to the tally in one statement; rows that were not there yet are made."""
    if not delta:
        return
    names = ["half", "department_id", "kind", "assessment", "excluded", "not_counted", *COLUMNS]
    rows = sorted(((*key, *sums) for key, sums in delta.items()), key=lambda row: (row[0], row[1] or 0, row[2:6]))
    sums = ", ".join(f"{name} = insight_tally.{name} + excluded_row.{name}" for name in COLUMNS)
    line = f"({', '.join(['%s'] * len(names))})"
    sql = (
        f"INSERT INTO insight_tally AS insight_tally ({', '.join(names)}) VALUES {', '.join([line] * len(rows))}"  # noqa: S608 - names of columns
        f" ON CONFLICT (half, department_id, kind, assessment, excluded, not_counted) DO UPDATE SET {sums}"
    ).replace("excluded_row.", "EXCLUDED.")
    with connection.cursor() as cursor:
        cursor.execute(sql, [value for row in rows for value in row])


def tally_of_marks() -> dict[Key, Sums]:
    """What the tally has to say: counted from all marks. For checks, not for pages."""
    marks = Mark.objects.values_list(*MARK_FIELDS).iterator(chunk_size=CHUNK)
    return tallied(Told(*row) for row in marks)


def tally_kept() -> dict[Key, Sums]:
    """What the tally says, without the rows that have come down to nothing."""
    rows = Tally.objects.values_list("half", "department_id", "kind", "assessment", "excluded", "not_counted", *COLUMNS)
    found = {Key(*row[:6]): tuple(row[6:]) for row in rows}
    return {key: sums for key, sums in found.items() if any(sums)}


def _kept(petition_ids: list[int]) -> dict[int, list[Told]]:
    found: dict[int, list[Told]] = {}
    for row in Mark.objects.filter(petition__in=petition_ids).values_list("petition_id", *MARK_FIELDS):
        found.setdefault(row[0], []).append(Told(*row[1:]))
    return found


def _row(petition_id: int, mark: Told) -> Mark:
    return Mark(
        petition_id=petition_id,
        half=half_of(mark.at),
        department_id=mark.department,
        **{name: getattr(mark, name) for name in MARK_FIELDS if name != "department_id"},
    )
