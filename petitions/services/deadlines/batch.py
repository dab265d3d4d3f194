"""Many cases that are open at once: read with one statement per table, written with one statement per table.

The steps are those of the door, on the same rows; only reading and writing are done together. A test visits the same
cases one by one and in a batch and compares every row.
"""

from collections import defaultdict, deque
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Model, QuerySet, prefetch_related_objects

from petitions import alarms
from petitions.models import Assignment, Escalation, Event, Outbox, Petition, Request, Supervision
from petitions.services import announce, rows
from petitions.services.door import OpenCase, next_ids, system
from petitions.states import CaseState, SupervisionState
from routing import rulebook
from routing.rulebook import Rulebook

# Long texts that no alarm needs.
UNREAD = ("text", "redacted_text", "search", "route_reasons")
RESERVED = 100


class DueCase(OpenCase):
    """One claimed case of a batch, with everything beside it at hand."""

    def __init__(self, petition: Petition, parts: list[Assignment], *, now: datetime, store: "Store"):
        super().__init__(petition, actor=store.system, now=now)
        self.rules, self._store, self._assignments = store.rules, store, parts
        self.beside: list[Any] = []
        self.rung: set[tuple] = set()
        self.before = [(row, vars(row).copy()) for row in (petition, *parts)]
        for part in parts:
            part.petition = petition

    def new_id(self, model: type) -> int:
        return self._store.new_id(model)


class Store:
    """What all cases of a batch share: the rules, the actor, and keys in store."""

    def __init__(self) -> None:
        self.rules: Rulebook = rulebook.current()
        self.system = system()
        self._ids: dict[type, deque[int]] = defaultdict(deque)

    def new_id(self, model: type) -> int:
        if not self._ids[model]:
            self._ids[model].extend(next_ids(model, RESERVED))
        return self._ids[model].popleft()


def is_free(petition_id: int, now: datetime) -> bool:
    """Take the case's lock if nobody has it and it is (still) to be looked at."""
    due = Petition.objects.select_for_update(skip_locked=True).filter(pk=petition_id, next_check_at__lte=now)
    return due.exists()


def claim(now: datetime, size: int) -> list[DueCase]:
    """Lock the cases that have waited longest. Nobody who acts on a case is waited for: it comes with a later sweep."""
    due = Petition.objects.select_for_update(skip_locked=True, no_key=True).filter(next_check_at__lte=now)
    petitions = {petition.pk: petition for petition in due.defer(*UNREAD).order_by("next_check_at")[:size]}
    if not petitions:
        return []
    store, parts = Store(), by_case(Assignment.objects.select_for_update(no_key=True), petitions)
    cases = [DueCase(petition, parts[pk], now=now, store=store) for pk, petition in petitions.items()]
    _read_beside(cases, petitions)
    return cases


def beside_all(petitions: Iterable[int]) -> dict[int, list[Any]]:
    """Open requests and issued supervisions by case: their limits are watched too."""
    requests = by_case(Request.objects.filter(state__in=alarms.UNDECIDED, due_at__isnull=False), petitions)
    supervisions = by_case(Supervision.objects.filter(state=SupervisionState.ISSUED), petitions)
    return defaultdict(list, {pk: [*requests[pk], *supervisions[pk]] for pk in petitions})


def rung_all(petitions: Iterable[int]) -> dict[int, set[tuple]]:
    """The keys of what rang before, by case."""
    keys: dict[int, set[tuple]] = defaultdict(set)
    known = Escalation.objects.filter(petition__in=list(petitions))
    for petition_id, *key in known.values_list("petition_id", "subject", "subject_id", "kind", "limit_at", "step"):
        keys[petition_id].add(tuple(key))
    return keys


def by_case(found: QuerySet, petitions: Iterable[int]) -> dict[int, list[Any]]:
    by_case: dict[int, list[Any]] = defaultdict(list)
    for row in found.filter(petition__in=list(petitions)).order_by("pk"):
        by_case[row.petition_id].append(row)
    return by_case


def write(cases: list[DueCase]) -> None:
    """Save what the visits did, one statement for each table (and set of changed columns)."""
    acted = [case for case in cases if case.events]
    for case in acted:
        case.petition.version += case.outdates_pages
    rows.update(pair for case in cases for pair in case.before)
    for case in acted:
        for kind, row in case.touched():
            if kind not in (Petition, Assignment):
                row.save()
    rows.insert(Event, [event for case in acted for event in case.events])
    rows.insert(Outbox, [row for case in acted for row in case.outbox], skip_known=True)
    kept: dict[type[Model], list[Any]] = defaultdict(list)
    for case in acted:
        for kind, found in case.kept().items():
            kept[kind].extend(found)
    for kind, found in kept.items():
        rows.insert(kind, found)
    transaction.on_commit(lambda: _announce(acted))


def _announce(cases: list[DueCase]) -> None:
    """One "look again" for each desk that got something, however many cases; pages of a single case poll."""
    if not cases:
        return
    last = cases[-1].petition
    desks = {group for case in cases for group in announce.groups_of(case.petition, case.assignments)}
    own_pages = {f"case.{case.petition.pk}" for case in cases}
    announce.case_changed(last.pk, last.version, sorted(desks - own_pages))


def _read_beside(cases: list[DueCase], petitions: dict[int, Petition]) -> None:
    around, keys = beside_all(petitions), rung_all(petitions)
    for case in cases:
        case.beside, case.rung = around[case.petition.pk], keys[case.petition.pk]
    _read_for_cards(cases)
    expiring = [case.petition for case in cases if case.petition.state == CaseState.IN_PROGRESS]
    _count_ratings([petition for petition in expiring if petition.due_at <= cases[0].now])


def _read_for_cards(cases: list[DueCase]) -> None:
    """A part past its limit may get a card: its unit, and the supervisions that there are already."""
    late = [case for case in cases if any(part.limit_at <= case.now for part in case.active)]
    if late:
        prefetch_related_objects([case.petition for case in late], "supervisions")
        prefetch_related_objects([part for case in late for part in case.active], "department")


def _count_ratings(petitions: list[Petition]) -> None:
    """An expiring case opens a round of call-backs, which is numbered by the invitations before it."""
    if petitions:
        prefetch_related_objects(petitions, "ratings")
