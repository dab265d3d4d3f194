"""Merging, splitting, naming, marking and undoing in any order: every case stays in one issue, undoing restores."""

import pytest
from django.db import transaction
from django.db.utils import Error
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from petitions import errors
from petitions.errors import PetitionError
from petitions.insight.issues import editing
from petitions.insight.models import HotIssue, IssueEdit, IssueMember
from tests import make
from tests.insight.issue_texts import a_call

ISSUES = 3
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["merge", "split", "rename", "mark", "undo"]),
        st.integers(0, 5),
        st.integers(0, 5),
        st.sets(st.integers(0, 5)),
    ),
    max_size=10,
)


@pytest.fixture
def cases(city) -> list[int]:
    """Six cases, two in each of three issues; the readings do not matter here."""
    made = [a_call("小区门口的路灯坏了。", number).pk for number in range(2 * ISSUES)]
    issues = [HotIssue.objects.create(title=f"话题{at}") for at in range(ISSUES)]
    for at, case in enumerate(made):
        how, issue = IssueMember.How.STARTED, issues[at % ISSUES]
        placed = {"chance": 1.0, "how": how, "at": make.NOW, "received_at": make.NOW, "reading": b""}
        IssueMember.objects.create(petition_id=case, issue=issue, **placed)
    return made


@pytest.fixture
def analyst(city):
    return make.a_person("analyst")


def standing() -> tuple:
    """Where every case is, and how the issues with cases are called and marked."""
    members = IssueMember.objects.order_by("petition_id").values_list("petition_id", "issue_id", "is_pinned", "how")
    issues = HotIssue.objects.exclude(state="merged").order_by("pk").values_list("pk", "name", "state")
    return list(members), list(issues)


def carry_out(step: tuple, cases: list[int], analyst) -> None:
    what, one, other, some = step
    issues = list(HotIssue.objects.order_by("pk").values_list("pk", flat=True))
    first, second = issues[one % len(issues)], issues[other % len(issues)]
    how = {"actor": analyst, "reason": "因为", "now": make.NOW}
    if what == "merge":
        editing.merge(first, second, **how)
    elif what == "split":
        editing.split(first, [cases[at] for at in some], **how)
    elif what == "rename":
        editing.rename(first, f"名称{other}", **how)
    elif what == "mark":
        editing.mark(first, ["open", "watched", "ignored"][other % 3], **how)
    else:
        edits = list(IssueEdit.objects.order_by("pk").values_list("pk", flat=True))
        editing.undo(edits[one % len(edits)] if edits else 0, **how)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_any_order_leaves_every_case_in_one_issue_and_undoing_restores(steps, cases, analyst):
    with transaction.atomic():
        before = standing()
        for step in steps:
            try:
                carry_out(step, cases, analyst)
            except PetitionError:
                continue
            members = IssueMember.objects.select_related("issue")
            assert [member.petition_id for member in members.order_by("petition_id")] == cases
            assert all(member.issue.state != "merged" for member in members)
        live = IssueEdit.objects.filter(undone_by=None).exclude(kind="undo")
        for edit in list(live.order_by("-pk")):
            editing.undo(edit.pk, actor=analyst, reason="复原", now=make.NOW)
        assert standing() == before
        transaction.set_rollback(True)


def test_who_joined_meanwhile_stays_with_what_was_merged(cases, analyst):
    one, other = HotIssue.objects.order_by("pk")[:2]
    edit = editing.merge(one.pk, other.pk, actor=analyst, reason="同一件事", now=make.NOW)
    late = a_call("路灯又坏了。", 40).pk
    placed = {"chance": 0.5, "how": "joined", "at": make.NOW, "received_at": make.NOW, "reading": b""}
    IssueMember.objects.create(petition_id=late, issue=one, **placed)

    editing.undo(edit.pk, actor=analyst, reason="其实不是", now=make.NOW)

    assert set(one.members.values_list("petition_id", flat=True)) == {cases[0], cases[3], late}
    assert set(other.members.values_list("petition_id", flat=True)) == {cases[1], cases[4]}


def test_an_edit_under_a_later_one_cannot_be_undone(cases, analyst):
    one, other, third = HotIssue.objects.order_by("pk")
    first = editing.merge(one.pk, other.pk, actor=analyst, reason="同一件事", now=make.NOW)
    editing.merge(third.pk, one.pk, actor=analyst, reason="也是同一件事", now=make.NOW)

    with pytest.raises(errors.IssueEditedSince):
        editing.undo(first.pk, actor=analyst, reason="想撤销", now=make.NOW)
    with pytest.raises(errors.IssueMoved):
        editing.rename(one.pk, "没用", actor=analyst, reason="已经并走", now=make.NOW)
    with pytest.raises(errors.CannotMergeIntoItself):
        editing.merge(third.pk, third.pk, actor=analyst, reason="试一试", now=make.NOW)


def test_others_may_not_and_nobody_without_a_reason(cases, analyst):
    issue = HotIssue.objects.first()

    with pytest.raises(errors.NotYours):
        editing.mark(issue.pk, "ignored", actor=make.a_person("leader"), reason="不用管", now=make.NOW)
    with pytest.raises(errors.NoReason):
        editing.mark(issue.pk, "ignored", actor=analyst, reason=" ", now=make.NOW)
    assert IssueEdit.objects.count() == 0


def test_what_a_person_did_cannot_be_rewritten(cases, analyst):
    edit = editing.rename(HotIssue.objects.first().pk, "新名", actor=analyst, reason="好读", now=make.NOW)

    with pytest.raises(Error, match="append-only"), transaction.atomic():
        IssueEdit.objects.filter(pk=edit.pk).update(reason="别的")
