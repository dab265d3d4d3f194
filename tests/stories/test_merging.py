"""Many callers, one matter: merged under a lead, answered once, and each citizen told and asked for themselves."""

import pytest

from petitions import errors
from petitions.access import rating_token
from petitions.queries import casefile, grouping
from petitions.services import callback, dispatch, intake, merging, rating, review
from petitions.states import CaseState, Outcome, Urgency
from routing import rulebook
from tests import make

CALLERS = ("13700000001", "13700000002", "13700000003")


def a_group(state=CaseState.IN_PROGRESS, members=2):
    """A lead on its way, and cases of other callers merged into it."""
    lead = make.a_case(state=state, phone="13900009999")
    joined = [make.a_case(state=CaseState.PENDING_REVIEW, phone=phone) for phone in CALLERS[:members]]
    ids = [case.pk for case in joined]
    merging.merge_many(lead.pk, ids, actor=make.a_dispatcher(), reason="同一路口路灯", now=make.NOW)
    return lead, joined


# ── joining ──
def test_the_same_matter_of_another_caller_is_merged_only_when_a_person_confirms_it_with_a_reason(city):
    lead = make.a_case(phone=CALLERS[0])
    other = make.a_case(state=CaseState.PENDING_REVIEW, phone=CALLERS[1], category_code="02.01.01")
    reviewer = make.a_reviewer()

    for half in ({}, {"confirmed": True}, {"reason": "同一处"}):
        with pytest.raises(errors.NotTheSame, match="不是同一位诉求人、诉求分类不同"):
            merging.merge(other.pk, lead_id=lead.pk, actor=reviewer, now=make.NOW, **half)
    merging.merge(other.pk, lead_id=lead.pk, actor=reviewer, reason="同一处", confirmed=True, now=make.NOW)

    event = other.events.get(action="merge_into")
    assert (event.reason, event.data["differences"]) == ("同一处", ["不是同一位诉求人", "诉求分类不同"])


def test_the_same_caller_about_the_same_needs_no_confirmation(city):
    lead, again = make.a_case(), make.a_case(state=CaseState.PENDING_DISPATCH)

    merged = merging.merge(again.pk, lead_id=lead.pk, actor=make.a_dispatcher(), now=make.NOW)

    assert (merged.state, merged.lead_id) == (CaseState.MERGED, lead.pk)


def test_a_group_joins_and_what_cannot_is_named(city):
    lead = make.a_case()
    able, gone = make.a_case(state=CaseState.PENDING_DISPATCH), make.a_case(state=CaseState.CLOSED)
    staff = make.a_dispatcher()

    with pytest.raises(errors.NothingChosen):
        merging.merge_many(lead.pk, [lead.pk], actor=staff, reason="同一处", now=make.NOW)
    with pytest.raises(errors.NoReason):
        merging.merge_many(lead.pk, [able.pk], actor=staff, reason=" ", now=make.NOW)
    merged = merging.merge_many(lead.pk, [able.pk, gone.pk], actor=staff, reason="同一处", now=make.NOW)

    assert (merged.done, [no for no, _ in merged.refused]) == ((able.no,), [gone.no])


def test_repeated_urging_makes_a_case_urgent(city):
    lead, _ = a_group(members=1)
    assert make.fresh(lead).urgency == Urgency.NORMAL

    again = make.a_case(state=CaseState.PENDING_REVIEW)
    merging.merge_many(lead.pk, [again.pk], actor=make.a_dispatcher(), reason="同一处", now=make.NOW)

    assert (make.fresh(lead).urged, make.fresh(lead).urgency) == (2, Urgency.URGENT)
    assert lead.outbox.filter(topic="case-urged").count() == 2


def test_a_lead_that_joins_another_one_takes_its_members_along(city):
    oldest = make.a_case()
    middle, (member,) = a_group(state=CaseState.PENDING_DISPATCH, members=1)

    merging.merge_many(oldest.pk, [middle.pk], actor=make.a_dispatcher(), reason="同一处", now=make.NOW)

    assert make.fresh(member).lead_id == make.fresh(middle).lead_id == oldest.pk
    assert set(oldest.links_in.values_list("from_case", flat=True)) == {middle.pk, member.pk}


# ── answered together ──
def test_every_member_gets_the_answer_without_the_leads_personal_data_and_a_link_of_its_own(city):
    lead, members = a_group()
    answer = make.an_answer(public_answer="王小明先生您好，电话13900009999，路灯已修好。")
    part = make.signed_part(make.main(lead))
    author = make.a_handler(of=part.department)
    make.handling.log_contact(part.pk, actor=author, how="phone", reached=True, now=make.NOW)
    make.handling.submit_reply(part.pk, answer, actor=author, now=make.NOW)
    make.handling.approve_reply(part.pk, actor=make.a_head(of=part.department), now=make.NOW)

    review.accept_reply(lead.pk, actor=make.a_reviewer(), now=make.NOW)

    for member in map(make.fresh, members):
        assert "路灯已修好" in member.answer
        assert "13900009999" not in member.answer
        assert member.state == CaseState.MERGED
        told = member.outbox.filter(topic__in=["case-replied", "rating-invited"]).values_list("topic", flat=True)
        assert sorted(told) == ["case-replied", "rating-invited"]
        assert "answered_with_lead" in make.actions(member)
    tokens = {make.invitation_of(case).token_digest for case in [lead, *members]}
    assert len(tokens) == 3


