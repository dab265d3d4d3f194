"""The one door to a case: lock, check, move, save, one event per step, outbox rows, one commit.

    with opened(petition_id, actor=staff, now=now) as case:
        case.move(case.main, Assignment.sign, at=now)

Everything inside the block is one transaction. Rows that moved are saved once, events and outbox rows are inserted
together at the end, whatever the number of steps. Nothing else in the project saves a state or takes a case's lock.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache, cached_property
from typing import Any

from django.db import connection, transaction
from django_fsm import can_proceed, has_transition_perm

from petitions import alarms, errors
from petitions.models import Assignment, Event, Outbox, Petition, Request
from petitions.services import announce
from petitions.states import ACTIVE, GONE, RequestState
from routing import rulebook
from routing.models import Department, Staff, Tier
from routing.rulebook import Rulebook


class OpenCase:
    """A case whose row is locked by this transaction, and what has been done to it so far."""

    def __init__(self, petition: Petition, *, actor: Any, now: datetime, is_new: bool = False):
        self.petition, self.actor, self.now, self.is_new = petition, actor, now, is_new
        # When what this step tells may be delivered; later than now while the step can still be undone.
        self.tell_at = now
        self.events: list[Event] = []
        self.outbox: list[Outbox] = []
        self._dirty: dict[tuple[type, int | None], Any] = {}
        self._born: list[Assignment] = []
        self._kept: list[Any] = []
        self._ids: list[int] = []
        self._assignments: list[Assignment] | None = [] if is_new else None

    # ── reading ──
    @property
    def assignments(self) -> list[Assignment]:
        """All assignments, locked after the case, so that two people always wait in the same order."""
        if self._assignments is None:
            rows = Assignment.objects.select_for_update(of=("self",)).select_related("department")
            self._assignments = list(rows.filter(petition=self.petition).order_by("id"))
            for row in self._assignments:
                row.petition = self.petition
        return self._assignments

    @property
    def active(self) -> list[Assignment]:
        return [a for a in self.assignments if a.state in ACTIVE]

    @property
    def main(self) -> Assignment:
        for assignment in self.active:
            if assignment.part == Assignment.Part.MAIN:
                return assignment
        raise errors.WrongState("这件工单现在没有主办单位。")

    def assignment(self, assignment_id: int) -> Assignment:
        for assignment in self.assignments:
            if assignment.pk == assignment_id:
                return assignment
        raise errors.Unknown

    # ── doing ──
    def move(self, row: Any, step: Callable, /, *, note: str = "", data: dict | None = None, **details: Any) -> Any:
        """Make one transition of the case or a row beside it, if the state and the actor's role allow it."""
        bound = getattr(row, step.__name__)
        if not can_proceed(bound):
            raise errors.WrongState(f"“{row.get_state_display()}”的{_noun(row)}不能做这一步，请刷新页面看最新进展。")
        if not has_transition_perm(bound, self.actor):
            raise errors.NotYours
        before = row.state
        bound(**details)
        return self._log(row, step.__name__, before, row.state, note or str(details.get("reason", "")), data)

    def record(self, action: str, *, note: str = "", data: dict | None = None, about: Any = None) -> Event:
        """Write down something that happened without a change of state."""
        return self._log(about or self.petition, action, "", "", note, data)

    def tell(self, topic: str, *, once: str = "", **payload: Any) -> None:
        """Queue an effect. `once` names what may happen only once per case; by default it is this very step."""
        key = f"{self.petition.pk}:{topic}:{once or self.petition.event_seq}"
        self.outbox.append(
            Outbox(
                key=key,
                topic=topic,
                petition_id=self.petition.pk,
                payload=payload,
                next_try_at=self.tell_at,
                made_at=self.now,
            )
        )

    def touch(self, row: Any) -> None:
        """Save this row at the end although it made no transition."""
        self._dirty[type(row), row.pk] = row

    def add_assignment(self, assignment: Assignment, *, note: str = "", data: dict | None = None) -> Assignment:
        """A unit takes part; its birth is an event like any other. Inserted with its siblings by write()."""
        assignment.pk = self.new_id(Assignment)
        self.assignments.append(assignment)
        self._born.append(assignment)
        self._log(assignment, "assign", "", assignment.state, note, data)
        return assignment

    def keep(self, row: Any) -> Any:
        """A new row beside the case (not a part of it): inserted at the end of the block."""
        self._kept.append(row)
        return row

    @contextmanager
    def as_system(self) -> Iterator[None]:
        """Written rules act under the system's own name, never under that of the person who is logged in."""
        person, self.actor = self.actor, system()
        try:
            yield
        finally:
            self.actor = person

    # ── what a batch of cases looks up once for all (services/many.py) ──
    def new_id(self, model: type) -> int:
        return self._ids.pop(0) if self._ids and model is Assignment else next_id(model)

    def expect(self, parts: int) -> None:
        """So many parts will be added: their keys are fetched at once."""
        if len(self._ids) < parts:
            self._ids = next_ids(Assignment, parts)

    def units(self, ids: Iterable[int]) -> dict[int, Department]:
        """The units with these keys. A new case is dispatched by the rulebook, which knows every active unit."""
        if not self.is_new:
            return Department.objects.in_bulk(ids)
        known = self.rules.snapshot(self.now.astimezone(self.rules.calendar.zone).date()).units_by_id
        return {pk: Department(pk=pk, name=known[pk].name, kind_id=known[pk].kind) for pk in ids if pk in known}

    # ── limits ──
    @cached_property
    def rules(self) -> Rulebook:
        """One rulebook for the whole step: one statement."""
        return rulebook.current()

    def due(self, stage: str, start: datetime | None = None) -> datetime:
        """When a stage of this case is due, by its tier (一般 until a tier is set)."""
        return self.rules.due(stage, self.petition.tier or Tier.NORMAL, start or self.now).at

    # ── the end of the block ──
    @property
    def outdates_pages(self) -> bool:
        """Whether a form that is open elsewhere has to be looked at again; a reminder of the clock's is no reason."""
        return any(event.after or event.actor_id != _system_id() for event in self.events)

    def write(self) -> None:
        if not self.events:
            return  # nothing happened: no new version, so nobody's open page is refused
        self._drop_pointless_requests()
        petition = self.petition
        petition.version += self.outdates_pages
        petition.next_check_at = self.next_check()
        if self.is_new:
            petition.save(force_insert=True)
        else:
            for row in self._dirty.values():
                row.save()
            petition.save(update_fields=MUTABLE)
        Assignment.objects.bulk_create(self._born)
        Event.objects.bulk_create(self.events)
        Outbox.objects.bulk_create(self.outbox, ignore_conflicts=True)
        for kind, rows in self.kept().items():
            kind._default_manager.bulk_create(rows)
        groups = announce.groups_of(petition, self.assignments if self._assignments is not None else ())
        acts = [event.action for event in self.events]
        transaction.on_commit(lambda: announce.case_changed(petition.pk, petition.version, groups, acts))

    def kept(self) -> dict[type, list[Any]]:
        """What keep() was given, by kind."""
        kinds = dict.fromkeys(type(row) for row in self._kept)
        return {kind: [row for row in self._kept if type(row) is kind] for kind in kinds}

    def touched(self) -> list[tuple[type, Any]]:
        """Rows that were in the database before and have to be saved, with their kinds."""
        return [(kind, row) for (kind, _), row in self._dirty.items()]

    def next_check(self) -> datetime | None:
        """When the sweep must look again: the first limit of the rows at hand, or what was known before.

        Too early costs the sweep one look, and it then knows better; too late would miss a limit.
        """
        rules = self.__dict__.get("rules") or rulebook.kept()
        beside = [*(row for kind, row in self.touched() if kind is not Assignment), *self._kept]
        rows = [*(self._assignments or ()), *beside]
        found = alarms.first(self.petition, rows, alarms.Thresholds.of(rules.parameters))
        known = [moment for moment in (self.petition.next_check_at, found) if moment is not None]
        return min(known, default=None)

    def _drop_pointless_requests(self) -> None:
        """A return or an extension asked for by a part that has ended can neither be granted nor refused any more."""
        gone = [row.pk for row in self._dirty.values() if isinstance(row, Assignment) and row.state in GONE]
        if not gone:
            return
        open_requests = Request.objects.filter(assignment__in=gone, kind__in=Request.ONE_STEP, state=RequestState.FILED)
        with self.as_system():
            for request in open_requests.exclude(pk__in=[pk for kind, pk in self._dirty if kind is Request]):
                why = "承办已结束，申请自动撤销"
                self.move(request, Request.cancel, by=self.actor, at=self.now, decision=why, note=why)

    def _log(self, row: Any, action: str, before: str, after: str, note: str, data: dict | None) -> Event:
        petition = self.petition
        petition.event_seq += 1
        is_case = isinstance(row, Petition)
        event = Event(
            petition_id=petition.pk,
            seq=petition.event_seq,
            at=self.now,
            actor_id=self.actor.pk,
            subject=alarms.SUBJECT[type(row)],
            subject_id=None if is_case else row.pk,
            department_id=getattr(row, "department_id", None),
            action=action,
            before=before,
            after=after,
            reason=note,
            data=data or {},
            prev_hash=petition.event_hash,
        )
        event.hash = petition.event_hash = event.digest()
        self.events.append(event)
        if not is_case and row not in self._born and not any(row is new for new in self._kept):
            self.touch(row)
        return event


