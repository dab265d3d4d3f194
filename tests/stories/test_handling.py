"""A unit at work: signing, answering, and everything it may ask for on the way."""

import pytest

from petitions import errors
from petitions.models import Petition
from petitions.services import asking, deadlines, dispatch, handling, review
from petitions.services.dispatch import Order
from petitions.states import AssignmentState, CaseState, RequestState
from tests import make


def ask_to_return(part, *, to, by=None, now=make.NOW, **more):
    details = {"reason": "不属我单位职责", "proposed_id": to.pk if to else None, "evidence": "权责清单"} | more
    return asking.request_return(part.pk, actor=by or make.a_head(of=part.department), now=now, **details)


def ask_for_time(part, *, days, now=make.NOW, reason="管线改造工期长"):
    until = make.later(days=days)
    return asking.request_extension(
        part.pk, actor=make.a_handler(of=part.department), reason=reason, until=until, now=now
    )


# ── signing and answering ──
def test_another_units_handler_cannot_sign(city):
    case = make.a_case()

    with pytest.raises(errors.NotYours):
        handling.sign(make.main(case).pk, actor=make.a_handler(of=make.a_unit()), now=make.NOW)

    assert make.main(case).state == AssignmentState.PENDING_SIGN


def test_signing_late_is_remembered(city):
    case = make.a_case()

    part = handling.sign(
        make.main(case).pk, actor=make.a_handler(of=make.main(case).department), now=make.later(days=1)
    )

    assert part.signed_late


def test_an_answer_needs_a_contact_or_the_reason_for_none(city):
    unit = make.a_unit()
    case, part = make.a_signed_case(unit=unit)
    handler = make.a_handler(of=unit)
    gaps = {
        errors.NotContacted: make.an_answer(),
        errors.NoMeasure: make.an_answer(not_contacted_because="停机", measures=" "),
        errors.NoPublicAnswer: make.an_answer(not_contacted_because="停机", public_answer=""),
    }

    for refusal, answer in gaps.items():
        with pytest.raises(refusal):
            handling.submit_reply(part.pk, answer, actor=handler, now=make.NOW)
    handling.submit_reply(part.pk, make.an_answer(not_contacted_because="停机"), actor=handler, now=make.NOW)

    assert make.main(case).state == AssignmentState.INTERNAL_REVIEW


def test_a_contact_is_logged_by_the_unit_that_holds_the_case_only(city):
    unit = make.a_unit()
    case, part = make.a_signed_case(unit=unit)

    with pytest.raises(errors.NotYours):
        handling.log_contact(part.pk, actor=make.an_operator(), how="phone", reached=True, now=make.NOW)
    with pytest.raises(errors.NoReason):
        handling.log_contact(part.pk, actor=make.a_handler(of=unit), how="pigeon", reached=True, now=make.NOW)
    handling.log_contact(part.pk, actor=make.a_handler(of=unit), how="visit", reached=True, now=make.NOW)

    assert make.main(case).contacted_at == make.NOW
    assert case.contacts.count() == 1


def test_nobody_approves_their_own_reply(city):
    unit = make.a_unit()
    case, part = make.a_signed_case(unit=unit)
    head = make.a_person("handler", "unit_head", of=unit)
    handling.submit_reply(part.pk, make.an_answer(not_contacted_because="停机"), actor=head, now=make.NOW)

    with pytest.raises(errors.OwnReply):
        handling.approve_reply(part.pk, actor=head, now=make.NOW)

    assert make.fresh(case).state == CaseState.IN_PROGRESS


def test_the_head_sends_a_reply_back_with_the_reason(city):
    unit = make.a_unit()
    case, part = make.a_signed_case(unit=unit)
    handling.submit_reply(
        part.pk, make.an_answer(not_contacted_because="停机"), actor=make.a_handler(of=unit), now=make.NOW
    )

    with pytest.raises(errors.NoReason):
        handling.send_back(part.pk, actor=make.a_head(of=unit), reason="", now=make.NOW)
    handling.send_back(part.pk, actor=make.a_head(of=unit), reason="没有说明时间", now=make.NOW)

    assert make.main(case).state == AssignmentState.SIGNED


def test_the_case_waits_for_every_assisting_unit(city):
    main, assisting = make.a_unit(), make.a_unit()
    case = make.a_case(unit=main, assisting=(assisting,))

    make.replied_part(make.part_of(case, main))
    assert make.fresh(case).state == CaseState.IN_PROGRESS
    make.replied_part(make.part_of(case, assisting))

    assert make.fresh(case).state == CaseState.REPLY_REVIEW


