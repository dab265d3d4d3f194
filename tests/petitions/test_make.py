"""The factories reach the states that the other tests start from."""

import pytest

from petitions.services import seal
from petitions.states import CaseState
from tests import make


@pytest.mark.parametrize(
    "state",
    [
        CaseState.DRAFT,
        CaseState.PENDING_REVIEW,
        CaseState.PENDING_DISPATCH,
        CaseState.IN_PROGRESS,
        CaseState.REPLY_REVIEW,
        CaseState.PENDING_CALLBACK,
        CaseState.CLOSED,
    ],
)
def test_a_case_can_be_made_in_each_state_of_the_usual_road(city, state):
    case = make.a_case(state=state)

    assert make.fresh(case).state == state
    assert list(seal.verify()) == []


def test_a_case_with_helpers_goes_the_same_road(city):
    case = make.a_case(state=CaseState.CLOSED, assisting=(make.a_unit(), make.a_unit()))

    assert case.state == CaseState.CLOSED
    assert make.parts(case) == []
