"""Cases of one leaf sent together: each to the unit of its own place, with a record or a refusal of its own."""

import pytest

from petitions import errors
from petitions.models import Petition
from petitions.queries import desk
from petitions.services import dispatch, many_dispatches, undo
from petitions.services.dispatch import Order
from petitions.states import CaseState
from routing import rulebook
from routing.models import Area
from tests import make


@pytest.fixture
def waiting(city):
    """Three cases of one leaf in two districts."""
    areas = [Area.objects.filter(level="community", path__startswith=area.path).first() for area in districts()]
    return [
        make.a_case(state=CaseState.PENDING_DISPATCH, area_id=areas[n % 2].pk, phone=f"1380000{n:04}") for n in range(3)
    ]


def districts():
    return Area.objects.filter(level="district").order_by("pk")[:2]


def numbers(cases) -> list[str]:
    return [case.no for case in cases]


def test_each_goes_to_the_unit_of_its_own_place_with_a_record_of_its_own(waiting):
    dispatcher = make.a_dispatcher()
    expected = {each.case.no: each.unit for each in proposals(waiting, dispatcher)}

    sent = many_dispatches.dispatch_as_proposed(numbers(waiting), actor=dispatcher, now=make.NOW)

    assert (len(sent.cases), sent.refused) == (3, [])
    for case in waiting:
        case = Petition.objects.select_related("main_department").get(pk=case.pk)
        assert str(case.main_department) == expected[case.no]
        assert case.events.filter(action="dispatch", actor=dispatcher).count() == 1
    assert len(set(expected.values())) == 2, "two districts, two units"


def proposals(cases, actor):
    return many_dispatches.proposals(numbers(cases), actor=actor, now=make.NOW)


def test_different_leaves_are_not_mixed(waiting):
    other = make.a_case(state=CaseState.PENDING_DISPATCH, category_code="02.01.01")

    with pytest.raises(errors.MixedLeaves):
        many_dispatches.dispatch_as_proposed(numbers([*waiting, other]), actor=make.a_dispatcher(), now=make.NOW)

    assert {make.fresh(case).state for case in waiting} == {CaseState.PENDING_DISPATCH}


def test_a_case_that_nobody_could_be_found_for_is_named_and_the_others_go(waiting):
    Petition.objects.filter(pk=waiting[0].pk).update(area=None)

    sent = many_dispatches.dispatch_as_proposed(numbers(waiting), actor=make.a_dispatcher(), now=make.NOW)

    assert len(sent.cases) == 2
    assert sent.refused[0].startswith(f"{waiting[0].no}：目录没有给出承办单位")


def test_a_case_that_somebody_else_has_sent_is_left_alone(waiting):
    order = Order(main_id=make.a_unit().pk)
    dispatch.dispatch(waiting[0].pk, order, actor=make.a_dispatcher(), now=make.NOW)

    sent = many_dispatches.dispatch_as_proposed(numbers(waiting), actor=make.a_dispatcher(), now=make.NOW)

    assert numbers(sent.cases) == numbers(waiting[1:])


def test_who_may_not_dispatch_sends_nothing(waiting):
    sent = many_dispatches.dispatch_as_proposed(numbers(waiting), actor=make.a_reviewer(), now=make.NOW)

    assert (sent.cases, len(sent.refused)) == ([], 3)


def test_a_batch_is_undone_as_it_was_sent(waiting):
    dispatcher, other = make.a_dispatcher(), make.a_dispatcher()
    many_dispatches.dispatch_as_proposed(numbers(waiting), actor=dispatcher, now=make.NOW)
    soon, window = make.later(hours=2 / 3600), undo.window(rulebook.current())

    found = desk.undoable(dispatcher, now=soon, window=window)

    assert sorted(found.numbers) == sorted(numbers(waiting))
    assert desk.undoable(other, now=soon, window=window) is None
    assert desk.undoable(dispatcher, now=make.later(hours=1), window=window) is None
    for case in waiting:
        undo.undo_dispatch(case.pk, actor=dispatcher, now=soon)
    assert desk.undoable(dispatcher, now=soon, window=window) is None


def test_proposals_cost_the_same_for_one_and_for_three(waiting, django_assert_num_queries):
    dispatcher = make.a_dispatcher()
    proposals(waiting, dispatcher)
    for cases in (waiting[:1], waiting):
        with django_assert_num_queries(2):
            proposals(cases, dispatcher)


def test_the_list_grows_by_scrolling_and_knows_its_neighbours(waiting):
    found = desk.of(make.a_dispatcher(), which="dispatch")
    before, after = found.beside(found.rows[1].no)

    assert (before, after, found.more) == (found.rows[0], found.rows[2], 0)
    assert found.beside("LJ0") == (None, found.rows[0])
    assert sorted(desk.like(waiting[0].no, make.a_dispatcher())) == sorted(numbers(waiting))
