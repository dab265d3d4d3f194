"""One case on a walk in any order: who is there, how a step is tried, and what must hold after each."""

from collections import Counter

from django.db import connection, transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition

from petitions.errors import PetitionError
from petitions.models import Assignment, Request
from petitions.services import dispatch, seal
from petitions.states import ENDED, OWING, UNIT_OWES, WITH_UNIT
from tests import make

pick = st.integers(0, 11)
yes_or_no = st.booleans()
mostly = st.sampled_from([True, True, True, False])
seldom = st.sampled_from([False, False, False, True])
words = st.sampled_from(["理由", "理由", "理由", ""])
# Walks begin along the usual road: from the call alone, few of them would ever see a call-back.
STARTS = ["draft", "pending_review", "in_progress", "in_progress", "reply_review", "pending_callback", "closed"]
taken: Counter = Counter()


def when(*states: str):
    """A patient walk takes the step only where the case is in one of these states; a reckless one takes any step."""
    return precondition(lambda self: self.reckless or self.seen.state in states)


def when_part(*states: str):
    return precondition(lambda self: self.reckless or any(part.state in states for part in self.parts))


def when_asked(*kinds: str):
    return precondition(lambda self: self.reckless or any(r.kind in kinds and r.is_open for r in self.requests))


class Walk(RuleBasedStateMachine):
    """One case, three units and their people. A step may be refused by name; nothing else may go wrong."""

    def __init__(self):
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.now, self.keys = make.NOW, 0
        self.units = [make.a_unit() for _ in range(3)]
        self.heads = {unit.pk: make.a_head(of=unit) for unit in self.units}
        self.handlers = {unit.pk: make.a_handler(of=unit) for unit in self.units}
        desk = ("operator", "reviewer", "dispatcher", "center", "callback", "supervisor")
        self.staff = {role: make.a_person(role) for role in desk}

    def teardown(self):
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)

    # ── trying ──
    def attempt(self, name: str, act, *args, **details):
        """Take a step. When it is refused, the refusal has a sentence and the case is as it was."""
        before = self.seen
        try:
            with transaction.atomic():
                done = act(*args, **details, now=self.now)
        except PetitionError as refusal:
            assert refusal.message
            after = make.fresh(self.case)
            assert (after.version, after.event_seq) == (before.version, before.event_seq)
            return None
        taken[name] += 1
        return done

    def anybody(self, number: int, *, rather):
        """Mostly the right person: nearly all steps of a random person are refused at once."""
        everybody = [*self.staff.values(), *self.heads.values(), *self.handlers.values()]
        return rather if number < 9 else everybody[number * 7 % len(everybody)]

    def part(self, number: int, *states: str) -> Assignment | None:
        fitting = [part for part in self.parts if part.state in states]
        among = fitting if fitting and not self.reckless else self.parts
        return among[number % len(among)] if among else None

    def order(self, number: int) -> dispatch.Order:
        main, other = self.units[number % 3], self.units[(number + 1) % 3]
        return dispatch.Order(main_id=main.pk, assisting_ids=(other.pk,) if number > 7 else ())

    def of_unit(self, people: dict, part: Assignment):
        return people[part.department_id]

    @initialize(start=st.sampled_from(STARTS), reckless=seldom, assisted=seldom)
    def a_case_is_on_its_way(self, start, reckless, assisted):
        self.reckless = reckless
        main, assisting = self.units[0], self.units[1:2] if assisted else ()
        self.case = make.a_case(state=start, unit=main, assisting=tuple(assisting), now=self.now)
        self.look()

    def look(self):
        self.seen = make.fresh(self.case)
        self.parts = list(Assignment.objects.filter(petition=self.case).select_related("department"))
        self.requests = list(Request.objects.filter(petition=self.case))

    # ── what always holds ──
    def request(self, kind, number: int) -> Request | None:
        rows = [r for r in self.requests if r.kind == kind or (kind is None and r.climbs)]
        still_open = [row for row in rows if row.is_open]
        among = still_open if still_open and not self.reckless else rows
        return among[number % len(among)] if among else None

    @precondition(lambda self: hasattr(self, "case"))
    @invariant()
    def everything_holds(self):
        before = self.seen
        self.look()
        case, parts = self.seen, self.parts
        self.one_main_unit_exactly_while_units_hold_it(case, parts)
        self.clocks_run_exactly_while_something_is_owed(case, parts)
        self.an_ended_case_says_how_it_ended(case, parts)
        self.history_is_complete(before, case, parts)
        self.requests_can_still_be_decided(parts)
        with connection.cursor() as cursor:  # the database's own guards, which otherwise wait for the commit
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")

    def one_main_unit_exactly_while_units_hold_it(self, case, parts):
        mains = [part for part in parts if part.part == "main" and part.is_active]
        assert len(mains) == (1 if case.state in WITH_UNIT else 0)
        assert not mains or mains[0].department_id == case.main_department_id

    def clocks_run_exactly_while_something_is_owed(self, case, parts):
        assert (case.due_at is not None) == (case.state in OWING)
        for part in parts:
            assert (part.due_at is not None) == (part.state in UNIT_OWES)

    def an_ended_case_says_how_it_ended(self, case, parts):
        assert bool(case.outcome and case.closed_at) == (case.state in ENDED)
        assert case.state not in ENDED or not [part for part in parts if part.is_active]

    def history_is_complete(self, before, case, parts):
        assert list(seal.verify_case(case)) == []
        written = case.events.filter(seq__gt=before.event_seq)
        outdating = written.exclude(after="", actor__username="system")
        assert (case.version > before.version) == outdating.exists()
        assert case.state == before.state or case.event_seq > before.event_seq
        said = dict(case.events.filter(subject="assignment").exclude(after="").values_list("subject_id", "after"))
        assert said == {part.pk: part.state for part in parts}

    def requests_can_still_be_decided(self, parts):
        waiting = {(r.kind, r.assignment_id) for r in self.requests if r.state == "filed"}
        expected = {"return_requested": "return", "extension_requested": "extension"}
        asked = {(expected[part.state], part.pk) for part in parts if part.state in expected}
        assert {pair for pair in waiting if pair[0] in expected.values()} == asked