def test_a_reply_with_an_open_assist_is_refused_by_the_transition_itself():
    case = Petition(state=CaseState.IN_PROGRESS)

    with pytest.raises(errors.AssistsOpen):
        case.submit_reply(open_assists=1, public_answer="好", at=make.NOW, review_by=make.NOW)


def test_an_assist_is_waived_with_a_reason_and_the_main_unit_never(city):
    main, assisting = make.a_unit(), make.a_unit()
    case = make.a_case(unit=main, assisting=(assisting,))
    make.replied_part(make.part_of(case, main))
    assist = make.part_of(case, assisting)

    with pytest.raises(errors.NoReason):
        handling.waive_assist(assist.pk, actor=make.a_dispatcher(), reason=" ", now=make.NOW)
    with pytest.raises(errors.WrongState):
        handling.waive_assist(make.main(case).pk, actor=make.a_dispatcher(), reason="不需要", now=make.NOW)
    with pytest.raises(errors.NotYours):
        handling.waive_assist(assist.pk, actor=make.a_head(of=assisting), reason="不需要", now=make.NOW)
    handling.waive_assist(assist.pk, actor=make.a_dispatcher(), reason="主办已解决", now=make.NOW)

    assert make.fresh(case).state == CaseState.REPLY_REVIEW


def test_a_rejected_reply_is_owed_again_with_the_reason(city):
    case = make.a_case(state=CaseState.REPLY_REVIEW)

    with pytest.raises(errors.NoReason):
        review.reject_reply(case.pk, reason=" ", actor=make.a_reviewer(), now=make.NOW)
    case = review.reject_reply(case.pk, reason="答非所问", actor=make.a_reviewer(), now=make.NOW)

    assert (case.state, make.main(case).state) == (CaseState.IN_PROGRESS, AssignmentState.SIGNED)
    assert make.main(case).due_at is not None


def test_an_accepted_reply_becomes_the_public_answer(city):
    case = make.a_case(state=CaseState.PENDING_CALLBACK)

    assert case.answer == make.an_answer().public_answer
    assert set(case.outbox.values_list("topic", flat=True)) >= {"case-replied", "rating-invited"}


# ── returns ──
def test_a_return_needs_a_reason_a_unit_and_evidence(city):
    other = make.a_unit()
    part = make.main(make.a_case())

    with pytest.raises(errors.NoReason):
        ask_to_return(part, to=other, reason=" ")
    with pytest.raises(errors.NoProposedUnit):
        ask_to_return(part, to=None)
    with pytest.raises(errors.NoEvidence):
        ask_to_return(part, to=other, evidence="")
    with pytest.raises(errors.NotYours):
        ask_to_return(part, to=other, by=make.a_handler(of=part.department))
    with pytest.raises(errors.ReturnTooLate):
        ask_to_return(part, to=other, now=make.later(hours=25))

    assert part.requests.count() == 0


def test_a_granted_return_takes_the_case_back_to_dispatch_and_never_to_that_unit(city):
    wrong, right = make.a_unit(), make.a_unit()
    case = make.a_case(unit=wrong)
    request = ask_to_return(make.main(case), to=right)

    asking.rule_on_return(request.pk, actor=make.a_dispatcher(), granted=True, note="属实", now=make.NOW)

    assert make.fresh(case).state == CaseState.PENDING_DISPATCH
    with pytest.raises(errors.UnitAlreadyReturned):
        dispatch.dispatch(case.pk, Order(main_id=wrong.pk), actor=make.a_dispatcher(), now=make.NOW)
    case = dispatch.dispatch(case.pk, Order(main_id=right.pk), actor=make.a_dispatcher(), now=make.NOW)
    assert case.main_department == right


def test_a_refused_return_lets_the_unit_go_on_and_it_may_not_ask_again(city):
    unit, other = make.a_unit(), make.a_unit()
    case = make.a_case(unit=unit)
    request = ask_to_return(make.main(case), to=other)

    with pytest.raises(errors.NoReason):
        asking.rule_on_return(request.pk, actor=make.a_dispatcher(), granted=False, note="", now=make.NOW)
    asking.rule_on_return(request.pk, actor=make.a_dispatcher(), granted=False, note="属你单位", now=make.NOW)

    assert make.main(case).state == AssignmentState.SIGNED
    with pytest.raises(errors.ReturnNotAllowed):
        ask_to_return(make.main(case), to=other)