# What a move may change on the case row; the search vector and the citizen's words stay as they were written.
MUTABLE = [
    field.name
    for field in Petition._meta.concrete_fields
    if field.name not in {"id", "no", "idempotency_key", "source", "external_id", "search", "text", "caller"}
]


@contextmanager
def opened(petition_id: int, *, actor: Any, now: datetime, version: int | None = None) -> Iterator[OpenCase]:
    """Open one case for a change. `version` is what the page showed; a newer row refuses with Conflict."""
    with transaction.atomic():
        petition = Petition.objects.select_for_update(of=("self",)).filter(pk=petition_id).first()
        if petition is None:
            raise errors.Unknown
        if version is not None and petition.version != version:
            raise errors.Conflict
        case = OpenCase(petition, actor=actor, now=now)
        yield case
        case.write()


@contextmanager
def opened_new(petition: Petition, *, actor: Any, now: datetime, part_ids: Iterable[int] = ()) -> Iterator[OpenCase]:
    """Open a case that is not in the database yet; it is inserted once, in the state it has at the end."""
    with transaction.atomic():
        case = OpenCase(petition, actor=actor, now=now, is_new=True)
        case._ids = list(part_ids)
        case._log(petition, "create", "", petition.state, "", born_as(petition))
        yield case
        case.write()


