"""A case that lives through all its days in memory and is written once: the door's steps, without its statements."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from django.db import models

from petitions import alarms
from petitions.models import Assignment, Event, Outbox, Petition, Rating, Reply, Request, Supervision
from petitions.services.deadlines import acts
from petitions.services.door import OpenCase, born_as, system
from petitions.states import SupervisionState
from routing.models import Department
from routing.rulebook import Rulebook


class Keys:
    """Keys in store for all cases of a run, the units by key, and whether notices are kept."""

    def __init__(self, next_ids: Any, units: dict[int, Department], *, notices: bool):
        self._next_ids, self.units, self.notices = next_ids, units, notices
        self._store: dict[type, Iterator[int]] = {}

    def new(self, model: type, block: int = 2000) -> int:
        found = next(self._store.get(model, iter(())), None)
        if found is None:
            self._store[model] = iter(self._next_ids(model, block))
            found = next(self._store[model])
        return found


class LifeCase(OpenCase):
    """One open case for a whole life. Each step ends as a commit would end it; nothing is sent to the database."""

    def __init__(self, petition: Petition, *, actor: Any, now: datetime, rules: Rulebook, keys: Keys):
        super().__init__(petition, actor=actor, now=now, is_new=True)
        self.rules, self._keys = rules, keys
        self.rows: dict[type, list[Any]] = defaultdict(list)
        self.notices: dict[str, Outbox] = {}
        self.rung: set[tuple] = set()
        self.members: list[LifeCase] = []
        self.ratings = _at_hand(petition, "ratings", Rating)
        self.supervisions = _at_hand(petition, "supervisions", Supervision)
        self._log(petition, "create", "", petition.state, "", born_as(petition))

    # ── what the door asks the database for ──
    def new_id(self, model: type) -> int:
        return self._keys.new(model)

    def expect(self, parts: int) -> None:
        """There are keys in store."""

    def units(self, ids: Any) -> dict[int, Department]:
        return {pk: self._keys.units[pk] for pk in ids if pk in self._keys.units}

    def tell(self, topic: str, *, once: str = "", **payload: Any) -> None:
        """Nobody is told of what is only played, unless the notices are asked for."""
        if self._keys.notices:
            super().tell(topic, once=once, **payload)

    @property
    def requests(self) -> list[Request]:
        return self.rows[Request]

    def part_of(self, unit: int) -> Assignment:
        """The last part that this unit got."""
        return next(part for part in reversed(self.assignments) if part.department_id == unit)

    def last_reply(self, part: Assignment) -> Reply:
        return next(reply for reply in reversed(self.rows[Reply]) if reply.assignment_id == part.pk)

    # ── steps ──
    @contextmanager
    def step(self, at: datetime, actor: Any) -> Iterator["LifeCase"]:
        """What happens inside is one commit of the services."""
        self.now = self.tell_at = at
        self.actor = actor
        yield self
        self.end_step()

    def end_step(self) -> None:
        """What OpenCase.write() does to the rows."""
        if not self.events:
            return
        self.petition.version += self.outdates_pages
        self.petition.next_check_at = self.next_check()
        self._put_away()

    def time_passes(self, until: datetime) -> None:
        """Limits ring at their moments, as a sweep that never sleeps would have it."""
        petition = self.petition
        while petition.next_check_at is not None and petition.next_check_at <= until:
            self.now = self.tell_at = max(self.now, petition.next_check_at)
            self.actor = system()
            acts.visit(self, self._beside(), self.rung)
            petition.version += self.outdates_pages
            self._put_away()

    def _beside(self) -> list[Any]:
        open_ones = [row for row in self.requests if row.state in alarms.UNDECIDED and row.due_at is not None]
        return [*open_ones, *(row for row in self.supervisions if row.state == SupervisionState.ISSUED)]

    def _put_away(self) -> None:
        for row in self._kept:
            self.rows[type(row)].append(row)
            if isinstance(row, Rating):
                self.ratings.append(row)
            elif isinstance(row, Supervision):
                self.supervisions.append(row)
        for notice in self.outbox:
            self.notices.setdefault(notice.key, notice)
        self.rows[Event].extend(self.events)
        for row in (self.petition, *self.assignments, *self.requests, *self.supervisions):
            _as_read_again(row)
        self.events, self.outbox, self._kept, self._dirty = [], [], [], {}


def _as_read_again(row: models.Model) -> None:
    """The next step finds moments as the database gives them: in UTC (some are written out as text)."""
    values = vars(row)
    for name, value in values.items():
        if type(value) is datetime and value.tzinfo is not UTC:
            values[name] = value.astimezone(UTC)


def _at_hand(petition: Petition, name: str, model: type[models.Model]) -> list[Any]:
    """What `petition.ratings.all()` finds, kept as prefetched rows are: a list that grows with the case."""
    found = model._default_manager.none()
    rows: list[Any] = []
    found._result_cache, found._prefetch_done = rows, True
    petition.__dict__.setdefault("_prefetched_objects_cache", {})[name] = found
    return rows