def test_a_unit_returns_a_case_once_even_if_it_comes_back_by_a_new_dispatch(city):
    unit, other = make.a_unit(), make.a_unit()
    case = make.a_case(unit=unit)
    request = ask_to_return(make.main(case), to=other)
    asking.rule_on_return(request.pk, actor=make.a_dispatcher(), granted=False, note="属你单位", now=make.NOW)
    dispatch.take_back(case.pk, actor=make.a_dispatcher(), reason="重新研究", now=make.NOW)
    dispatch.dispatch(case.pk, Order(main_id=unit.pk), actor=make.a_dispatcher(), now=make.NOW)

    with pytest.raises(errors.ReturnNotAllowed):
        ask_to_return(make.main(case), to=other)


def test_a_return_is_ruled_on_by_who_dispatches_not_by_the_unit(city):
    unit = make.a_unit()
    request = ask_to_return(make.main(make.a_case(unit=unit)), to=make.a_unit())

    for person in (make.a_head(of=unit), make.an_operator(), make.a_reviewer()):
        with pytest.raises(errors.NotYours):
            asking.rule_on_return(request.pk, actor=person, granted=True, note="好", now=make.NOW)

    request.refresh_from_db()
    assert request.state == RequestState.FILED


# ── extensions ──
def test_a_granted_extension_moves_both_clocks_and_the_citizen_is_told(city):
    unit = make.a_unit()
    case, part = make.a_signed_case(unit=unit)
    request = ask_for_time(part, days=10)

    case = asking.rule_on_extension(request.pk, actor=make.a_reviewer(), granted=True, now=make.NOW)

    assert {case.promised_at, case.due_at, make.main(case).due_at} == {make.later(days=10)}
    assert case.outbox.filter(topic="case-extended").count() == 1


def test_an_extension_is_asked_for_once_before_the_limit_and_not_too_long(city):
    unit = make.a_unit()
    case, part = make.a_signed_case(unit=unit)

    with pytest.raises(errors.NoReason):
        ask_for_time(part, days=8, reason=" ")
    with pytest.raises(errors.ExtensionTooLong):
        ask_for_time(part, days=15)
    with pytest.raises(errors.ExtensionNotAllowed):
        ask_for_time(part, days=5)
    with pytest.raises(errors.ExtensionNotAllowed):
        ask_for_time(part, days=10, now=make.later(days=7))
    request = ask_for_time(part, days=8)
    asking.rule_on_extension(request.pk, actor=make.a_reviewer(), granted=True, now=make.NOW)

    with pytest.raises(errors.ExtensionNotAllowed):
        ask_for_time(make.main(case), days=9)


def test_a_refused_extension_changes_no_clock(city):
    unit = make.a_unit()
    case, part = make.a_signed_case(unit=unit)
    request = ask_for_time(part, days=10)

    with pytest.raises(errors.NoReason):
        asking.rule_on_extension(request.pk, actor=make.a_reviewer(), granted=False, now=make.NOW)
    asking.rule_on_extension(request.pk, actor=make.a_reviewer(), granted=False, note="工期充足", now=make.NOW)

    assert (make.main(case).state, make.main(case).due_at) == (AssignmentState.SIGNED, make.later(days=7))


def test_an_extension_granted_after_expiry_leaves_the_call_back_clock_alone(city):
    unit = make.a_unit()
    case, part = make.a_signed_case(unit=unit)
    request = ask_for_time(part, days=10)
    deadlines.sweep(now=make.later(days=7))
    call_by = make.fresh(case).due_at

    case = asking.rule_on_extension(request.pk, actor=make.a_reviewer(), granted=True, now=make.later(days=7, hours=1))

    assert (case.state, case.due_at) == (CaseState.PENDING_CALLBACK, call_by)


def test_a_request_is_ruled_on_in_its_own_way_only(city):
    unit = make.a_unit()
    case, part = make.a_signed_case(unit=unit)
    extension = ask_for_time(part, days=10)

    with pytest.raises(errors.WrongKind):
        asking.rule_on_return(extension.pk, actor=make.a_center(), granted=True, note="好", now=make.NOW)

    assert make.main(case).state == AssignmentState.EXTENSION_REQUESTED


def test_what_a_part_asked_for_lapses_when_the_part_ends(city):
    unit = make.a_unit()
    case, part = make.a_signed_case(unit=unit)
    request = ask_for_time(part, days=10)

    dispatch.take_back(case.pk, actor=make.a_dispatcher(), reason="派错单位", now=make.NOW)

    request.refresh_from_db()
    assert request.state == RequestState.CANCELLED
    assert case.events.get(subject="request", action="cancel").actor.is_system
    with pytest.raises(errors.WrongState):
        asking.rule_on_extension(request.pk, actor=make.a_reviewer(), granted=True, now=make.NOW)