def born_as(petition: Petition) -> dict[str, Any]:
    """What statistics need of a case's birth: they are recomputed from events alone."""
    born = {"channel": petition.channel, "received_at": petition.received_at}
    return born | {"probe": True} if petition.is_probe else born


@contextmanager
def opened_request(request_id: int, *, actor: Any, now: datetime) -> Iterator[tuple[OpenCase, Request]]:
    """Open a case together with one of its requests, which is read under the case's lock."""
    petition_id = Request.objects.filter(pk=request_id).values_list("petition_id", flat=True).first()
    if petition_id is None:
        raise errors.Unknown("没有找到这项申请。")
    with opened(petition_id, actor=actor, now=now) as case:
        yield case, Request.objects.get(pk=request_id)


@cache
def _system_id() -> int:
    return Staff.objects.system().pk


def system() -> Staff:
    """The actor of written rules. Its row is made once and never changes, so only its key is remembered."""
    return Staff(pk=_system_id(), username="system", name="系统", roles=["system"])


def next_id(model: type) -> int:
    """The next primary key, so that hashes and the case number are known before the row is written."""
    return next_ids(model, 1)[0]


def new_case_ids(*, parts: int) -> tuple[int, list[int]]:
    """The key of a case and of the units' parts that it will be born with: one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')),"
            " ARRAY(SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s))",
            [Petition._meta.db_table, Assignment._meta.db_table, parts],
        )
        return cursor.fetchone()


def next_ids(model: type, count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [row[0] for row in cursor.fetchall()]


def _noun(row: Any) -> str:
    return row._meta.verbose_name
