"""督办 beside the case: receipt, feedback, levels that climb, and urging many at once."""

import pytest

from petitions import errors
from petitions.models import Supervision
from petitions.services import supervision as supervising
from petitions.services.door import opened, system
from petitions.states import CaseState, SupervisionState
from tests import make


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


# ── by rule ──
def by_rule(case, level, now=make.NOW) -> Supervision | None:
    with opened(case.pk, actor=system(), now=now) as open_case:
        return supervising.raise_by_system(open_case, open_case.main, level, "超过时限二倍")


def test_a_rule_supervises_under_the_systems_name_and_never_twice_the_same(city):
    case = make.a_case()

    raised = by_rule(case, "yellow")
    assert by_rule(case, "yellow", make.later(hours=1)) is None
    assert by_rule(case, "red", make.later(hours=1)) is not None

    assert (raised.raised_by.username, raised.state) == ("system", SupervisionState.ISSUED)
    assert case.events.get(action="supervise", data__level="yellow").actor.username == "system"
    assert case.supervisions.count() == 2


def climb(case, now) -> int:
    with opened(case.pk, actor=system(), now=now) as open_case:
        return supervising.climb_unread(open_case)


def test_what_nobody_signs_for_climbs_one_level_at_a_time(city):
    case, supervisor = make.a_case(), make.a_supervisor()
    supervising.raise_and_issue(case.pk, actor=supervisor, level="notice", reason="催办", now=make.NOW)

    climbed = [climb(case, make.later(hours=hours)) for hours in (0.4, 0.5, 0.6, 1.0, 1.5, 3)]

    assert climbed == [0, 1, 0, 1, 0, 0], "after 30 minutes each; above red there is nothing"
    assert [s.level for s in case.supervisions.order_by("id")] == ["notice", "yellow", "red"]


def test_what_was_signed_for_does_not_climb(city):
    case = make.a_case()
    issued = supervising.raise_and_issue(case.pk, actor=make.a_supervisor(), level="notice", reason="催", now=make.NOW)
    supervising.acknowledge(issued.pk, actor=make.a_head(of=case.main_department), now=make.later(hours=0.2))

    assert climb(case, make.later(days=1)) == 0


# ── many at once ──
def test_urging_many_gives_each_unit_a_notice_and_says_which_could_not_be_urged(city):
    cases = [make.a_case() for _ in range(3)]
    parts = [make.main(case).pk for case in cases]
    make.intake.withdraw(cases[2].pk, verified_by="回拨", actor=make.an_operator(), now=make.NOW)
    staff = make.a_supervisor()

    with pytest.raises(errors.NothingChosen):
        supervising.urge([], actor=staff, reason="请办理", now=make.NOW)
    with pytest.raises(errors.NotYours):
        supervising.urge(parts, actor=make.a_dispatcher(), reason="请办理", now=make.NOW)
    with pytest.raises(errors.NoReason):
        supervising.urge(parts, actor=staff, reason=" ", now=make.NOW)
    urged = supervising.urge(parts, actor=staff, reason="请办理", now=make.NOW)

    assert (urged.done, [no for no, _ in urged.refused]) == (2, [cases[2].no])
    assert {s.receipt_by for s in Supervision.objects.all()} == {make.later(hours=0.5)}


def test_a_rejected_feedback_is_owed_again_and_the_unit_is_told(city):
    unit = make.a_unit()
    case, staff, head = make.a_case(unit=unit), make.a_supervisor(), make.a_head(of=unit)
    issued = supervising.raise_and_issue(case.pk, actor=staff, level="red", reason="推诿", now=make.NOW)
    supervising.step(issued.pk, Supervision.report, actor=head, feedback="已整改", now=make.NOW)

    with pytest.raises(errors.NotYours):
        supervising.step(issued.pk, Supervision.reject, actor=head, reason="自己退", now=make.NOW)
    again = supervising.step(issued.pk, Supervision.reject, actor=staff, reason="照片不符", now=make.NOW)

    assert (again.state, case.outbox.filter(topic="supervision-issued").count()) == (SupervisionState.ISSUED, 2)
    assert make.fresh(case).state == CaseState.IN_PROGRESS
