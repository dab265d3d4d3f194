"""Who is called at all, who listens to the recordings, and what becomes of a citizen's wish to have a case reopened."""

import pytest

from petitions import access, errors
from petitions.insight.fold import Step, fold
from petitions.models import Petition
from petitions.queries import callbacks
from petitions.services import callback, deadlines, listening, rating, reopening, sampling, wishes
from petitions.states import CaseState, Outcome
from routing.models import Parameter
from tests import make


def token_of(case) -> str:
    return access.rating_token(make.invitation_of(case).pk)


# ── the sample ──
def sampled(**plan) -> None:
    Parameter.objects.update_or_create(key="callback.sampling", defaults={"value": plan})


def test_in_full_mode_everybody_is_called(city):
    cases = [make.a_case(state=CaseState.PENDING_CALLBACK) for _ in range(4)]

    assert not any(case.is_left_out for case in cases)
    assert len(callbacks.waiting(make.a_caller_back(), now=make.NOW)) == 4


def test_who_is_not_drawn_is_not_on_the_desk_and_the_history_says_so(city):
    sampled(default=0)

    case = make.a_case(state=CaseState.PENDING_CALLBACK)

    assert case.is_left_out
    assert callbacks.waiting(make.a_caller_back(), now=make.NOW) == ()
    assert case.events.get(action="left_out").data == {"share": 0.0, "round": 1}
    assert case.due_at == make.later(days=7), "the citizen has a week to rate"


def test_without_call_and_without_rating_a_case_ends_as_not_called_and_never_as_solved(city):
    sampled(default=0)
    case = make.a_case(state=CaseState.PENDING_CALLBACK)

    deadlines.sweep(now=make.later(days=6, hours=23))
    assert make.fresh(case).state == CaseState.PENDING_CALLBACK
    deadlines.sweep(now=make.later(days=7))

    case = make.fresh(case)
    assert (case.state, case.outcome) == (CaseState.CLOSED, Outcome.NOT_CALLED)
    steps = [
        Step(e.at, e.subject, e.subject_id, e.department_id, e.action, e.after, e.data)
        for e in case.events.order_by("seq")
    ]
    kinds = {mark.kind for mark in fold(steps)}
    assert "closed" in kinds
    assert "verdict" not in kinds, "it enters no rate"


def test_the_citizens_own_rating_closes_what_was_not_drawn(city):
    sampled(default=0)
    case = make.a_case(state=CaseState.PENDING_CALLBACK)

    closed = rating.rate(token_of(case), make.SATISFIED, now=make.NOW)

    assert (closed.state, closed.outcome) == (CaseState.CLOSED, Outcome.SOLVED)


@pytest.mark.parametrize(
    "because", [{"is_overdue": True}, {"rehandled": 1}, {"reopened": 1}, {"urged": 1}, {"urgency": "urgent"}]
)
def test_some_cases_are_never_left_to_chance(because):
    assert sampling.is_always_called(Petition(**because))
    assert not sampling.is_always_called(Petition())


def test_an_overdue_case_is_called_whatever_the_sample_says(city):
    sampled(default=0)
    case = make.a_case()

    deadlines.sweep(now=make.later(days=7))

    assert not make.fresh(case).is_left_out


@pytest.mark.parametrize(
    ("category", "kind", "share"),
    [
        ("01.02.03", "street.office", 0.3),
        ("01.01.01", "street.office", 0.5),
        ("02.01.01", "street.office", 0.7),
        ("02.01.01", "district.bureau", 0.9),
    ],
)
def test_the_longest_category_goes_before_the_kind_of_unit_and_that_before_the_rest(category, kind, share):
    plan = {"default": 0.9, "categories": {"01": 0.5, "01.02": 0.3}, "kinds": {"street.office": 0.7}}

    assert sampling.share_for(plan, category, kind) == share


@pytest.mark.parametrize(("said", "share"), [("viel", 1), (None, 1), (7, 1), (-1, 0)])
def test_a_share_that_makes_no_sense_calls_everybody(said, share):
    assert sampling.share_for({"default": said}, "", "") == share


@pytest.mark.parametrize(
    ("plan", "full"),
    [({}, True), ({"default": 1}, True), ("half", True), ({"default": 0.5}, False), ({"kinds": {"x": 0}}, False)],
)
def test_full_mode_is_known_without_looking_anything_up(plan, full):
    assert sampling.is_full(plan) is full


@pytest.mark.parametrize("plan", [{"default": 0.4, "categories": ["01"]}, {"default": 0.4, "kinds": "all"}])
def test_a_list_that_makes_no_sense_is_left_aside(plan):
    assert sampling.share_for(plan, "01.01", "street.office") == 0.4


