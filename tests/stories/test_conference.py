"""A case that units hand back and forth: both are heard, one ruling binds, and it cannot bounce a third time."""

import pytest

from petitions import errors
from petitions.models import Assignment, Request
from petitions.queries import conference as contested
from petitions.services import asking, calling_in, conference, dispatch
from petitions.services.dispatch import Order
from petitions.states import AssignmentState, CaseState, RequestState
from tests import make


def returned(case, unit, to, *, now=make.NOW) -> Request:
    wish = {"reason": "不在辖区", "proposed_id": to.pk, "evidence": "区划图"}
    return asking.request_return(make.part_of(case, unit).pk, actor=make.a_head(of=unit), now=now, **wish)


def rule(request, granted=True, note="权属清楚") -> None:
    asking.rule_on_return(request.pk, actor=make.a_dispatcher(), granted=granted, note=note, now=make.NOW)


def in_conference(*units):
    case = make.a_case(unit=units[0])
    named = [unit.pk for unit in units]
    return conference.confer(case.pk, actor=make.a_center(), units=named, reason="边界不清", now=make.NOW)


# ── the second return ──
def test_the_second_return_of_a_case_brings_it_to_conference_by_rule(city):
    one, other = make.a_unit(), make.a_unit()
    case = make.a_case(unit=one)
    rule(returned(case, one, other))
    dispatch.dispatch(case.pk, Order(main_id=other.pk), actor=make.a_dispatcher(), now=make.NOW)

    second = returned(case, other, one)

    called = case.events.get(action="confer")
    assert make.fresh(case).state == CaseState.IN_CONFERENCE
    assert (called.actor.username, sorted(called.data["units"])) == ("system", sorted([one.pk, other.pk]))
    assert second.state == RequestState.FILED
    with pytest.raises(errors.InConference):
        rule(second)


def test_the_ruling_ends_the_waiting_return_and_binds_both_units(city):
    one, other = make.a_unit(), make.a_unit()
    case = make.a_case(unit=one)
    rule(returned(case, one, other))
    dispatch.dispatch(case.pk, Order(main_id=other.pk), actor=make.a_dispatcher(), now=make.NOW)
    second = returned(case, other, one)

    conference.rule(case.pk, Order(main_id=one.pk), actor=make.a_center(), ruling="由首家办理", now=make.NOW)

    second.refresh_from_db()
    assert (second.state, make.main(case).department) == (RequestState.CANCELLED, one)
    with pytest.raises(errors.ReturnNotAllowed):
        returned(case, one, other)


def test_one_return_alone_is_no_dispute_but_with_another_units_claim_it_is(city):
    one, other = make.a_unit(), make.a_unit()
    case = make.a_case(unit=one)
    rule(returned(case, one, other), granted=False, note="按目录属你单位")

    with pytest.raises(errors.NeedsDispute):
        conference.confer(case.pk, actor=make.a_center(), units=[], reason="仍有争议", now=make.NOW)
    case = conference.confer(case.pk, actor=make.a_center(), units=[other.pk], reason="仍有争议", now=make.NOW)

    assert case.state == CaseState.IN_CONFERENCE


# ── both sides are heard ──
def test_each_side_speaks_and_the_desk_shows_them_in_order_with_their_evidence(city):
    one, other = make.a_unit(), make.a_unit()
    case = in_conference(one, other)
    center = make.a_center()

    conference.state_position(
        case.pk, actor=make.a_handler(of=one), text="道路未移交", evidence="移交清单", now=make.later(hours=1)
    )
    conference.state_position(case.pk, actor=center, text="只管主路", unit_id=other.pk, now=make.later(hours=2))

    (shown,) = contested.conferences(center, after="").rows
    assert [(side.unit, side.text, side.evidence) for side in contested.sides(shown)] == [
        (one.name, "道路未移交", "移交清单"),
        (other.name, "只管主路", ""),
    ]
    assert contested.why_called(shown).reason == "边界不清"
    assert contested.tabs(center) == {"conference": 1, "return": 0, "notice": 0}


