"""The services in any order, by anybody, at any time, on real rows: what must always hold, holds after every step."""

from collections import Counter
from datetime import timedelta

from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from petitions.access import rating_token
from petitions.errors import PetitionError
from petitions.models import Assignment, Petition, Request, Supervision
from petitions.services import callback, deadlines, dispatch, handling, intake, rating, requests, review, seal
from petitions.services import supervision as supervising
from petitions.services.handling import Answer
from petitions.services.rating import Extra
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


class AnyOrder(RuleBasedStateMachine):
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

    # ── intake and review ──
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

    @when("draft", "pending_review")
    @rule(who=pick, missing=st.sampled_from([["地址"], [""], []]))
    def asks_for_info(self, who, missing):
        actor = self.anybody(who, rather=self.staff["reviewer"])
        self.attempt("ask_for_info", review.ask_for_info, self.case.pk, missing=missing, actor=actor)

    @when("awaiting_info")
    @rule(who=pick, addition=words)
    def completes_info(self, who, addition):
        actor = self.anybody(who, rather=self.staff["operator"])
        self.attempt("complete_info", intake.complete_info, self.case.pk, addition=addition, actor=actor)

    @when("pending_review")
    @rule(who=pick)
    def passes_review(self, who):
        actor = self.anybody(who, rather=self.staff["reviewer"])
        self.attempt("pass_review", dispatch.pass_review, self.case.pk, actor=actor)

    @when("pending_dispatch", "rehandling")
    @rule(number=pick, who=pick)
    def dispatches(self, number, who):
        actor = self.anybody(who, rather=self.staff["dispatcher"])
        self.attempt("dispatch", dispatch.dispatch, self.case.pk, self.order(number), actor=actor)

    @when("in_progress")
    @rule(who=pick, reason=words, number=pick)
    def takes_back(self, who, reason, number):
        if number > 3:
            return  # it would end most walks before a unit has answered
        actor = self.anybody(who, rather=self.staff["dispatcher"])
        self.attempt("take_back", dispatch.take_back, self.case.pk, reason=reason, actor=actor)

    @when("draft", "pending_review", "in_progress", "pending_callback")
    @rule(who=pick, number=st.integers(0, 8))
    def ends_without_a_unit(self, who, number):
        actor, pk = self.anybody(who, rather=self.staff["reviewer"]), self.case.pk
        if number == 0:
            self.attempt("refer", review.refer, pk, referral="court", actor=actor)
        if number == 1:
            self.attempt("mark_invalid", review.mark_invalid, pk, reason="骚扰", actor=actor)
        if number == 2:
            operator = self.staff["operator"]
            self.attempt("withdraw", intake.withdraw, pk, verified_by="回拨确认", actor=operator)

    # ── conference ──
    @when("in_progress")
    @rule(who=pick, contested=yes_or_no)
    def confers(self, who, contested):
        actor = self.anybody(who, rather=self.staff["center"])
        units = [unit.pk for unit in self.units[: 2 if contested else 1]]
        self.attempt("confer", dispatch.confer, self.case.pk, actor=actor, units=units, reason="有争议")

    @when("in_conference")
    @rule(number=pick, who=pick)
    def conference_is_ruled(self, number, who):
        actor = self.anybody(who, rather=self.staff["center"])
        self.attempt("rule", dispatch.rule, self.case.pk, self.order(number), actor=actor, ruling="由其办理")

    # ── a unit at work ──
    @when_part("pending_sign")
    @rule(number=pick, who=pick)
    def signs(self, number, who):
        if part := self.part(number, "pending_sign"):
            actor = self.anybody(who, rather=self.of_unit(self.handlers, part))
            self.attempt("sign", handling.sign, part.pk, actor=actor)

    @when_part("signed")
    @rule(number=pick, reached=mostly)
    def contacts(self, number, reached):
        if part := self.part(number, "signed"):
            actor = self.of_unit(self.handlers, part)
            self.attempt("contact", handling.log_contact, part.pk, actor=actor, how="phone", reached=reached)

    @when_part("signed")
    @rule(number=pick, who=pick, public=words, why=words)
    def hands_in(self, number, who, public, why):
        if part := self.part(number, "signed"):
            actor = self.anybody(who, rather=self.of_unit(self.handlers, part))
            answer = Answer(measures="已处理", public_answer=public, not_contacted_because=why)
            self.attempt("hand_in", handling.submit_reply, part.pk, answer, actor=actor)

    @when_part("internal_review")
    @rule(number=pick, who=pick)
    def head_agrees(self, number, who):
        if part := self.part(number, "internal_review"):
            actor = self.anybody(who, rather=self.of_unit(self.heads, part))
            self.attempt("approve_reply", handling.approve_reply, part.pk, actor=actor)

    @when_part("internal_review")
    @rule(number=pick, reason=words)
    def head_sends_back(self, number, reason):
        if part := self.part(number, "internal_review"):
            actor = self.of_unit(self.heads, part)
            self.attempt("send_back", handling.send_back, part.pk, actor=actor, reason=reason)

    @when_part("pending_sign", "signed")
    @rule(number=pick, reason=words)
    def waives_an_assist(self, number, reason):
        if part := self.part(number, "pending_sign", "signed"):
            actor = self.staff["dispatcher"]
            self.attempt("waive", handling.waive_assist, part.pk, actor=actor, reason=reason)

    @when_part("pending_sign", "signed")
    @rule(number=pick, who=pick, to=pick, evidence=words)
    def asks_to_return(self, number, who, to, evidence):
        if part := self.part(number, "pending_sign", "signed"):
            actor, proposed = self.anybody(who, rather=self.of_unit(self.heads, part)), self.units[to % 3].pk
            details = {"reason": "不属职责", "proposed_id": proposed, "evidence": evidence}
            self.attempt("request_return", handling.request_return, part.pk, actor=actor, **details)

    @when_asked("return")
    @rule(number=pick, who=pick, granted=yes_or_no, note=words)
    def return_is_ruled(self, number, who, granted, note):
        if request := self.request(Request.Kind.RETURN, number):
            actor = self.anybody(who, rather=self.staff["dispatcher"])
            ruling = {"granted": granted, "note": note}
            self.attempt(f"return {granted}", handling.rule_on_return, request.pk, actor=actor, **ruling)

    @when_part("signed")
    @rule(number=pick, days=st.integers(-1, 12))
    def asks_for_time(self, number, days):
        if part := self.part(number, "signed"):
            actor, until = self.of_unit(self.handlers, part), part.limit_at + timedelta(days=days)
            wish = {"reason": "工程量大", "until": until}
            self.attempt("request_extension", handling.request_extension, part.pk, actor=actor, **wish)

    @when_asked("extension")
    @rule(number=pick, who=pick, granted=yes_or_no)
    def extension_is_ruled(self, number, who, granted):
        if request := self.request(Request.Kind.EXTENSION, number):
            actor = self.anybody(who, rather=self.staff["reviewer"])
            ruling = {"granted": granted, "note": "同意" if granted else "不同意"}
            self.attempt(f"extension {granted}", handling.rule_on_extension, request.pk, actor=actor, **ruling)

    @when_part("signed")
    @rule(number=pick, to=pick, hours=st.integers(1, 200))
    def delegates(self, number, to, hours):
        if part := self.part(number, "signed"):
            actor, limit = self.of_unit(self.handlers, part), self.now + timedelta(hours=hours)
            details = {"to_id": self.units[to % 3].pk, "limit_at": limit, "opinion": "请核实"}
            self.attempt("delegate", handling.delegate, part.pk, actor=actor, **details)

    @when_part("sub_dispatched")
    @rule(number=pick)
    def takes_up(self, number):
        if part := self.part(number, "sub_dispatched"):
            self.attempt("take_up", handling.take_up, part.pk, actor=self.of_unit(self.handlers, part))

    @when_part("signed")
    @rule(number=pick, to=st.lists(st.integers(0, 2), max_size=3))
    def whistles(self, number, to):
        if part := self.part(number, "signed"):
            actor, units = self.of_unit(self.handlers, part), [self.units[i].pk for i in to]
            self.attempt("whistle", handling.whistle, part.pk, actor=actor, department_ids=units, reason="请到场")

    @when_part("whistling")
    @rule(number=pick, result=words)
    def ends_the_whistle(self, number, result):
        if part := self.part(number, "whistling"):
            actor = self.of_unit(self.handlers, part)
            self.attempt("end_whistle", handling.end_whistle, part.pk, actor=actor, result=result)

    @when_part("signed")
    @rule(number=pick)
    def escalates(self, number):
        if part := self.part(number, "signed"):
            actor = self.staff["supervisor"]
            self.attempt("escalate", handling.escalate, part.pk, actor=actor, to="主管副区长", reason="重复来电")

    # ── review of the reply, call-back, rating ──
    @when("reply_review")
    @rule(who=pick, accepted=mostly)
    def reply_is_reviewed(self, who, accepted):
        actor = self.anybody(who, rather=self.staff["reviewer"])
        if accepted:
            self.attempt("accept_reply", review.accept_reply, self.case.pk, actor=actor)
        else:
            self.attempt("reject_reply", review.reject_reply, self.case.pk, actor=actor, reason="答非所问")

    @when("pending_callback")
    @rule(result=st.sampled_from(["reached", "no_answer", "refused", "nonsense"]), rehandle=yes_or_no, who=pick)
    def is_called_back(self, result, rehandle, who):
        actor = self.anybody(who, rather=self.staff["callback"])
        said = make.UNSATISFIED if rehandle else make.SATISFIED
        details = {"result": result, "said": said, "rehandle": rehandle}
        self.attempt("call", callback.record, self.case.pk, actor=actor, **details)

    @when("pending_callback", "closed")
    @rule(rehandle=yes_or_no)
    def citizen_rates(self, rehandle):
        if invited := make.invitation_of(self.case):
            said, extra = make.UNSATISFIED if rehandle else make.SATISFIED, Extra(wants_rehandling=rehandle)
            self.attempt("rate", rating.rate, rating_token(invited.pk), said, extra)

    @when("pending_callback", "closed", "in_progress")
    @rule(first=yes_or_no)
    def citizen_rates_by_an_old_link(self, first):
        if invited := self.case.ratings.order_by("round" if first else "-round").first():
            self.attempt("rate by old link", rating.rate, rating_token(invited.pk), make.SATISFIED)

    @when("pending_callback")
    @rule(reason=words)
    def supervisor_orders_rehandling(self, reason):
        actor = self.staff["supervisor"]
        self.attempt("order_rehandling", supervising.order_rehandling, self.case.pk, actor=actor, reason=reason)

    @when("closed")
    @rule(number=pick, reason=words)
    def reopens(self, number, reason):
        actor, order = self.staff["supervisor"], self.order(number)
        self.attempt("reopen", supervising.reopen, self.case.pk, order, actor=actor, reason=reason)

    # ── three tiers, supervision ──
    @when("in_progress", "pending_callback", "closed")
    @rule(
        number=pick, kind=st.sampled_from(["ledger", "exclusion", "appeal", "response_only"]), days=st.integers(1, 90)
    )
    def files_a_request(self, number, kind, days):
        if part := self.part(number, "signed", "answered", "finished"):
            actor = self.of_unit(self.heads, part)
            wish = {"kind": kind, "reason": "客观原因", "evidence": "会议纪要", "plan": "纳入明年计划"}
            until = self.now + timedelta(days=days)
            self.attempt(f"file {kind}", requests.file, part.pk, actor=actor, until=until, **wish)

    @when_asked("ledger", "exclusion", "appeal", "response_only")
    @rule(number=pick, told=mostly, who=pick)
    def request_climbs(self, number, told, who):
        if request := self.request(None, number):
            tiers = {"filed": self.heads[request.department_id], "unit_approved": self.staff["reviewer"]}
            actor = self.anybody(who, rather=tiers.get(request.state, self.staff["center"]))
            self.attempt(f"approve {request.kind}", requests.approve, request.pk, actor=actor, citizen_told=told)

    @when_asked("ledger", "exclusion", "appeal", "response_only")
    @rule(number=pick)
    def request_is_refused(self, number):
        if number < 3 and (request := self.request(None, number)):
            self.attempt("refuse request", requests.refuse, request.pk, actor=self.staff["reviewer"], note="依据不足")

    @when("long_term")
    @rule(evidence=words, settle=yes_or_no)
    def ledger_ends(self, evidence, settle):
        actor, pk = self.staff["center"], self.case.pk
        if settle:
            self.attempt("settle", requests.settle, pk, actor=actor, evidence=evidence, outcome="solved")
        else:
            self.attempt("resume", requests.resume, pk, actor=actor, evidence=evidence)

    @when(*WITH_UNIT)
    @rule(level=st.sampled_from(["notice", "yellow", "red"]))
    def is_supervised(self, level):
        actor = self.staff["supervisor"]
        self.attempt("supervise", supervising.raise_and_issue, self.case.pk, actor=actor, level=level, reason="超期")

    @when(*WITH_UNIT)
    @rule(number=pick)
    def supervision_goes_on(self, number):
        running = Supervision.objects.filter(petition=self.case).first()
        if running is None:
            return
        head, supervisor = self.heads[running.department_id], self.staff["supervisor"]
        steps = [
            (Supervision.report, head, {"feedback": "已整改"}),
            (Supervision.ask_to_return, head, {"reason": "不属我单位"}),
            (Supervision.keep, supervisor, {"reason": "仍须整改"}),
            (Supervision.reject, supervisor, {"reason": "整改不到位"}),
            (Supervision.accept, supervisor, {}),
            (Supervision.close, supervisor, {"at": self.now}),
        ]
        step, actor, details = steps[number % len(steps)]
        self.attempt(f"supervision {step.__name__}", supervising.step, running.pk, step, actor=actor, **details)

    # ── the usual road, so that walks get far ──
    @rule(number=pick)
    def goes_on(self, number):
        steps = {
            "draft": lambda: self.asks_for_info(0, ["地址"]),
            "awaiting_info": lambda: self.completes_info(0, "12 号楼"),
            "pending_review": lambda: self.passes_review(0),
            "pending_dispatch": lambda: self.dispatches(number, 0),
            "rehandling": lambda: self.dispatches(number, 0),
            "in_conference": lambda: self.conference_is_ruled(number, 0),
            "in_progress": lambda: self.unit_goes_on(number),
            "reply_review": lambda: self.reply_is_reviewed(0, True),
            "pending_callback": lambda: self.is_called_back("no_answer", False, 0),
            "long_term": lambda: self.ledger_ends("条件具备", False),
        }
        if self.seen.state in steps:
            steps[self.seen.state]()

    @when("in_progress")
    @rule(number=pick)
    def unit_goes_on(self, number):
        steps = {
            "pending_sign": lambda part: self.signs(number, 0),
            "signed": lambda part: self.hands_in(number, 0, "已修好", "电话停机"),
            "internal_review": lambda part: self.head_agrees(number, 0),
            "sub_dispatched": lambda part: self.takes_up(number),
            "whistling": lambda part: self.ends_the_whistle(number, "到场解决"),
            "return_requested": lambda part: self.return_is_ruled(number, 0, number > 8, "理由"),
            "extension_requested": lambda part: self.extension_is_ruled(number, 0, number > 5),
        }
        busy = [part for part in self.parts if part.state in steps]
        if busy:
            part = busy[number % len(busy)]
            steps[part.state](part)

    # ── time ──
    @rule(hours=st.sampled_from([1, 3, 5, 30, 100]))
    def time_passes(self, hours):
        self.now += timedelta(hours=hours)

    @rule()
    def the_sweep_runs(self):
        before = make.fresh(self.case)
        deadlines.sweep(now=self.now)
        moved = make.fresh(self.case).event_seq - before.event_seq
        taken["sweep"] += moved > 0
        assert (make.fresh(self.case).version > before.version) == (moved > 0), (
            "a sweep that moves nothing writes nothing"
        )

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
        assert (case.version > before.version) == (case.event_seq > before.event_seq)
        assert case.state == before.state or case.event_seq > before.event_seq
        said = dict(case.events.filter(subject="assignment").exclude(after="").values_list("subject_id", "after"))
        assert said == {part.pk: part.state for part in parts}

    def requests_can_still_be_decided(self, parts):
        waiting = {(r.kind, r.assignment_id) for r in self.requests if r.state == "filed"}
        expected = {"return_requested": "return", "extension_requested": "extension"}
        asked = {(expected[part.state], part.pk) for part in parts if part.state in expected}
        assert {pair for pair in waiting if pair[0] in expected.values()} == asked


WALKS = 50

# What the walks must have got to: a machine that is always refused proves nothing.
USUAL = {"dispatch", "sign", "hand_in", "approve_reply", "accept_reply", "call", "rate", "sweep"}
UNUSUAL = {"request_return", "confer", "rule", "delegate", "reopen", "supervise", "order_rehandling"}


def test_in_any_order(city):
    budget = settings(
        max_examples=WALKS,
        stateful_step_count=50,
        deadline=None,
        derandomize=True,  # the same walks every time: a failure here is news about the code, not about luck
        phases=[Phase.generate],  # a long walk on real rows takes minutes to shrink; it is printed as it was walked
        suppress_health_check=list(HealthCheck),
        print_blob=True,
    )
    taken.clear()

    run_state_machine_as_test(AnyOrder, settings=budget)

    assert sorted((USUAL | UNUSUAL) - {name for name, times in taken.items() if times}) == []
    assert Petition.objects.count() == 0, "every walk was rolled back"