def test_the_draw_is_the_same_every_time_and_near_its_share():
    numbers = [sampling.draw(f"LJ{n}", 1) for n in range(2000)]

    assert numbers == [sampling.draw(f"LJ{n}", 1) for n in range(2000)]
    assert abs(sum(number < 0.3 for number in numbers) / 2000 - 0.3) < 0.04
    assert sampling.draw("LJ1", 1) != sampling.draw("LJ1", 2)


# ── somebody else listens ──
def heard_call(case):
    callback.record(case.pk, actor=make.a_caller_back(), result="reached", said=make.SATISFIED, now=make.NOW)
    return case.callbacks.get()


def test_a_second_person_listens_and_their_word_is_kept(city):
    case = make.a_case(state=CaseState.PENDING_CALLBACK)
    made = heard_call(case)

    listening.note(made.pk, actor=make.a_supervisor(), agrees=False, note="市民说的是没有解决", now=make.NOW)

    made.refresh_from_db()
    assert (made.heard_agrees, made.heard_note, made.solved) == (False, "市民说的是没有解决", "yes")
    assert make.actions(make.fresh(case))[-1] == "heard"
    with pytest.raises(errors.AlreadyHeard):
        listening.note(made.pk, actor=make.a_supervisor(), agrees=True, now=make.NOW)


def test_nobody_listens_to_their_own_call(city):
    case = make.a_case(state=CaseState.PENDING_CALLBACK)
    made = heard_call(case)

    with pytest.raises(errors.SecondListener):
        listening.note(made.pk, actor=made.by, agrees=True, now=make.NOW)
    with pytest.raises(errors.NotYours):
        listening.note(made.pk, actor=make.an_operator(), agrees=True, now=make.NOW)
    with pytest.raises(errors.NoReason):
        listening.note(made.pk, actor=make.a_supervisor(), agrees=False, note=" ", now=make.NOW)

    made.refresh_from_db()
    assert made.heard_by is None


# ── the citizen asks for it ──
def wished(case, *, reason="又坏了", now=make.NOW):
    return wishes.ask(case.pk, reason=reason, now=now)


def test_a_citizen_asks_for_reopening_once_and_the_case_stays_closed_until_somebody_answers(city):
    case = make.a_case(state=CaseState.CLOSED)

    wish = wished(case)
    with pytest.raises(errors.AlreadyWished):
        wished(case)
    with pytest.raises(errors.NoReason):
        wished(make.a_case(state=CaseState.CLOSED), reason=" \x00 ")
    with pytest.raises(errors.WrongState):
        wished(make.a_case())
    with pytest.raises(errors.ReopenTooLate):
        wished(make.a_case(state=CaseState.CLOSED), now=make.later(days=31))

    assert make.fresh(case).state == CaseState.CLOSED
    assert wish.due_at == make.later(days=1)
    assert case.outbox.filter(topic="reopen-wanted").count() == 1, "the hotline hears of it"


def test_a_supervisor_agrees_and_the_unit_it_had_gets_it_again(city):
    unit = make.a_unit()
    case = make.a_case(state=CaseState.CLOSED, unit=unit)
    wish = wished(case)

    with pytest.raises(errors.NotYours):
        reopening.accept(wish.pk, actor=make.an_operator(), decision="同意", now=make.NOW)
    with pytest.raises(errors.NoReason):
        reopening.accept(wish.pk, actor=make.a_supervisor(), decision=" ", now=make.NOW)
    case = reopening.accept(wish.pk, actor=make.a_supervisor(), decision="已请原单位再去", now=make.NOW)

    wish.refresh_from_db()
    assert (case.state, case.reopened, make.main(case).department) == (CaseState.IN_PROGRESS, 1, unit)
    assert (wish.accepted, wish.decision) == (True, "已请原单位再去")
    assert case.outbox.get(topic="case-reopened").payload == {"said": "已请原单位再去"}


def test_a_refused_wish_tells_the_citizen_why_and_changes_nothing_else(city):
    case = make.a_case(state=CaseState.CLOSED)
    wish = wished(case)

    reopening.refuse(wish.pk, actor=make.a_supervisor(), decision="现场已核实修好", now=make.NOW)
    with pytest.raises(errors.WrongState):
        reopening.refuse(wish.pk, actor=make.a_supervisor(), decision="再答一次", now=make.NOW)

    case = make.fresh(case)
    assert (case.state, case.reopened) == (CaseState.CLOSED, 0)
    assert case.outbox.get(topic="reopen-refused").payload == {"said": "现场已核实修好"}
