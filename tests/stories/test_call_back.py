"""After the reply: calling back, the link that works once, handling again, and reopening."""

from datetime import datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petitions import access, errors
from petitions.insight.windows import half_of
from petitions.models import Petition, Rating
from petitions.services import (
    call_times,
    callback,
    deadlines,
    dispatch,
    rating,
    reopening,
    requests,
    review,
    tracking,
)
from petitions.services.callback import Said
from petitions.services.dispatch import Order
from petitions.services.rating import Extra
from petitions.states import CaseState, Outcome
from routing.clock import SHANGHAI
from tests import make

AGAIN = Extra(wants_rehandling=True)


def call(case, result="no_answer", *, now=make.NOW, by=None, **more) -> Petition:
    return callback.record(case.pk, actor=by or make.a_caller_back(), result=result, now=now, **more)


def token_of(case) -> str:
    return access.rating_token(make.invitation_of(case).pk)


def handled_again(case, unit, *, now=make.NOW) -> Petition:
    """The case is dispatched again and comes back to its call-back."""
    dispatch.dispatch(case.pk, Order(main_id=unit.pk), actor=make.a_dispatcher(), now=now)
    make.replied_part(make.main(case), now=now)
    return review.accept_reply(case.pk, actor=make.a_reviewer(), now=now)


# ── calling ──
def test_a_citizen_who_answers_closes_the_case_with_what_they_said(city):
    case = make.a_case(state=CaseState.PENDING_CALLBACK)

    case = call(case, "reached", said=make.SATISFIED)

    attempt = case.callbacks.get()
    assert (case.state, case.outcome, make.parts(case)) == (CaseState.CLOSED, Outcome.SOLVED, [])
    assert (attempt.is_valid, attempt.satisfaction, attempt.attitude) == (True, "satisfied", "satisfied")


@pytest.mark.parametrize("said", [None, Said(), Said(contacted=True, solved="yes"), Said(True, "maybe", "satisfied")])
def test_a_call_that_was_answered_has_an_answer_to_each_question(city, said):
    case = make.a_case(state=CaseState.PENDING_CALLBACK)

    with pytest.raises(errors.AnswersMissing):
        call(case, "reached", said=said)

    assert (make.fresh(case).state, case.callbacks.count()) == (CaseState.PENDING_CALLBACK, 0)


def test_three_unanswered_calls_close_the_case_as_unreached(city):
    case = make.a_case(state=CaseState.PENDING_CALLBACK)

    for hours in (0, 5, 24):
        case = call(case, "no_answer", now=make.later(hours=hours))

    assert (case.state, case.outcome) == (CaseState.CLOSED, Outcome.UNREACHED)
    assert list(case.callbacks.values_list("attempt", "is_valid")) == [(1, False), (2, False), (3, False)]


@pytest.mark.parametrize(
    ("tried", "again"),
    [
        (0, 4),  # 10:00 → 14:00, the gap and the break at noon
        (1.5, 5.5),  # 11:30 → 15:30, four hours later
        (5, 23),  # 15:00 → 09:00 of the next day, not the same afternoon
        (10, 23),  # 20:00 → 09:00 of the next day
    ],
)
def test_the_next_try_is_in_another_half_of_a_day_within_calling_hours(city, tried, again):
    case = make.a_case(state=CaseState.PENDING_CALLBACK)

    case = call(case, "no_answer", now=make.later(hours=tried))

    assert case.next_call_at == make.later(hours=again)
    assert half_of(case.next_call_at) != half_of(make.later(hours=tried))


@given(
    now=st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(SHANGHAI)),
    gap=st.floats(0, 72),
)
def test_whenever_somebody_was_tried_the_next_time_is_later_and_in_calling_hours(now, gap):
    at = call_times.next_try(now, gap_hours=gap)

    assert at >= now + timedelta(hours=gap)
    assert half_of(at) != half_of(now)
    assert time(9) <= at.time() <= time(12) or time(14) <= at.time() <= time(20, 30)


