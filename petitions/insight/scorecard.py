"""The lines of a scorecard: counts per unit and calibre from the tally, or recomputed from events."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q, Sum

from petitions.insight.models import Tally
from petitions.insight.rates import CALIBRES, Counts
from petitions.insight.rollup import CHUNK, folded
from petitions.insight.sums import Sums
from petitions.insight.tally import COLUMNS, Key, belongs, counts_of, tallied
from petitions.insight.windows import Window
from petitions.models import Event, Petition
from routing import rulebook
from routing.models import Department

# Streets and departments are never ranked against each other (M-10); which levels make a group is a parameter.
GROUPS = {"street": ["street"], "department": ["district", "city"], "company": ["company"]}
GROUP_NAMES = {"street": "街道（乡镇）", "department": "部门", "company": "公共服务企业"}

Progress = Callable[[int, int], None]
Lines = dict[str, dict[int | None, Counts]]  # calibre → unit (None: no unit) → counts


@dataclass(frozen=True)
class Unit:
    """A unit as a scorecard names it."""

    id: int
    name: str
    group: str


def from_tally(
    window: Window, *, units: Iterable[int] | None = None, calibres: Iterable[str] = tuple(CALIBRES)
) -> Lines:
    """One statement over the tally rows of the window, whatever the number of cases."""
    rows = Tally.objects.filter(half__gte=window.first, half__lt=window.end)
    if units is not None:
        rows = rows.filter(department__in=list(units))
    key = ("department_id", "kind", "assessment", "excluded", "not_counted")
    sums = rows.order_by().values_list(*key).annotate(*(Sum(name) for name in COLUMNS))
    return lines_of(((Key(0, *row[:5]), tuple(row[5:])) for row in sums), calibres)


def from_events(window: Window, *, until_event: int | None = None, progress: Progress = lambda done, of: None) -> Lines:
    """The same, recomputed from nothing but events: what a published figure is checked against.

    `progress` is told how many of the cases are counted and how many there are.
    """
    total: dict[Key, list[int]] = defaultdict(lambda: [0] * len(COLUMNS))
    cases = _cases_in(window, until_event)
    for at, ids in enumerate(_chunks(cases)):
        progress(at * CHUNK, len(cases))
        for _, marks in folded(ids, until_event=until_event):
            for key, sums in tallied(marks).items():
                if window.first <= key.half < window.end:
                    row = total[key._replace(half=0)]
                    for place, value in enumerate(sums):
                        row[place] += value
    return lines_of((key, tuple(sums)) for key, sums in total.items())


def lines_of(rows: Iterable[tuple[Key, Sums]], calibres: Iterable[str] = tuple(CALIBRES)) -> Lines:
    """Counts of these calibres from tally rows; the key's half-day is of no account."""
    kept = list(rows)
    found: Lines = {}
    for calibre in calibres:
        per_unit: dict[int | None, list] = defaultdict(list)
        for key, sums in kept:
            if any(sums) and belongs(calibre, key.assessment, key.excluded, key.not_counted):
                per_unit[key.department].append((key.kind, key.assessment, sums))
        found[calibre] = {unit: counts_of(rows, calibre) for unit, rows in per_unit.items()}
    return found


def _cases_in(window: Window, until_event: int | None) -> list[int]:
    """Cases that may have a mark in the window: an event in it, or the time they came in."""
    between = Q(at__gte=window.begins, at__lt=window.ends)
    events = Event.objects.filter(between)
    if until_event is not None:
        events = events.filter(id__lte=until_event)
    found = set(events.order_by().values_list("petition_id", flat=True).distinct().iterator(chunk_size=CHUNK))
    received = Petition.objects.filter(received_at__gte=window.begins, received_at__lt=window.ends)
    return sorted(found.union(received.order_by().values_list("id", flat=True)))


def _chunks(ids: list[int]) -> Iterable[list[int]]:
    return (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))


def units() -> dict[int, Unit]:
    """All units that belong to a group: one statement."""
    levels = {level: group for group, members in _groups().items() for level in members}
    rows = Department.objects.filter(kind__level__in=list(levels)).values_list(
        "id", "name", "short_name", "kind__level"
    )
    return {pk: Unit(pk, short or name, levels[level]) for pk, name, short, level in rows}


def grouped(
    lines: Mapping[int | None, Counts], known: Mapping[int, Unit], names: Iterable[str] | None = None
) -> dict[str, dict[int, Counts]]:
    """The lines of each group; units outside all groups (communities) are not scored by themselves.

    `names`: the groups to list; all of the city's unless given, which costs a look at the rules.
    """
    found: dict[str, dict[int, Counts]] = {group: {} for group in names or _groups()}
    for pk, counts in lines.items():
        if pk is not None and pk in known:
            found.setdefault(known[pk].group, {})[pk] = counts
    return found


def _groups() -> dict[str, list[str]]:
    return rulebook.current().parameter("score.groups", GROUPS)
