"""Many new cases through the door at once: the same steps and events as one by one, one statement per table."""

from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import transaction

from petitions.models import Outbox, Petition
from petitions.services import announce
from petitions.services.copying import copied
from petitions.services.door import OpenCase, born_as, next_ids, system
from routing.models import Department
from routing.rulebook import Rulebook

RESERVED = 200


class NewCase(OpenCase):
    """One case of a batch: it asks the batch for keys and units instead of the database."""

    def __init__(self, petition: Petition, batch: "Batch"):
        super().__init__(petition, actor=system(), now=batch.now, is_new=True)
        self.rules, self._batch = batch.rules, batch

    def new_id(self, model: type) -> int:
        return self._batch.new_id(model)

    def expect(self, parts: int) -> None:
        """The batch has keys in store."""

    def units(self, ids: Iterable[int]) -> dict[int, Department]:
        return self._batch.units(ids)

    @contextmanager
    def acting(self, person: Any) -> Iterator[None]:
        """What follows is this person's decision, not the system's."""
        before, self.actor = self.actor, person
        try:
            yield
        finally:
            self.actor = before


class Batch:
    """New cases that are written together when the block ends."""

    def __init__(self, *, rules: Rulebook, now: datetime):
        self.rules, self.now = rules, now
        self.cases: list[NewCase] = []
        self._ids: dict[type, deque[int]] = {}
        self._units: dict[int, Department] = {}

    def open(self, petition: Petition, *, data: dict) -> NewCase:
        """`data` goes into the first event of the case, beside its channel."""
        case = NewCase(petition, self)
        case._log(petition, "create", "", petition.state, "", born_as(petition) | data)
        self.cases.append(case)
        return case

    def new_id(self, model: type) -> int:
        ids = self._ids.setdefault(model, deque())
        if not ids:
            ids.extend(next_ids(model, RESERVED))
        return ids.popleft()

    def units(self, ids: Iterable[int]) -> dict[int, Department]:
        wanted = list(ids)
        self._units |= Department.objects.in_bulk([pk for pk in wanted if pk not in self._units])
        return {pk: self._units[pk] for pk in wanted if pk in self._units}

    def write(self) -> None:
        for case in self.cases:
            case.petition.version += 1
            case.petition.next_check_at = case.next_check()
        copied([case.petition for case in self.cases])
        copied([born for case in self.cases for born in case._born])
        copied([event for case in self.cases for event in case.events])
        Outbox.objects.bulk_create([row for case in self.cases for row in case.outbox], ignore_conflicts=True)
        transaction.on_commit(self._announce)

    def _announce(self) -> None:
        """One "look again" for each desk that got something, however many cases it got."""
        if not self.cases:
            return
        last = self.cases[-1].petition
        groups = {announce.HOTLINE, *(g for case in self.cases for g in announce.groups_of(last, case.assignments))}
        announce.case_changed(last.pk, last.version, sorted(groups))


@contextmanager
def opened_many(*, rules: Rulebook, now: datetime) -> Iterator[Batch]:
    """A transaction for a batch of cases that are not in the database yet."""
    with transaction.atomic():
        batch = Batch(rules=rules, now=now)
        yield batch
        batch.write()