def test_a_second_try_waits_for_another_half_day_unless_somebody_answers(city):
    case = make.a_case(state=CaseState.PENDING_CALLBACK)
    call(case, "no_answer")

    with pytest.raises(errors.AttemptTooSoon):
        call(case, "no_answer", now=make.later(hours=1))
    case = call(case, "reached", said=make.SATISFIED, now=make.later(hours=1))

    assert case.state == CaseState.CLOSED


def test_only_the_call_back_desk_calls_and_only_when_it_is_time(city):
    waiting, busy = make.a_case(state=CaseState.PENDING_CALLBACK), make.a_case()

    with pytest.raises(errors.NotYours):
        call(waiting, by=make.an_operator())
    with pytest.raises(errors.WrongState):
        call(busy)
    with pytest.raises(errors.AnswersMissing):
        call(waiting, "hung up laughing")


def test_a_case_does_not_close_without_an_outcome_of_a_call():
    case = Petition(state=CaseState.PENDING_CALLBACK)

    with pytest.raises(errors.NoOutcome):
        case.close(outcome=Outcome.MERGED, at=make.NOW)


# ── handling again ──
def test_the_first_re_handling_is_automatic_and_keeps_the_first_answers(city):
    case = make.a_case(state=CaseState.PENDING_CALLBACK)

    case = call(case, "reached", said=make.UNSATISFIED, rehandle=True)

    assert (case.state, case.rehandled) == (CaseState.REHANDLING, 1)
    assert case.first_result["solved"] == "no"


def test_a_second_re_handling_needs_a_supervisor_and_a_third_is_refused(city):
    unit = make.a_unit()
    case = make.a_case(state=CaseState.PENDING_CALLBACK, unit=unit)
    call(case, "reached", said=make.UNSATISFIED, rehandle=True)
    handled_again(case, unit)

    asked = call(case, "reached", said=make.UNSATISFIED, rehandle=True)
    assert asked.state == CaseState.PENDING_CALLBACK, "the answers are kept, the decision is a supervisor's"
    assert (asked.callbacks.last().solved, asked.events.last().action) == ("no", "rehandling_wanted")
    assert asked.next_call_at > make.NOW, "nobody calls again while it is decided"
    with pytest.raises(errors.SupervisorNeeded):
        reopening.order_rehandling(case.pk, actor=make.a_caller_back(), reason="虚假答复", now=make.NOW)
    with pytest.raises(errors.NoReason):
        reopening.order_rehandling(case.pk, actor=make.a_supervisor(), reason=" ", now=make.NOW)
    reopening.order_rehandling(case.pk, actor=make.a_supervisor(), reason="虚假答复", now=make.NOW)
    handled_again(case, unit)
    with pytest.raises(errors.RehandledTooOften):
        reopening.order_rehandling(case.pk, actor=make.a_supervisor(), reason="仍未解决", now=make.NOW)

    assert make.fresh(case).rehandled == 2
    assert make.fresh(case).first_result["solved"] == "no", "the first result is kept"


def test_a_re_handled_case_gets_a_new_limit_and_a_new_part(city):
    unit = make.a_unit()
    case = make.a_case(state=CaseState.PENDING_CALLBACK, unit=unit)
    call(case, "reached", said=make.UNSATISFIED, rehandle=True, now=make.later(days=6))

    case = dispatch.dispatch(case.pk, Order(main_id=unit.pk), actor=make.a_dispatcher(), now=make.later(days=6))

    assert case.promised_at == make.later(days=9)
    assert case.assignments.filter(part="main").count() == 2


# ── the link ──
def test_a_rating_by_link_closes_the_case_once(city):
    case = make.a_case(state=CaseState.PENDING_CALLBACK)
    token = token_of(case)

    closed = rating.rate(token, make.SATISFIED, Extra(pressed=False), now=make.NOW)
    with pytest.raises(errors.LinkUsed):
        rating.rate(token, make.UNSATISFIED, now=make.NOW)

    assert (closed.state, closed.outcome) == (CaseState.CLOSED, Outcome.SOLVED)
    assert Rating.objects.get().satisfaction == "satisfied"


