"""Many people at the same moment, in real threads on a really committed database."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from threading import Barrier

import pytest
from django.db import connection

from petitions import access, errors
from petitions.models import (
    Call,
    Caller,
    CallMessage,
    Delivery,
    Extension,
    Message,
    Outbox,
    Petition,
    Rating,
    WaitingCaller,
)
from petitions.services import deadlines, dialling, handling, merging, notify, rating, seal, telephony
from petitions.services.door import system
from petitions.states import AssignmentState, CaseState
from tests import make

pytestmark = pytest.mark.usefixtures("committed_city")


def at_once(*acts: Callable) -> list:
    """Each act in a thread of its own, all let go at the same moment: their results, or the refusals they met."""
    barrier = Barrier(len(acts))

    def run(act: Callable):
        try:
            connection.ensure_connection()
            barrier.wait(timeout=60)
            return act()
        except errors.PetitionError as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_a_form_sent_twice_at_once_makes_one_case():
    operator = make.an_operator()
    system()

    first, second = at_once(*[lambda: make.a_call(by=operator, key="double")] * 2)

    assert first.pk == second.pk
    assert (Petition.objects.count(), Caller.objects.count()) == (1, 1)
    assert Outbox.objects.filter(topic="case-received").count() == 1
    assert list(seal.verify()) == []


def test_two_calls_from_a_new_number_at_once_make_two_cases_of_one_caller():
    operators = [make.an_operator(), make.an_operator()]

    at_once(*[lambda n=n: make.a_call(by=operators[n], key=f"call-{n}") for n in range(2)])

    assert (Petition.objects.count(), Caller.objects.count()) == (2, 1)


def test_of_forty_signatures_at_once_one_counts_and_thirty_nine_are_told_why():
    unit = make.a_unit()
    case = make.a_case(unit=unit)
    part, handlers = make.main(case), [make.a_handler(of=unit) for _ in range(40)]

    results = at_once(*[lambda who=who: handling.sign(part.pk, actor=who, now=make.NOW) for who in handlers])

    refusals = [result for result in results if isinstance(result, errors.PetitionError)]
    assert len(refusals) == 39
    assert {type(refusal) for refusal in refusals} == {errors.WrongState}
    assert all("办理中" in refusal.message for refusal in refusals)
    assert case.events.filter(action="sign").count() == 1
    assert make.main(case).state == AssignmentState.SIGNED
    assert list(seal.verify()) == []


def test_a_rating_tapped_twice_at_once_counts_once():
    case = make.a_case(state=CaseState.PENDING_CALLBACK)
    token = access.rating_token(make.invitation_of(case).pk)

    results = at_once(*[lambda: rating.rate(token, make.SATISFIED, now=make.NOW)] * 4)

    assert Counter(type(result) for result in results) == {Petition: 1, errors.LinkUsed: 3}
    assert Rating.objects.filter(used_at__isnull=False).count() == 1
    assert case.events.filter(action="rated").count() == 1


def test_two_merges_at_once_do_not_wait_for_each_other_for_ever():
    oldest, second, third = (make.a_case(state=CaseState.PENDING_REVIEW) for _ in range(3))
    reviewer = make.a_reviewer()

    at_once(
        lambda: merging.merge(second.pk, lead_id=oldest.pk, actor=reviewer, now=make.NOW),
        lambda: merging.merge(third.pk, lead_id=second.pk, actor=reviewer, now=make.NOW),
        lambda: merging.merge(third.pk, lead_id=oldest.pk, actor=reviewer, now=make.NOW),
    )

    assert make.fresh(oldest).state == CaseState.PENDING_REVIEW
    assert make.fresh(second).state == CaseState.MERGED
    assert list(seal.verify()) == []


def test_two_sweepers_at_once_double_nothing_and_miss_nothing():
    cases = [make.a_case() for _ in range(12)]

    swept = at_once(*[lambda: deadlines.sweep(now=make.later(days=8))] * 2)
    rest = deadlines.sweep(now=make.later(days=8))

    total = {kind: sum(getattr(s, kind) for s in [*swept, rest]) for kind in ("signed", "expired")}
    assert total == {"signed": 12, "expired": 12}
    assert {make.fresh(case).state for case in cases} == {CaseState.PENDING_CALLBACK}
    assert all(case.events.filter(action="expire").count() == 1 for case in cases)
    assert all(case.ratings.count() == 1 for case in cases)


def test_two_workers_at_once_deliver_each_message_once():
    for _ in range(6):
        make.a_case()
    waiting = Outbox.objects.count()

    handled = at_once(*[lambda: notify.deliver_ready(now=make.later(hours=1))] * 2)
    rest = notify.deliver_ready(now=make.later(hours=1))

    assert sum(handled) + rest == waiting + Delivery.objects.count()
    assert set(Outbox.objects.values_list("state", flat=True)) == {"done"}
    assert Message.objects.count() == waiting
    assert set(Delivery.objects.values_list("state", "attempts")) == {("done", 1)}


def a_message(call: str, kind: str, second: int) -> dict:
    at = (make.NOW + timedelta(seconds=second)).isoformat()
    return {"v": 1, "id": f"{call}-{kind}", "call": call, "type": kind, "at": at, "number": make.PHONE}


def test_messages_of_one_number_told_at_once_lose_no_call_and_leave_nobody_waiting():
    told = [("a", "abandoned", 5), ("b", "ringing", 60), ("b", "answered", 65), ("b", "ended", 90), ("b", "ended", 90)]
    acts = [partial(telephony.take, a_message(*said), provider="pbx", now=make.NOW) for said in told]

    for _again in range(2):
        assert len(at_once(*acts)) == 5

    assert sorted(Call.objects.values_list("provider_id", "state")) == [("a", "abandoned"), ("b", "ended")]
    assert CallMessage.objects.count() == 4
    assert not WaitingCaller.objects.filter(call__isnull=False).exists()


def test_an_order_to_dial_is_handed_to_one_of_many_adapters():
    case, person = make.a_case(state=CaseState.PENDING_CALLBACK), make.a_caller_back()
    Extension.objects.create(number="8101", staff=person)
    orders = at_once(*[lambda: dialling.call_citizen(case, actor=person, now=make.NOW)] * 2)
    handed = at_once(*[lambda: dialling.hand_out(now=make.NOW)] * 4)

    assert Counter(type(order).__name__ for order in orders) == {"Dial": 1, "DialRunning": 1}
    assert sum(map(len, handed)) == 1
