"""The services in any order, by anybody, at any time, on real rows: what must always hold, holds after every step."""

from datetime import timedelta

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import rule, run_state_machine_as_test

from petitions.models import Petition
from petitions.services import deadlines
from tests import make
from tests.petitions.walk import pick, taken, when
from tests.petitions.walk_hotline import HotlineSteps
from tests.petitions.walk_units import UnitSteps


class AnyOrder(HotlineSteps, UnitSteps):
    """One case, three units and their people. A step may be refused by name; nothing else may go wrong."""

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
        after = make.fresh(self.case)
        written = after.events.filter(seq__gt=before.event_seq)
        taken["sweep"] += written.exists()
        assert (after.version > before.version) == written.exclude(after="").exists(), (
            "a sweep that moves something outdates open pages; reminders do not, and nothing writes nothing"
        )


# What the walks must have got to: a machine that is always refused proves nothing.
USUAL = {"dispatch", "sign", "hand_in", "approve_reply", "accept_reply", "call"}
DIFFERENT_STEPS = 25


def test_in_any_order(city):
    budget = settings(
        max_examples=40,
        stateful_step_count=50,
        deadline=None,
        derandomize=True,  # the same walks every time: a failure here is news about the code, not about luck
        phases=[Phase.generate],  # a long walk on real rows takes minutes to shrink; it is printed as it was walked
        suppress_health_check=list(HealthCheck),
        print_blob=True,
    )
    taken.clear()

    run_state_machine_as_test(AnyOrder, settings=budget)

    done = {name for name, times in taken.items() if times}
    assert sorted(USUAL - done) == []
    assert len(done) >= DIFFERENT_STEPS
    assert Petition.objects.count() == 0, "every walk was rolled back"