def test_a_rating_that_asks_for_it_sends_the_case_back_the_first_time_only(city):
    unit = make.a_unit()
    case = make.a_case(state=CaseState.PENDING_CALLBACK, unit=unit)

    first = rating.rate(token_of(case), make.UNSATISFIED, AGAIN, now=make.NOW)
    assert first.state == CaseState.REHANDLING
    handled_again(case, unit)
    second = rating.rate(token_of(case), make.UNSATISFIED, AGAIN, now=make.NOW)

    assert second.state == CaseState.PENDING_CALLBACK, "a person of the call-back desk looks at it"
    assert case.ratings.filter(used_at__isnull=False).count() == 2


def test_a_link_expires(city):
    case = make.a_case(state=CaseState.PENDING_CALLBACK)

    with pytest.raises(errors.LinkExpired):
        rating.rate(token_of(case), make.SATISFIED, now=make.later(days=30))

    assert make.fresh(case).state == CaseState.PENDING_CALLBACK


@pytest.mark.parametrize("forge", ["", "1", "1.abc", "{}x", "x{}", "2.{}", "null", "\u0661.{}"])
def test_a_forged_link_opens_nothing(city, forge):
    case = make.a_case(state=CaseState.PENDING_CALLBACK)

    with pytest.raises(errors.LinkUnknown):
        rating.rate(forge.format(token_of(case)), make.SATISFIED, now=make.NOW)


def test_the_token_of_an_invitation_that_was_never_sent_opens_nothing(city):
    with pytest.raises(errors.LinkUnknown):
        rating.rate(access.rating_token(987_654), make.SATISFIED, now=make.NOW)


def test_a_rating_without_answers_is_refused(city):
    case = make.a_case(state=CaseState.PENDING_CALLBACK)

    with pytest.raises(errors.AnswersMissing):
        rating.rate(token_of(case), Said(contacted=True), now=make.NOW)

    assert make.invitation_of(case).used_at is None


def test_a_rating_after_the_call_is_kept_but_changes_nothing(city):
    case = make.a_case(state=CaseState.CLOSED)

    rated = rating.rate(token_of(case), make.UNSATISFIED, AGAIN, now=make.NOW)

    assert (rated.state, rated.outcome) == (CaseState.CLOSED, Outcome.SOLVED)
    assert make.invitation_of(case).satisfaction == "unsatisfied"
    assert case.reopen_wishes.get().reason == make.UNSATISFIED.reason, "a supervisor is asked to reopen it"


def test_a_case_back_from_the_ledger_is_called_and_rated_anew(city):
    """The same handling is called back twice: neither attempts nor invitations of the first time stand in the way."""
    unit = make.a_unit()
    case = make.a_case(state=CaseState.PENDING_CALLBACK, unit=unit)
    first_link = token_of(case)
    call(case, "no_answer")
    put_on_ledger(case, unit)
    requests.resume(case.pk, actor=make.a_center(), evidence="材料到位", now=make.later(days=1))
    make.replied_part(make.main(case), now=make.later(days=1))
    review.accept_reply(case.pk, actor=make.a_reviewer(), now=make.later(days=1))

    case = call(case, "no_answer", now=make.later(days=1))
    rating.rate(first_link, make.UNSATISFIED, AGAIN, now=make.later(days=1))
    assert make.fresh(case).state == CaseState.REHANDLING
    rating.rate(token_of(case), make.SATISFIED, now=make.later(days=1))

    assert list(case.callbacks.values_list("round", "attempt")) == [(1, 1), (2, 1)]
    assert case.ratings.filter(used_at__isnull=False).count() == 2


def put_on_ledger(case, unit) -> None:
    asked = requests.file(
        make.main(case).pk,
        kind="ledger",
        actor=make.a_head(of=unit),
        reason="等待改造",
        evidence="计划",
        plan="明年改造",
        subtype="资金未落实",
        until=make.later(days=200),
        now=make.NOW,
    )
    for person in (make.a_head(of=unit), make.a_reviewer(), make.a_center()):
        requests.approve(asked.pk, actor=person, citizen_told=True, now=make.NOW)


