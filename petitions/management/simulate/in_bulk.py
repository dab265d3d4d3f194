"""A plan carried out in memory and copied into the tables, a few hundred cases per transaction.

Transitions, limits, events, hashes and alarms are those of the services: each step here is the inside of one of them,
with rows in lists instead of queries. tests/petitions/test_simulate.py compares both, row by row.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cached_property
from itertools import islice
from typing import Any

from django.db import transaction

from nlp import serve
from nlp.serve import Reading
from petitions.errors import PetitionError
from petitions.management.simulate.cast import Cast
from petitions.management.simulate.in_memory import Keys, LifeCase
from petitions.management.simulate.life import Contact, Life, PlanRefused, Step
from petitions.management.simulate.unit_steps import UnitSteps
from petitions.management.simulate.words import called_again, matter_of, order_of, person_of
from petitions.models import Caller, Link, Petition, Suggestion
from petitions.services import dispatch, intake, merging, suggest, undo, where
from petitions.services.contact import callers_for
from petitions.services.copying import copied
from petitions.services.door import next_ids, system
from petitions.services.intake import Handling
from routing.models import Department

BATCH = 500


class InBulk:
    """Carries out lives in batches; `numbers` gives the case of each. `notices`: keep what would be delivered."""

    def __init__(self, cast: Cast, *, until: datetime, notices: bool = False):
        self.cast, self.until = cast, until
        self.keys = Keys(next_ids, Department.objects.in_bulk(), notices=notices)
        self.numbers: dict[str, str] = {}
        self._read: dict[str, Reading] = {}

    def play(self, lives: Iterable[Life]) -> int:
        """Returns how many lives were written."""
        lives, done = iter(lives), 0
        while batch := list(islice(lives, BATCH)):
            with transaction.atomic():
                people = {life.contact.phone: person_of(life.contact) for life in batch}
                callers = dict(zip(people, callers_for(list(people.values())), strict=True))
                cases = [case for life in batch for case in self._lived(life, callers)]
                self._write(cases)
            done += len(batch)
        return done

    def read(self, text: str) -> Reading:
        """Every text of the corpus is read once."""
        if text not in self._read:
            self._read[text] = serve.read(text, gazetteer=self._gazetteer, duties=self._duties)
        return self._read[text]

    @cached_property
    def _gazetteer(self) -> Any:
        return where.gazetteer(self.cast.rules)

    @cached_property
    def _duties(self) -> Any:
        return where.duties(self.cast.rules, self.until.date())

    def _lived(self, life: Life, callers: dict[str, Caller]) -> Iterator[LifeCase]:
        course = _One(self, life, callers[life.contact.phone])
        for step in life.steps:
            course.take(step)
        if course.case:
            course.case.time_passes(self.until)
            self.numbers[life.key] = course.case.petition.no
            yield course.case
            yield from course.case.members

    def _write(self, cases: list[LifeCase]) -> None:
        copied([case.petition for case in cases])
        copied([born for case in cases for born in case._born])
        for kind in dict.fromkeys(kind for case in cases for kind in case.rows):
            copied([row for case in cases for row in case.rows[kind]])
        if self.keys.notices:
            copied([notice for case in cases for notice in case.notices.values()])


class _One(UnitSteps):
    """One life: the hotline's steps. What units, citizens and approvers do is in unit_steps.py."""

    def __init__(self, bulk: InBulk, life: Life, caller: Caller):
        self.bulk, self.life, self.caller = bulk, life, caller
        self.people, self.keys = bulk.cast.people, bulk.keys
        self.case: LifeCase | None = None

    def take(self, step: Step) -> None:
        """One step, after all that the clock did before it."""
        if self.case is None:
            self._begin(step)
            return
        self.case.time_passes(step.at)
        with self.case.step(step.at, self._by(step)):
            try:
                getattr(self, step.do)(step)
            except PetitionError as refusal:
                raise PlanRefused(f"{self.life.key} {step}: {refusal.message}") from refusal

    def _by(self, step: Step) -> Any:
        return self.people[step.by] if step.by else system()

    # ── coming in ──
    def _begin(self, step: Step) -> None:
        way = WAYS.get(step.do, lambda facts: Handling())(step.facts)
        self.case, seen = self._open(self.life.contact, step, self.life.key)
        intake.HANDLINGS[way.way](self.case, way, seen)
        self.case.end_step()

    def _open(self, contact: Contact, step: Step, key: str) -> tuple[LifeCase, suggest.Preview]:
        """A case as intake opens it."""
        matter = intake.checked(matter_of(contact))
        actor = self._by(step)
        seen = self._seen(matter, step.at)
        pk = self.keys.new(Petition)
        petition = Petition(
            id=pk,
            no=intake.case_number(pk, step.at),
            idempotency_key=key,
            channel=contact.channel,
            received_at=step.at,
            registered_by=actor,
        )
        intake.fill(petition, matter, seen)
        case = LifeCase(petition, actor=actor, now=step.at, rules=seen.rules, keys=self.keys)
        petition.caller = self.caller
        case.rows[Suggestion] = intake.suggestions(petition, matter, seen, step.at)
        return case, seen

    def _seen(self, matter: intake.Matter, now: datetime) -> suggest.Preview:
        return suggest.proposal(
            self.bulk.read(matter.text),
            rules=self.bulk.cast.rules,
            address=matter.address,
            category_code=matter.category_code,
            area_id=matter.area_id,
            said_at=now,
            now=now,
            with_similar=False,
        )

    def again(self, step: Step) -> None:
        """Another contact about the case: it ends as its member, and urges it (merging.take_in)."""
        contact = called_again(self.life.contact, step)
        member, _ = self._open(contact, step, f"{self.life.key}:{step.facts['number']}")
        lead, now = self.case, step.at
        unlike = merging.differences(member.petition, lead.petition)
        data = {"lead": lead.petition.no, "differences": unlike}
        member.move(member.petition, Petition.merge_into, lead=lead.petition, at=now, data=data)
        merging.urge(lead, because_of=member.petition)
        member.rows[Link].append(
            Link(
                from_case_id=member.petition.pk,
                to_case=lead.petition,
                kind=Link.Kind.MERGED,
                reasons=unlike,
                made_by=member.actor,
                made_at=now,
            )
        )
        member.end_step()
        lead.members.append(member)

    def withdraw(self, step: Step) -> None:
        case, by = self.case, step.facts["verified_by"]
        self._all_leave(case)
        case.move(case.petition, Petition.withdraw, verified_by=by, at=case.now, note=f"核实方式：{by}")

    # ── the hotline's desks ──
    def invalid(self, step: Step) -> None:
        petition = self.case.petition
        self.case.move(
            petition,
            Petition.mark_invalid,
            registered_by_id=petition.registered_by_id,
            confirmed_by_id=self.case.actor.pk,
            reason=step.facts["reason"],
            at=self.case.now,
        )

    def pass_review(self, step: Step) -> None:
        self.case.move(self.case.petition, Petition.pass_review, dispatch_by=self.case.due("dispatch"))

    def dispatch(self, step: Step) -> None:
        undo.hold_notices(self.case)
        dispatch.send(self.case, order_of(step))
        for route in self.case.rows[Suggestion]:
            if route.kind == Suggestion.Kind.ROUTE and route.accepted is None:
                route.chosen, route.decided_by = str(step.facts["main"]), self.case.actor
                route.accepted = route.label == route.chosen


WAYS = {
    "answer": lambda facts: Handling(way="answer", answer=facts["answer"], basis=facts["basis"]),
    "refer": lambda facts: Handling(way="refer", referral=facts["referral"]),
}
