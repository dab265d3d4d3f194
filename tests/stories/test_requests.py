"""What climbs three tiers, the ledger, and supervision beside the case."""

import pytest

from petitions import errors
from petitions.models import Request, Supervision
from petitions.services import asking, requests
from petitions.services import supervision as supervising
from petitions.states import CaseState, Outcome, RequestState, SupervisionState
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


# ── supervision ──
def test_a_supervision_is_issued_receipted_answered_and_closed_while_the_case_goes_on(city):
    unit = make.a_unit()
    case = make.a_case(unit=unit)
    supervisor, head = make.a_supervisor(), make.a_head(of=unit)

    issued = supervising.raise_and_issue(case.pk, actor=supervisor, level="yellow", reason="超期未答复", now=make.NOW)
    assert (issued.state, issued.department, issued.due_at) == (SupervisionState.ISSUED, unit, make.later(days=1))
    receipt = supervising.acknowledge(issued.pk, actor=head, now=make.later(hours=1))
    assert receipt.acknowledged_at == make.later(hours=1)
    with pytest.raises(errors.NoReason):
        supervising.step(issued.pk, Supervision.report, actor=head, feedback=" ", now=make.NOW)
    supervising.step(issued.pk, Supervision.report, actor=head, feedback="已派专人", now=make.NOW)
    supervising.step(issued.pk, Supervision.accept, actor=supervisor, now=make.NOW)
    closed = supervising.step(issued.pk, Supervision.close, actor=supervisor, at=make.NOW, now=make.NOW)

    assert (closed.state, closed.closed_at) == (SupervisionState.CLOSED, make.NOW)
    assert make.fresh(case).state == CaseState.IN_PROGRESS
    assert [
        a for a in make.actions(case) if a in {"supervise", "issue", "acknowledge", "report", "accept", "close"}
    ] == [
        "supervise",
        "issue",
        "acknowledge",
        "report",
        "accept",
        "close",
    ]


def test_a_receipt_is_given_once_and_by_the_unit_itself(city):
    unit = make.a_unit()
    case = make.a_case(unit=unit)
    issued = supervising.raise_and_issue(case.pk, actor=make.a_supervisor(), level="red", reason="推诿", now=make.NOW)

    with pytest.raises(errors.NotYours):
        supervising.acknowledge(issued.pk, actor=make.a_head(of=make.a_unit()), now=make.NOW)
    for hours in (1, 2):
        supervising.acknowledge(issued.pk, actor=make.a_head(of=unit), now=make.later(hours=hours))

    issued.refresh_from_db()
    assert issued.acknowledged_at == make.later(hours=1)
    assert case.events.filter(action="acknowledge").count() == 1


def test_one_unit_has_one_open_supervision_of_a_level(city):
    case = make.a_case()
    supervisor = make.a_supervisor()
    supervising.raise_and_issue(case.pk, actor=supervisor, level="notice", reason="超期", now=make.NOW)

    with pytest.raises(errors.AlreadySupervised):
        supervising.raise_and_issue(case.pk, actor=supervisor, level="notice", reason="超期", now=make.NOW)
    supervising.raise_and_issue(case.pk, actor=supervisor, level="yellow", reason="仍未整改", now=make.NOW)

    assert case.supervisions.count() == 2


def test_a_supervision_needs_a_reason_a_level_a_supervisor_and_a_unit(city):
    case = make.a_case()
    nobody_holds = make.a_case(state=CaseState.PENDING_REVIEW)
    supervisor = make.a_supervisor()

    with pytest.raises(errors.NoReason):
        supervising.raise_and_issue(case.pk, actor=supervisor, level="notice", reason=" ", now=make.NOW)
    with pytest.raises(errors.NoReason):
        supervising.raise_and_issue(case.pk, actor=supervisor, level="purple", reason="超期", now=make.NOW)
    with pytest.raises(errors.NotYours):
        supervising.raise_and_issue(case.pk, actor=make.a_reviewer(), level="red", reason="超期", now=make.NOW)
    with pytest.raises(errors.WrongState):
        supervising.raise_and_issue(nobody_holds.pk, actor=supervisor, level="red", reason="超期", now=make.NOW)
    with pytest.raises(errors.Unknown):
        supervising.acknowledge(0, actor=supervisor, now=make.NOW)

    assert not Supervision.objects.exists()
