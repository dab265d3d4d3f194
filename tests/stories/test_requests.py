"""What climbs three tiers, and the ledger."""

import pytest

from petitions import errors
from petitions.models import Request
from petitions.services import asking, requests
from petitions.states import CaseState, Outcome, RequestState
from routing import rulebook
from tests import make

WISH = {"reason": "受客观条件限制", "evidence": "会议纪要", "plan": "纳入改造计划"}
TYPES = {"ledger": "资金未落实", "exclusion": "超出行政职权", "response_only": "邻里纠纷", "appeal": "回访记录有误"}


def file(case, unit, kind="ledger", *, by=None, now=make.NOW, **more) -> Request:
    part = case.assignments.filter(department=unit).latest("id")
    wish = WISH | {"until": make.later(days=120), "subtype": TYPES.get(kind, "")} | more
    return requests.file(part.pk, kind=kind, actor=by or make.a_head(of=unit), now=now, **wish)


def climb(request, unit, *, told=True) -> Request:
    for person in (make.a_head(of=unit), make.a_reviewer(), make.a_center()):
        request = requests.approve(request.pk, actor=person, citizen_told=told, now=make.NOW)
    return request


# ── three tiers ──
@pytest.mark.parametrize("state", [CaseState.IN_PROGRESS, CaseState.PENDING_CALLBACK])
def test_the_third_tier_puts_the_case_on_the_ledger(city, state):
    unit = make.a_unit()
    case = make.a_case(state=state, unit=unit)

    request = climb(file(case, unit), unit)

    case = make.fresh(case)
    assert (request.state, case.state) == (RequestState.GRANTED, CaseState.LONG_TERM)
    assert (case.due_at, case.settle_by) == (make.later(days=120), make.later(days=120).date())


def test_each_tier_is_climbed_by_its_own_people_in_order(city):
    unit = make.a_unit()
    request = file(make.a_case(unit=unit), unit)
    ladder = [make.a_head(of=unit), make.a_reviewer(), make.a_center()]

    for person in ladder:
        for other in ladder:
            if other is not person:
                with pytest.raises(errors.NotYours):
                    requests.approve(request.pk, actor=other, citizen_told=True, now=make.NOW)
        requests.approve(request.pk, actor=person, citizen_told=True, now=make.NOW)

    with pytest.raises(errors.WrongState):
        requests.approve(request.pk, actor=ladder[-1], now=make.NOW)


def test_the_ledger_wants_a_plan_a_date_and_a_citizen_who_was_told(city):
    unit = make.a_unit()
    case = make.a_case(unit=unit)

    for gap in ({"plan": " "}, {"until": None}):
        with pytest.raises(errors.LedgerIncomplete):
            file(case, unit, **gap)
    request = file(case, unit)
    with pytest.raises(errors.LedgerIncomplete):
        climb(request, unit, told=False)

    request.refresh_from_db()
    assert (request.state, make.fresh(case).state) == (RequestState.DEPARTMENT_APPROVED, CaseState.IN_PROGRESS)


def test_a_request_needs_reason_evidence_a_known_kind_and_the_right_unit(city):
    unit = make.a_unit()
    case = make.a_case(unit=unit)

    with pytest.raises(errors.NoReason):
        file(case, unit, "exclusion", reason="")
    with pytest.raises(errors.NoEvidence):
        file(case, unit, "exclusion", evidence=" ")
    with pytest.raises(errors.WrongState):
        file(case, unit, "return")
    with pytest.raises(errors.NotYours):
        file(case, unit, "exclusion", by=make.a_head(of=make.a_unit()))
    with pytest.raises(errors.Unknown):
        requests.file(0, kind="exclusion", actor=make.a_head(of=unit), reason="x", evidence="y", now=make.NOW)

    assert not Request.objects.exists()


def test_the_same_request_is_not_open_twice(city):
    unit = make.a_unit()
    case = make.a_case(unit=unit)
    first = file(case, unit, "exclusion")

    with pytest.raises(errors.AlreadyAsked):
        file(case, unit, "exclusion")
    requests.refuse(first.pk, actor=make.a_head(of=unit), note="依据不足", now=make.NOW)
    again = file(case, unit, "exclusion")

    assert again.state == RequestState.FILED


def test_a_refusal_has_a_reason_and_is_spoken_by_the_tier_that_decides(city):
    unit = make.a_unit()
    case = make.a_case(unit=unit)
    request = file(case, unit, "exclusion")

    with pytest.raises(errors.NoReason):
        requests.refuse(request.pk, actor=make.a_head(of=unit), note="", now=make.NOW)
    with pytest.raises(errors.NotYours):
        requests.refuse(request.pk, actor=make.a_dispatcher(), note="不行", now=make.NOW)
    requests.approve(request.pk, actor=make.a_head(of=unit), now=make.NOW)
    with pytest.raises(errors.NotYours):
        requests.refuse(request.pk, actor=make.a_head(of=unit), note="后悔了", now=make.NOW)
    refused = requests.refuse(request.pk, actor=make.a_reviewer(), note="不符合剔除条件", now=make.NOW)

    assert (refused.state, refused.decision_note) == (RequestState.REFUSED, "不符合剔除条件")
    assert case.outbox.filter(topic="request-refused").count() == 1


