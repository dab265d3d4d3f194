"""A unit hands down, whistles for others, or asks somebody higher up."""

import pytest

from petitions import errors
from petitions.services import calling_in
from petitions.states import AssignmentState
from tests import make

HIGHER = {"to": "赵明", "post": "街道办主任", "reason": "重复来电"}


def test_a_street_hands_down_with_a_shorter_limit_and_takes_up_again(city):
    unit, community = make.a_unit(), make.a_unit(kind="street.community")
    case, part = make.a_signed_case(unit=unit)
    handler = make.a_handler(of=unit)
    down = {"to_id": community.pk, "opinion": "请入户核实"}

    with pytest.raises(errors.ChildLimitTooLong):
        calling_in.delegate(part.pk, actor=handler, limit_at=make.later(days=7), now=make.NOW, **down)
    child = calling_in.delegate(part.pk, actor=handler, limit_at=make.later(days=2), now=make.NOW, **down)
    assert (child.department, child.parent_id, child.due_at) == (community, part.pk, make.later(days=2))
    assert make.main(case).state == AssignmentState.SUB_DISPATCHED
    calling_in.take_up(part.pk, actor=handler, now=make.NOW)

    assert make.main(case).state == AssignmentState.SIGNED
    assert [p.department for p in make.parts(case)] == [unit]


def test_a_unit_neither_hands_down_to_itself_nor_to_a_unit_that_does_not_exist(city):
    unit = make.a_unit()
    _, part = make.a_signed_case(unit=unit)
    handler = make.a_handler(of=unit)

    with pytest.raises(errors.SameUnitTwice):
        down = {"to_id": unit.pk, "limit_at": make.later(days=1), "opinion": ""}
        calling_in.delegate(part.pk, actor=handler, now=make.NOW, **down)
    with pytest.raises(errors.NoMainUnit):
        calling_in.whistle(part.pk, actor=handler, department_ids=[987_654], reason="到场", now=make.NOW)
    with pytest.raises(errors.SameUnitTwice):
        calling_in.whistle(part.pk, actor=handler, department_ids=[unit.pk], reason="到场", now=make.NOW)


def test_two_units_may_not_hand_down_to_the_same_community(city):
    main, assisting, community = make.a_unit(), make.a_unit(), make.a_unit(kind="street.community")
    case = make.a_case(unit=main, assisting=(assisting,))
    first, second = make.signed_part(make.part_of(case, main)), make.signed_part(make.part_of(case, assisting))
    down = {"to_id": community.pk, "limit_at": make.later(days=1), "opinion": "核实"}
    calling_in.delegate(first.pk, actor=make.a_handler(of=main), now=make.NOW, **down)

    with pytest.raises(errors.SameUnitTwice):
        calling_in.delegate(second.pk, actor=make.a_handler(of=assisting), now=make.NOW, **down)


def test_taking_up_ends_grandchildren_too(city):
    street, community, grid = make.a_unit(), make.a_unit(), make.a_unit()
    case, part = make.a_signed_case(unit=street)
    child = calling_in.delegate(
        part.pk,
        actor=make.a_handler(of=street),
        to_id=community.pk,
        limit_at=make.later(days=3),
        opinion="",
        now=make.NOW,
    )
    make.signed_part(child)
    calling_in.delegate(
        child.pk,
        actor=make.a_handler(of=community),
        to_id=grid.pk,
        limit_at=make.later(days=2),
        opinion="",
        now=make.NOW,
    )

    calling_in.take_up(part.pk, actor=make.a_handler(of=street), now=make.NOW)

    assert [p.department for p in make.parts(case)] == [street]


def test_a_whistle_calls_departments_to_the_spot_and_its_result_ends_it(city):
    street, police, fire = make.a_unit(), make.a_unit(), make.a_unit()
    case, part = make.a_signed_case(unit=street)
    handler = make.a_handler(of=street)

    with pytest.raises(errors.NoReason):
        calling_in.whistle(part.pk, actor=handler, department_ids=[police.pk], reason="", now=make.NOW)
    calling_in.whistle(part.pk, actor=handler, department_ids=[police.pk, fire.pk], reason="请到场", now=make.NOW)
    assert {p.department for p in make.parts(case) if p.part == "whistle"} == {police, fire}
    with pytest.raises(errors.NoReason):
        calling_in.end_whistle(part.pk, actor=handler, result=" ", now=make.NOW)
    calling_in.end_whistle(part.pk, actor=handler, result="联合清理完毕", now=make.NOW)

    assert [(p.department, p.state) for p in make.parts(case)] == [(street, AssignmentState.SIGNED)]
    assert make.main(case).whistled == 1


def test_an_escalation_names_the_person_and_the_reason(city):
    unit = make.a_unit()
    case, part = make.a_signed_case(unit=unit)

    for gap in ({"to": ""}, {"post": " "}):
        with pytest.raises(errors.NoPersonAndPost):
            calling_in.escalate(part.pk, actor=make.a_supervisor(), now=make.NOW, **HIGHER | gap)
    with pytest.raises(errors.NoReason):
        calling_in.escalate(part.pk, actor=make.a_supervisor(), now=make.NOW, **HIGHER | {"reason": ""})
    calling_in.escalate(part.pk, actor=make.a_supervisor(), now=make.NOW, **HIGHER)

    main = make.main(case)
    assert (main.escalated_to, main.escalated_post) == ("赵明", "街道办主任")