def test_each_member_rates_alone_and_is_told_how_the_lead_ended(city):
    lead, (one, other) = a_group()
    make.replied_part(make.main(lead))
    review.accept_reply(lead.pk, actor=make.a_reviewer(), now=make.NOW)

    rating.rate(rating_token(make.invitation_of(one).pk), make.UNSATISFIED, now=make.NOW)
    callback.record(lead.pk, actor=make.a_caller_back(), result="reached", said=make.SATISFIED, now=make.NOW)
    rating.rate(rating_token(make.invitation_of(other).pk), make.SATISFIED, now=make.later(days=1))

    assert make.fresh(lead).outcome == Outcome.SOLVED
    assert [make.invitation_of(case).satisfaction for case in (one, other)] == ["unsatisfied", "satisfied"]
    assert [make.fresh(case).outcome for case in (one, other)] == [Outcome.MERGED] * 2
    closed = [case.outbox.get(topic="case-closed").payload["outcome"] for case in (one, other)]
    assert closed == ["solved", "solved"]


def test_members_are_hidden_from_the_unit_that_handles_the_lead(city):
    lead, members = a_group()
    unit = make.main(lead).department

    assert casefile.of(lead.no, make.a_handler(of=unit)).shown_members == []
    assert casefile.of(lead.no, make.a_reviewer()).shown_members == members
    with pytest.raises(errors.Unknown):
        casefile.of(members[0].no, make.a_handler(of=unit))


# ── going apart again ──
def test_a_wrong_merge_is_split_within_the_window(city):
    lead, (one, other) = a_group()
    reviewer = make.a_reviewer()

    with pytest.raises(errors.NoReason):
        merging.split(one.pk, actor=reviewer, reason="", now=make.NOW)
    with pytest.raises(errors.NotYours):
        merging.split(one.pk, actor=make.an_operator(), reason="另一处", now=make.NOW)
    apart = merging.split(one.pk, actor=reviewer, reason="另一处路灯", now=make.later(days=6))
    with pytest.raises(errors.SplitTooLate):
        merging.split(other.pk, actor=reviewer, reason="另一处路灯", now=make.later(days=7, hours=1))

    assert (apart.state, apart.lead_id, apart.outcome) == (CaseState.PENDING_REVIEW, None, "")
    assert list(lead.links_in.values_list("from_case", flat=True)) == [other.pk]
    assert make.history(apart)[-2:] == ["merge_into: pending_review → merged", "split: merged → pending_review"]
    dispatch.pass_review(apart.pk, actor=reviewer, now=make.later(days=6))


@pytest.mark.parametrize("end", ["withdraw", "invalid", "refer"])
def test_when_the_lead_ends_without_an_answer_its_members_go_their_own_way(city, end):
    lead, members = a_group(state=CaseState.PENDING_REVIEW)

    if end == "withdraw":
        intake.withdraw(lead.pk, verified_by="回拨", actor=make.an_operator(), now=make.later(days=60))
    elif end == "invalid":
        review.mark_invalid(lead.pk, reason="骚扰", actor=make.a_reviewer(), now=make.NOW)
    else:
        review.refer(lead.pk, referral="court", actor=make.a_reviewer(), now=make.NOW)

    assert {make.fresh(member).state for member in members} == {CaseState.PENDING_REVIEW}
    assert all(member.events.get(action="split").actor.username == "system" for member in members)


# ── the page that proposes a group ──
def test_the_page_proposes_the_oldest_case_that_is_being_handled_as_lead(city):
    older, handled = make.a_case(state=CaseState.PENDING_REVIEW), make.a_case()
    newest = make.a_case(state=CaseState.PENDING_REVIEW)
    elsewhere = make.a_case(state=CaseState.PENDING_REVIEW, phone=CALLERS[0], category_code="02.01.01")
    staff = make.a_dispatcher()

    found = grouping.candidates(newest, staff, rulebook.current(), similar=[], now=make.NOW)

    assert [c.case for c in found] == [older, handled, newest]
    assert elsewhere not in [c.case for c in found]
    assert grouping.suggested_lead(found) == handled.pk
    assert [c.may_join for c in found] == [True, False, True]
    assert ["同一诉求人" in c.why for c in found] == [True, True, False]
