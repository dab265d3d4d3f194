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


# ── both sides of a whistle are scored ──
def whistled(*, called: int = 1):
    street, units = make.a_unit(), [make.a_unit() for _ in range(called)]
    case, part = make.a_signed_case(unit=street)
    ids = [unit.pk for unit in units]
    handler = make.a_handler(of=street)
    calling_in.whistle(part.pk, actor=handler, department_ids=ids, reason="请到场", now=make.NOW)
    return case, part, handler, units


def test_a_department_reports_in_and_its_punctuality_is_kept(city):
    case, part, _, (prompt, late) = whistled(called=2)
    limit = make.part_of(case, prompt).limit_at

    calling_in.arrive(make.part_of(case, prompt).pk, actor=make.a_handler(of=prompt), now=limit)
    after = make.later(hours=1, than=limit)
    calling_in.arrive(make.part_of(case, late).pk, actor=make.a_handler(of=late), now=after)

    events = case.events.filter(action="arrive").order_by("seq")
    assert [(event.department, event.data["late"]) for event in events] == [(prompt, False), (late, True)]
    arrived = make.part_of(case, prompt)
    assert (arrived.state, arrived.arrived_at) == (AssignmentState.SIGNED, limit)
    assert arrived.due_at == make.main(case).limit_at, "from here on it owes what it was called for"


def test_only_who_was_called_reports_in_and_only_once(city):
    case, part, handler, (called,) = whistled()
    theirs, someone = make.part_of(case, called), make.a_handler(of=called)
    _, plain = make.a_signed_case(unit=called)

    with pytest.raises(errors.NotYours):
        calling_in.arrive(theirs.pk, actor=handler, now=make.NOW)
    with pytest.raises(errors.NotCalled):
        calling_in.arrive(plain.pk, actor=someone, now=make.NOW)
    calling_in.arrive(theirs.pk, actor=someone, now=make.NOW)
    with pytest.raises(errors.NotCalled):
        calling_in.arrive(theirs.pk, actor=someone, now=make.NOW)


def test_the_result_says_whether_it_was_solved_and_who_came(city):
    case, part, handler, (came, stayed_away) = whistled(called=2)
    calling_in.arrive(make.part_of(case, came).pk, actor=make.a_handler(of=came), now=make.NOW)

    calling_in.end_whistle(part.pk, actor=handler, result="已清理", solved=True, now=make.NOW)

    said = case.events.get(action="end_whistle").data
    assert said["solved"] is True
    assert [(one["department"], one["came"]) for one in said["called"]] == [(came.pk, True), (stayed_away.pk, False)]


def test_a_child_limit_in_the_past_is_refused(city):
    street, community = make.a_unit(), make.a_unit(kind="street.community")
    _, part = make.a_signed_case(unit=street)
    down = {"to_id": community.pk, "limit_at": make.NOW, "opinion": ""}

    with pytest.raises(errors.ChildLimitTooLong):
        calling_in.delegate(part.pk, actor=make.a_handler(of=street), now=make.NOW, **down)