def test_only_sides_speak_in_words_and_while_the_conference_lasts(city):
    one, other = make.a_unit(), make.a_unit()
    case, calm = in_conference(one, other), make.a_case()

    with pytest.raises(errors.NoReason):
        conference.state_position(case.pk, actor=make.a_handler(of=one), text=" ", now=make.NOW)
    with pytest.raises(errors.NotYours):
        conference.state_position(case.pk, actor=make.a_handler(of=make.a_unit()), text="旁观", now=make.NOW)
    with pytest.raises(errors.NoMainUnit):
        conference.state_position(case.pk, actor=make.a_center(), text="谁的", now=make.NOW)
    with pytest.raises(errors.WrongState):
        conference.state_position(calm.pk, actor=make.a_center(), text="早了", unit_id=one.pk, now=make.NOW)

    assert not case.events.filter(action="position").exists()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_desk_costs_the_same_with_one_case_and_with_three(city, rows, django_assert_num_queries):
    for _ in range(rows):
        in_conference(make.a_unit(), make.a_unit())
        case = make.a_case(unit=(unit := make.a_unit()))
        returned(case, unit, make.a_unit())
    staff = make.a_dispatcher()

    with django_assert_num_queries(4):
        assert len([contested.sides(case) for case in contested.conferences(staff, after="").rows]) == rows
    with django_assert_num_queries(5):
        assert len([contested.sides(r.petition) for r in contested.returns(staff, after="").rows]) == rows


# ── an assisting unit ──
def test_an_assist_returns_its_part_and_the_case_goes_on(city):
    main, helper, third = make.a_unit(), make.a_unit(), make.a_unit()
    case = make.a_case(unit=main, assisting=(helper,))
    make.replied_part(make.part_of(case, main))

    rule(returned(case, helper, third))

    left = Assignment.objects.get(petition=case, department=helper)
    assert (left.state, make.main(case).department) == (AssignmentState.EXITED, main)
    assert make.fresh(case).state == CaseState.REPLY_REVIEW, "nobody else owes anything"


def test_another_unit_takes_the_place_of_an_assist_that_left(city):
    main, helper, third = make.a_unit(), make.a_unit(), make.a_unit()
    case = make.a_case(unit=main, assisting=(helper,))
    rule(returned(case, helper, third))
    dispatcher, wish = make.a_dispatcher(), {"unit_id": third.pk, "opinion": "协助清障"}

    with pytest.raises(errors.NoReason):
        calling_in.add_assist(case.pk, actor=dispatcher, unit_id=third.pk, opinion=" ", now=make.NOW)
    with pytest.raises(errors.NotYours):
        calling_in.add_assist(case.pk, actor=make.a_reviewer(), now=make.NOW, **wish)
    added = calling_in.add_assist(case.pk, actor=dispatcher, now=make.later(days=1), **wish)
    with pytest.raises(errors.SameUnitTwice):
        calling_in.add_assist(case.pk, actor=dispatcher, now=make.NOW, **wish)

    assert (added.part, added.due_at) == ("assist", make.later(days=7)), "its own clock, the main unit's limit"
    assert make.fresh(case).state == CaseState.IN_PROGRESS


def test_two_assists_that_leave_make_no_dispute(city):
    main, one, other = make.a_unit(), make.a_unit(), make.a_unit()
    case = make.a_case(unit=main, assisting=(one, other))

    returned(case, one, main)
    returned(case, other, main)

    assert make.fresh(case).state == CaseState.IN_PROGRESS


# ── taking a request back ──
@pytest.mark.parametrize("kind", ["return", "extension"])
def test_a_unit_takes_its_request_back_and_goes_on(city, kind):
    unit = make.a_unit()
    case, part = make.a_signed_case(unit=unit)
    head = make.a_head(of=unit)
    if kind == "return":
        request = returned(case, unit, make.a_unit())
    else:
        until = make.later(days=9)
        request = asking.request_extension(part.pk, actor=head, reason="等配件", until=until, now=make.NOW)

    with pytest.raises(errors.NoReason):
        asking.take_back_request(request.pk, actor=head, note="", now=make.NOW)
    with pytest.raises(errors.NotYours):
        asking.take_back_request(request.pk, actor=make.a_head(of=make.a_unit()), note="不关我事", now=make.NOW)
    asking.take_back_request(request.pk, actor=head, note="已自行解决", now=make.NOW)

    part = make.main(case)
    assert (part.state, part.due_at, part.may_return) == (AssignmentState.SIGNED, make.later(days=7), True)
    assert Request.objects.get(pk=request.pk).state == RequestState.CANCELLED
    assert returned(case, unit, make.a_unit()).state == RequestState.FILED, "it may ask again inside the window"
