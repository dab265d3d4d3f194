"""A slip of the finger at the dispatch desk: taken back within seconds, as if it had not happened, or not at all."""

from datetime import timedelta

import pytest

from petitions import errors
from petitions.models import Outbox
from petitions.services import callback, dispatch, handling, notify, seal, undo
from petitions.services.callback import Said
from petitions.services.dispatch import Order
from petitions.states import AssignmentState, CaseState
from routing.models import Parameter
from tests import make

SECONDS = timedelta(seconds=1)
RESTORED = ("state", "due_at", "promised_at", "dispatched_at", "tier", "main_department_id")


@pytest.fixture
def sent(city):
    """A case that was sent to the wrong unit a moment ago: (case before, case after, dispatcher)."""
    before = make.a_case(state=CaseState.PENDING_DISPATCH)
    dispatcher, wrong, helper = make.a_dispatcher(), make.a_unit(), make.a_unit()
    order = Order(main_id=wrong.pk, assisting_ids=(helper.pk,), tier="E")
    return before, dispatch.dispatch(before.pk, order, actor=dispatcher, now=make.NOW), dispatcher


def facts(case) -> dict:
    case = make.fresh(case)
    return {name: getattr(case, name) for name in RESTORED}


def test_everything_is_as_it_was_and_the_history_says_so(sent):
    before, case, dispatcher = sent
    was = {name: getattr(before, name) for name in RESTORED}

    undo.undo_dispatch(case.pk, actor=dispatcher, now=make.NOW + 9 * SECONDS)

    assert facts(case) == was
    assert make.parts(case) == []
    assert make.history(case)[-1] == "undo_dispatch: in_progress → pending_dispatch"
    assert list(seal.verify_case(make.fresh(case))) == []


def test_nobody_is_told_before_the_window_is_over_and_nobody_of_what_was_undone(sent):
    _before, case, dispatcher = sent
    during, after = make.NOW + 9 * SECONDS, make.NOW + 30 * SECONDS
    notices = Outbox.objects.filter(petition=case, topic__in=undo.NOTICES)
    assert notices.count() == 3

    notify.deliver_ready(now=during)
    assert set(notices.values_list("state", flat=True)) == {"waiting"}
    undo.undo_dispatch(case.pk, actor=dispatcher, now=during)
    notify.deliver_ready(now=after)

    assert set(notices.values_list("state", flat=True)) == {"dropped"}
    assert not case.messages.filter(outbox__in=notices).exists()


def test_without_undoing_everybody_is_told_when_the_window_is_over(sent):
    _before, case, _dispatcher = sent

    notify.deliver_ready(now=make.NOW + 11 * SECONDS)

    assert case.messages.filter(outbox__topic__in=undo.NOTICES).count() == 3


def test_after_the_window_it_is_too_late(sent):
    _before, case, dispatcher = sent

    with pytest.raises(errors.UndoTooLate):
        undo.undo_dispatch(case.pk, actor=dispatcher, now=make.NOW + 11 * SECONDS)

    assert make.fresh(case).state == CaseState.IN_PROGRESS


def test_the_window_is_a_parameter(sent):
    _before, case, dispatcher = sent
    Parameter.objects.filter(key="undo.dispatch_seconds").update(value=60)

    undo.undo_dispatch(case.pk, actor=dispatcher, now=make.NOW + 50 * SECONDS)

    assert make.fresh(case).state == CaseState.PENDING_DISPATCH


def test_a_notice_that_has_left_cannot_be_called_back(sent):
    _before, case, dispatcher = sent
    Outbox.objects.filter(petition=case, topic="unit-assigned").update(next_try_at=make.NOW)
    notify.deliver_ready(now=make.NOW + SECONDS)

    with pytest.raises(errors.UndoTooLate):
        undo.undo_dispatch(case.pk, actor=dispatcher, now=make.NOW + 2 * SECONDS)


def test_a_unit_that_has_signed_keeps_the_case(sent):
    _before, case, dispatcher = sent
    part = make.main(case)
    handling.sign(part.pk, actor=make.a_handler(of=part.department), now=make.NOW + SECONDS)

    with pytest.raises(errors.AlreadySigned):
        undo.undo_dispatch(case.pk, actor=dispatcher, now=make.NOW + 2 * SECONDS)

    assert make.main(case).state == AssignmentState.SIGNED


def test_only_the_person_who_sent_it_takes_it_back_and_only_once(sent):
    _before, case, dispatcher = sent

    with pytest.raises(errors.NotYours):
        undo.undo_dispatch(case.pk, actor=make.a_dispatcher(), now=make.NOW + SECONDS)
    undo.undo_dispatch(case.pk, actor=dispatcher, now=make.NOW + SECONDS)
    with pytest.raises(errors.WrongState):
        undo.undo_dispatch(case.pk, actor=dispatcher, now=make.NOW + 2 * SECONDS)


def test_the_slip_is_no_verdict_on_the_proposed_unit(sent):
    _before, case, dispatcher = sent
    route = case.suggestions.get(kind="route")
    assert route.accepted is False

    undo.undo_dispatch(case.pk, actor=dispatcher, now=make.NOW + SECONDS)

    route.refresh_from_db()
    assert (route.accepted, route.chosen, route.decided_by) == (None, "", None)


def test_a_new_round_that_was_undone_gets_a_new_limit_when_it_is_sent(city):
    unsolved = Said(contacted=True, solved="no", satisfaction="unsatisfied", reason="没有修")
    case = make.a_case(state=CaseState.PENDING_CALLBACK)
    later, dispatcher = make.later(days=20), make.a_dispatcher()
    callback.record(case.pk, actor=make.a_caller_back(), result="reached", said=unsolved, rehandle=True, now=later)
    order = Order(main_id=make.a_unit().pk)
    dispatch.dispatch(case.pk, order, actor=dispatcher, now=later)

    undo.undo_dispatch(case.pk, actor=dispatcher, now=later + SECONDS)
    again = dispatch.dispatch(case.pk, order, actor=dispatcher, now=later + 20 * SECONDS)

    assert again.promised_at > later
