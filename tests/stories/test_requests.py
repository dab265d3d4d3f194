"""What climbs three tiers, and the ledger."""

import pytest

from petitions import errors, rules
from petitions.models import Request
from petitions.queries import requests as asked
from petitions.services import asking, many_requests, requests
from petitions.states import CaseState, Outcome, RequestState
from routing import rulebook
from tests import make

WISH = {"reason": "受客观条件限制", "evidence": "会议纪要", "plan": "纳入改造计划"}
TYPES = {"ledger": "资金未落实", "exclusion": "超出行政职权", "response_only": "邻里纠纷", "appeal": "回访记录有误"}
SUBTYPES = TYPES | {"not_counted": "网络平台企业"}


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


# ── what an approval does, and what it never does ──
@pytest.mark.parametrize("kind", ["exclusion", "response_only", "not_counted", "appeal"])
def test_an_approval_leaves_the_state_of_the_case_alone(city, kind):
    unit = make.a_unit()
    case = make.a_case(state=CaseState.CLOSED, unit=unit)
    before = (case.state, case.outcome, case.closed_at, case.due_at)
    moves = make.history(case)

    request = climb(file(case, unit, kind, subtype=SUBTYPES[kind]), unit)

    case = make.fresh(case)
    assert request.state == RequestState.GRANTED
    assert (case.state, case.outcome, case.closed_at, case.due_at) == before
    assert make.history(case) == moves


def test_a_ledger_moves_the_case_only_with_an_event_of_its_own(city):
    unit = make.a_unit()
    case = make.a_case(unit=unit)

    climb(file(case, unit), unit)

    assert make.history(case)[-1] == "put_on_ledger: in_progress → long_term"
    assert make.actions(case).index("grant") < make.actions(case).index("put_on_ledger")


def test_after_the_window_nothing_is_asked_for_about_a_closed_case(city):
    unit = make.a_unit()
    case = make.a_case(state=CaseState.CLOSED, unit=unit)

    for kind in ("exclusion", "response_only", "not_counted", "appeal"):
        with pytest.raises(errors.AppealTooLate):
            file(case, unit, kind, subtype=SUBTYPES[kind], now=make.later(days=6))

    assert not Request.objects.exists()


def test_requests_of_one_kind_are_approved_together_and_one_refusal_stops_none(city):
    unit = make.a_unit()
    first, second, other = (file(make.a_case(unit=unit), unit, "exclusion") for _ in range(3))
    head = make.a_head(of=unit)
    requests.refuse(other.pk, actor=head, note="依据不足", now=make.NOW)

    decided = many_requests.approve([first.pk, second.pk, other.pk], actor=head, note="属实", now=make.NOW)

    assert [row.pk for row in decided.requests] == [first.pk, second.pk]
    assert len(decided.refused) == 1
    assert decided.refused[0].startswith(other.petition.no)


def test_a_batch_is_of_one_kind_and_is_refused_with_a_reason(city):
    unit = make.a_unit()
    one, two = file(make.a_case(unit=unit), unit, "exclusion"), file(make.a_case(unit=unit), unit, "response_only")
    head = make.a_head(of=unit)

    with pytest.raises(errors.MixedKinds):
        many_requests.approve([one.pk, two.pk], actor=head, now=make.NOW)
    with pytest.raises(errors.NothingChosen):
        many_requests.approve([], actor=head, now=make.NOW)
    with pytest.raises(errors.NoReason):
        many_requests.refuse([one.pk], actor=head, note=" ", now=make.NOW)
    many_requests.refuse([one.pk], actor=head, note="不符合条件", now=make.NOW)

    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.state, two.state) == (RequestState.REFUSED, RequestState.FILED)


def test_the_list_of_a_tier_holds_exactly_what_its_people_may_decide(city):
    unit, other = make.a_unit(), make.a_unit()
    rows = [file(make.a_case(unit=unit), unit, "exclusion") for _ in range(4)]
    ladder = (make.a_head(of=unit), make.a_reviewer(), make.a_center())
    for number, row in enumerate(rows):
        for person in ladder[:number]:
            requests.approve(row.pk, actor=person, now=make.NOW)
    people = [*ladder, make.a_head(of=other), make.a_handler(of=unit), make.a_supervisor(), make.an_operator()]

    for person in people:
        listed = {row.pk for row in asked.page(person, "waiting").rows}
        assert listed == {row.pk for row in Request.objects.all() if rules.may_refuse_request(row, person)}


def test_a_request_shows_each_tier_with_its_name(city):
    unit = make.a_unit()
    request = climb(file(make.a_case(unit=unit), unit, "exclusion"), unit)

    rungs = asked.ladders([request])[request.pk]

    assert [rung.action for rung in rungs] == [
        "file_request",
        "approve_for_unit",
        "approve_for_department",
        "grant",
    ]
    assert all(rung.who for rung in rungs)


def test_the_register_counts_by_unit_and_by_approver(city):
    unit = make.a_unit()
    granted = climb(file(make.a_case(unit=unit), unit, "exclusion"), unit)
    refused = file(make.a_case(unit=unit), unit, "response_only")
    head = make.a_head(of=unit)
    requests.refuse(refused.pk, actor=head, note="不符合", now=make.NOW)

    rows = asked.register(asked.Narrowed(make.NOW))

    assert [(line.name, line.granted, line.refused) for line in asked.by_unit(rows)] == [(unit.name, 1, 1)]
    granted.refresh_from_db()
    assert {line.name: (line.granted, line.refused) for line in asked.by_approver(rows)} == {
        granted.decided_by.name: (1, 0),
        head.name: (0, 1),
    }


def test_a_unit_adds_grounds_while_its_request_is_open_even_after_the_case_was_closed(city):
    unit = make.a_unit()
    case = make.a_case(state=CaseState.CLOSED, unit=unit)
    head = make.a_head(of=unit)

    assert not rules.may_attach(case, head)
    request = file(case, unit, "appeal", subtype=SUBTYPES["appeal"])
    assert rules.may_attach(make.fresh(case), head)
    requests.refuse(request.pk, actor=head, note="不提了", now=make.NOW)

    assert not rules.may_attach(make.fresh(case), head)