def test_a_return_does_not_climb_tiers(city):
    unit = make.a_unit()
    case = make.a_case(unit=unit)
    request = asking.request_return(
        make.main(case).pk,
        actor=make.a_head(of=unit),
        reason="不属职责",
        proposed_id=make.a_unit().pk,
        evidence="权责清单",
        now=make.NOW,
    )

    with pytest.raises(errors.WrongKind):
        requests.approve(request.pk, actor=make.a_head(of=unit), now=make.NOW)
    with pytest.raises(errors.WrongKind):
        requests.refuse(request.pk, actor=make.a_dispatcher(), note="不行", now=make.NOW)


def test_a_granted_response_only_request_changes_how_the_case_is_assessed_and_not_its_state(city):
    unit = make.a_unit()
    case = make.a_case(state=CaseState.CLOSED, unit=unit)

    climb(file(case, unit, "response_only"), unit)

    assert (make.fresh(case).assessment, make.fresh(case).state) == ("response_only", CaseState.CLOSED)


# ── leaving the ledger ──
def test_a_ledger_case_is_settled_with_evidence_and_an_outcome(city):
    unit = make.a_unit()
    case = make.a_case(unit=unit)
    climb(file(case, unit), unit)

    with pytest.raises(errors.NoEvidence):
        requests.settle(case.pk, actor=make.a_center(), evidence=" ", outcome="solved", now=make.NOW)
    with pytest.raises(errors.NoOutcome):
        requests.settle(case.pk, actor=make.a_center(), evidence="照片", outcome="merged", now=make.NOW)
    case = requests.settle(case.pk, actor=make.a_center(), evidence="照片", outcome="solved", now=make.NOW)

    assert (case.state, case.outcome, make.parts(case)) == (CaseState.CLOSED, Outcome.SOLVED, [])


@pytest.mark.parametrize("state", [CaseState.IN_PROGRESS, CaseState.PENDING_CALLBACK])
def test_a_ledger_case_goes_on_with_a_new_limit_when_its_time_has_come(city, state):
    unit = make.a_unit()
    case = make.a_case(state=state, unit=unit)
    climb(file(case, unit), unit)

    with pytest.raises(errors.NoEvidence):
        requests.resume(case.pk, actor=make.a_center(), evidence="", now=make.NOW)
    case = requests.resume(case.pk, actor=make.a_center(), evidence="资金到位", now=make.later(days=100))

    assert (case.state, case.promised_at) == (CaseState.IN_PROGRESS, make.later(days=107))
    assert make.main(case).due_at == make.later(days=107), "the unit owes again"


# ── types, appeals, taking back ──
def test_the_type_of_a_request_is_one_of_the_citys_list(city):
    unit = make.a_unit()
    case = make.a_case(unit=unit)

    for unlisted in ("", "随便", TYPES["ledger"]):
        with pytest.raises(errors.UnknownSubtype):
            file(case, unit, "exclusion", subtype=unlisted)
    listed = requests.subtypes(rulebook.current(), "exclusion")

    assert TYPES["exclusion"] in listed["不属职责"]
    assert file(case, unit, "exclusion").subtype == TYPES["exclusion"]


def test_an_appeal_follows_the_closing_within_the_days_that_are_allowed(city):
    unit = make.a_unit()
    open_case, closed = make.a_case(unit=unit), make.a_case(unit=unit, state=CaseState.CLOSED)

    with pytest.raises(errors.WrongState):
        file(open_case, unit, "appeal")
    with pytest.raises(errors.AppealTooLate):
        file(closed, unit, "appeal", now=make.later(days=6))  # three working days after a Friday: Wednesday
    asked = file(closed, unit, "appeal", now=make.later(days=4))
    first_limit = asked.due_at
    again = requests.approve(asked.pk, actor=make.a_head(of=unit), now=make.later(days=5))

    assert first_limit == make.later(days=6)
    assert again.due_at == make.later(days=7), "each tier has two working days of its own"
    assert make.fresh(closed).state == CaseState.CLOSED


def test_a_unit_takes_a_climbing_request_back_at_any_tier_before_it_is_decided(city):
    unit = make.a_unit()
    case = make.a_case(unit=unit)
    head, asked = make.a_head(of=unit), file(case, unit, "exclusion")
    requests.approve(asked.pk, actor=head, now=make.NOW)

    taken = asking.take_back_request(asked.pk, actor=head, note="改为挂账", now=make.NOW)
    with pytest.raises(errors.WrongState):
        requests.approve(asked.pk, actor=make.a_reviewer(), now=make.NOW)

    assert taken.state == RequestState.CANCELLED
    assert make.fresh(case).state == CaseState.IN_PROGRESS