# ── expiry ──
def test_at_its_limit_a_case_goes_to_call_back_even_without_a_reply(city):
    unit = make.a_unit()
    case = make.a_case(unit=unit)

    swept = deadlines.sweep(now=make.later(days=7))

    case = make.fresh(case)
    assert (swept.expired, case.state, case.is_overdue) == (1, CaseState.PENDING_CALLBACK, True)
    assert make.invitation_of(case) is not None
    assert case.outbox.filter(topic="case-overdue").count() == 1


def test_a_sweep_signs_what_nobody_signed_and_says_so(city):
    case = make.a_case()

    swept = deadlines.sweep(now=make.later(hours=3))

    assert (swept.signed, make.main(case).signed_late) == (1, True)
    assert case.outbox.filter(topic="signed-late").count() == 1


def test_information_that_never_came_brings_the_case_back_to_a_person(city):
    case = make.a_case(state=CaseState.PENDING_REVIEW)
    review.ask_for_info(case.pk, missing=["门牌号"], actor=make.a_reviewer(), now=make.NOW)

    swept = deadlines.sweep(now=make.later(hours=72))

    case = make.fresh(case)
    assert (swept.info_expired, case.state, case.missing) == (1, CaseState.PENDING_REVIEW, ["门牌号"])


def test_a_second_sweep_does_nothing(city):
    case = make.a_case()
    deadlines.sweep(now=make.later(days=8))
    before = make.fresh(case)

    swept = deadlines.sweep(now=make.later(days=8))

    assert swept == deadlines.Swept()
    assert (make.fresh(case).version, make.fresh(case).event_seq) == (before.version, before.event_seq)


def test_a_case_that_ended_before_its_limit_is_left_alone(city):
    ended, due = make.a_case(state=CaseState.CLOSED), make.a_case()

    swept = deadlines.sweep(now=make.later(days=8))

    assert (swept.expired, make.fresh(ended).version, make.fresh(due).state) == (
        1,
        ended.version,
        CaseState.PENDING_CALLBACK,
    )


# ── reopening, tracking, archiving ──
def test_a_supervisor_reopens_a_closed_case_within_the_window(city):
    unit = make.a_unit()
    case = make.a_case(state=CaseState.CLOSED)

    with pytest.raises(errors.NotYours):
        reopening.reopen(case.pk, Order(main_id=unit.pk), actor=make.an_operator(), reason="虚假", now=make.NOW)
    with pytest.raises(errors.NoReason):
        reopening.reopen(case.pk, Order(main_id=unit.pk), actor=make.a_supervisor(), reason="", now=make.NOW)
    case = reopening.reopen(
        case.pk, Order(main_id=unit.pk), actor=make.a_supervisor(), reason="虚假答复", now=make.later(days=29)
    )

    assert (case.state, case.outcome, case.reopened) == (CaseState.IN_PROGRESS, "", 1)
    assert case.first_result["outcome"] == Outcome.SOLVED
    assert make.main(case).department == unit


def test_after_the_window_a_case_stays_closed(city):
    case = make.a_case(state=CaseState.CLOSED)
    order = Order(main_id=make.a_unit().pk)

    with pytest.raises(errors.ReopenTooLate):
        reopening.reopen(case.pk, order, actor=make.a_supervisor(), reason="新证据", now=make.later(days=30, hours=1))

    assert make.fresh(case).state == CaseState.CLOSED


def test_a_case_is_archived_only_when_its_period_was_published_long_enough_ago():
    case = Petition(state=CaseState.CLOSED)

    with pytest.raises(errors.NotPublished):
        case.archive(published_long_enough=False)
    case.archive(published_long_enough=True)

    assert case.state == CaseState.ARCHIVED


def test_a_citizen_opens_their_case_with_its_code_and_nobody_elses(city):
    mine, other = make.a_case(state=CaseState.PENDING_REVIEW), make.a_case(state=CaseState.PENDING_REVIEW)

    assert tracking.by_code(mine.no, access.query_code(mine.no)) == mine
    for no, code in [(other.no, access.query_code(mine.no)), (mine.no, ""), ("", ""), (mine.no, "密码")]:
        with pytest.raises(errors.WrongQueryCode):
            tracking.by_code(no, code)
