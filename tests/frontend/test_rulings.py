"""A dispatcher rules on a unit's request from the case page."""

import pytest

from petitions.models import Assignment, Request
from petitions.services import asking
from petitions.states import AssignmentState, CaseState
from tests import make


@pytest.mark.parametrize(
    ("decision", "case_state", "part_state"),
    [
        ("yes", CaseState.PENDING_DISPATCH, AssignmentState.EXITED),
        ("no", CaseState.IN_PROGRESS, AssignmentState.SIGNED),
    ],
)
def test_a_return_is_ruled_on_from_the_page(city, client, decision, case_state, part_state):
    unit, other = make.a_unit(), make.a_unit()
    case, part = make.a_signed_case(unit=unit)
    details = {"reason": "不在辖区", "proposed_id": other.pk, "evidence": "区划图", "now": make.NOW}
    request = asking.request_return(part.pk, actor=make.a_head(of=unit), **details)
    client.force_login(make.a_dispatcher())

    client.post(
        f"/cases/{case.no}/do/rule-on-return/",
        {"row": request.pk, "version": make.fresh(case).version, "decision": decision, "note": "已核对区划"},
    )

    assert (make.fresh(case).state, Assignment.objects.get(pk=part.pk).state) == (case_state, part_state)
    assert Request.objects.get(pk=request.pk).decision_note == "已核对区划"
