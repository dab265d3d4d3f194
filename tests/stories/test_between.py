"""Notice by telephone, instructions, hard cases, evidence, one joint answer: what is pinned to a case on its way."""

import io

import pytest

from petitions import errors
from petitions.models import Attachment, Petition
from petitions.queries import casefile, joint
from petitions.queries import conference as contested
from petitions.services import attachments, dispatch, handling, marks, notice, review
from petitions.services.dispatch import Order
from petitions.states import CaseState
from routing.models import Parameter
from tests import make

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def an_emergency():
    case = make.a_case(state=CaseState.PENDING_DISPATCH)
    order = Order(main_id=make.a_unit().pk, assisting_ids=(make.a_unit().pk,), tier="E")
    dispatch.dispatch(case.pk, order, actor=make.a_dispatcher(), now=make.NOW)
    return make.fresh(case)


# ── the emergency is told by telephone too ──
def test_the_main_unit_of_an_emergency_waits_for_a_call_and_stays_on_the_desk_until_it_is_confirmed(city):
    case = an_emergency()
    staff, main = make.a_dispatcher(), make.main(case)
    assert (main.waits_for_notice, main.notice_by) == (True, make.later(hours=0.25))
    assert [part.pk for part in contested.unnotified(staff, after="").rows] == [main.pk]

    with pytest.raises(errors.NobodyNotified):
        notice.confirm(main.pk, actor=staff, person=" ", now=make.NOW)
    with pytest.raises(errors.NotYours):
        notice.confirm(main.pk, actor=make.a_handler(of=main.department), person="自己", now=make.NOW)
    told = notice.confirm(main.pk, actor=staff, person="值班员周强", now=make.later(hours=0.5))
    with pytest.raises(errors.NoticeConfirmed):
        notice.confirm(main.pk, actor=staff, person="又一次", now=make.NOW)

    event = case.events.get(action="notify_by_phone")
    assert (told.notified_at, told.notified_person) == (make.later(hours=0.5), "值班员周强")
    assert (event.actor, event.data) == (staff, {"person": "值班员周强", "late": True})
    assert contested.unnotified(staff, after="").rows == []


def test_a_unit_that_has_answered_is_not_rung_up_any_more(city):
    case = an_emergency()
    staff, main = make.a_dispatcher(), make.main(case)
    make.replied_part(main)

    assert not make.main(case).waits_for_notice
    assert contested.unnotified(staff, after="").rows == []
    assert contested.tabs(staff)["notice"] == 0
    with pytest.raises(errors.NoticeConfirmed):
        notice.confirm(main.pk, actor=staff, person="值班员", now=make.later(hours=3))


def test_neither_an_assist_nor_an_ordinary_case_waits_for_a_call(city):
    assist = an_emergency().assignments.get(part="assist")
    ordinary = make.main(make.a_case())

    for part in (assist, ordinary):
        assert part.notice_by is None
        with pytest.raises(errors.NoticeConfirmed):
            notice.confirm(part.pk, actor=make.a_dispatcher(), person="值班员", now=make.NOW)


# ── 批示, 疑难 ──
def test_a_leaders_instruction_is_attached_word_for_word_and_the_unit_is_told(city):
    case = make.a_case()
    said = {"leader": "孙建国", "post": "街道党工委书记", "text": "请三日内解决。"}

    for gap in ({"leader": ""}, {"post": " "}):
        with pytest.raises(errors.NoPersonAndPost):
            marks.instruct(case.pk, actor=make.a_center(), now=make.NOW, **said | gap)
    with pytest.raises(errors.NoReason):
        marks.instruct(case.pk, actor=make.a_center(), now=make.NOW, **said | {"text": ""})
    for stranger in (make.a_reviewer(), make.a_head(of=make.a_unit())):
        with pytest.raises(errors.NotYours):
            marks.instruct(case.pk, actor=stranger, now=make.NOW, **said)
    marks.instruct(case.pk, actor=make.a_head(of=case.main_department), now=make.NOW, **said)

    event = case.events.get(action="instruct")
    assert (event.reason, event.data) == ("请三日内解决。", {"leader": "孙建国", "post": "街道党工委书记"})
    assert case.outbox.filter(topic="case-instructed").count() == 1


def test_a_hard_case_carries_the_moment_it_became_one(city):
    case, staff = make.a_case(), make.a_supervisor()

    with pytest.raises(errors.NoReason):
        marks.mark_hard(case.pk, actor=staff, reason="", now=make.NOW)
    with pytest.raises(errors.NotYours):
        marks.mark_hard(case.pk, actor=make.an_operator(), reason="多年未决", now=make.NOW)
    with pytest.raises(errors.WrongState):
        marks.unmark_hard(case.pk, actor=staff, reason="并不是", now=make.NOW)
    assert marks.mark_hard(case.pk, actor=staff, reason="多年未决", now=make.NOW).hard_since == make.NOW
    with pytest.raises(errors.WrongState):
        marks.mark_hard(case.pk, actor=staff, reason="多年未决", now=make.NOW)
    marks.unmark_hard(case.pk, actor=staff, reason="已解决", now=make.later(days=2))

    assert make.fresh(case).hard_since is None
    assert make.actions(case)[-2:] == ["mark_hard", "unmark_hard"]


# ── C14: evidence where the category asks for it ──
def test_a_reply_passes_without_evidence_unless_the_category_asks_for_it(city):
    case = make.a_case(state=CaseState.REPLY_REVIEW)
    Parameter.objects.filter(key="reply.evidence_categories").update(value=[make.LEAF.split(".")[0]])
    reviewer = make.a_reviewer()

    with pytest.raises(errors.ReplyWithoutEvidence):
        review.accept_reply(case.pk, actor=reviewer, now=make.NOW)
    files = [attachments.Upload("完工单.pdf", len(PDF), io.BytesIO(PDF))]
    attachments.attach(case.pk, files, actor=reviewer, kind=Attachment.Kind.CITIZEN, now=make.NOW)
    with pytest.raises(errors.ReplyWithoutEvidence):
        review.accept_reply(case.pk, actor=reviewer, now=make.NOW)
    files = [attachments.Upload("现场.pdf", len(PDF) + 1, io.BytesIO(PDF + b"\n"))]
    attachments.attach(case.pk, files, actor=reviewer, kind=Attachment.Kind.HANDLING, now=make.NOW)
    accepted = review.accept_reply(case.pk, actor=reviewer, now=make.NOW)

    assert accepted.state == CaseState.PENDING_CALLBACK


def test_a_recording_of_the_contact_is_evidence_and_other_branches_need_none(city):
    unit = make.a_unit()
    case, part = make.a_signed_case(unit=unit)
    handling.log_contact(
        part.pk, actor=make.a_handler(of=unit), how="phone", reached=True, recording="rec-1", now=make.NOW
    )
    make.replied_part(make.main(case))
    other = make.a_case(state=CaseState.REPLY_REVIEW, category_code="02.01.01")
    Parameter.objects.filter(key="reply.evidence_categories").update(value=[make.LEAF, "1"])

    for each in (case, other):
        assert review.accept_reply(each.pk, actor=make.a_reviewer(), now=make.NOW).state == "pending_callback"


# ── 一件事一次办 ──
def test_the_main_unit_builds_one_answer_from_what_the_others_answered(city):
    main, water, power = make.a_unit(), make.a_unit(), make.a_unit()
    case = make.a_case(unit=main, assisting=(water, power))
    for unit, answer in ((water, "水管已换。"), (power, "线路已接。")):
        part, author = make.signed_part(make.part_of(case, unit)), make.a_handler(of=unit)
        handling.log_contact(part.pk, actor=author, how="phone", reached=True, now=make.NOW)
        handling.submit_reply(part.pk, make.an_answer(public_answer=answer), actor=author, now=make.NOW)
        assert joint.composed(casefile.of(case.no, make.a_reviewer())).count("、") == (0 if unit == water else 1)
        handling.approve_reply(part.pk, actor=make.a_head(of=unit), now=make.NOW)

    seen = casefile.of(case.no, make.a_reviewer())

    assert joint.composed(seen) == f"一、{water.name}：水管已换。\n二、{power.name}：线路已接。"
    assert (joint.of(seen).waiting, joint.of(seen).is_joint) == (1, True)
    assert [share.part.department for share in joint.of(seen).shares] == [main, water, power]
    assert seen.state == CaseState.IN_PROGRESS, "the main unit still owes the one answer"


def test_an_assist_that_answers_after_the_main_unit_wrote_is_pointed_out(city):
    main, helper = make.a_unit(), make.a_unit()
    case = make.a_case(unit=main, assisting=(helper,))
    make.replied_part(make.part_of(case, main))

    make.replied_part(make.part_of(case, helper), now=make.later(hours=1))

    assert joint.of(casefile.of(case.no, make.a_reviewer())).overtaken_at == make.later(hours=1)
    assert make.fresh(case).state == CaseState.REPLY_REVIEW


def test_the_citizen_sees_one_matter_one_limit_and_one_answer(city, client):
    main, helper = make.a_unit(), make.a_unit()
    case = make.a_case(unit=main, assisting=(helper,))
    part, author = make.signed_part(make.part_of(case, helper)), make.a_handler(of=helper)
    handling.log_contact(part.pk, actor=author, how="phone", reached=True, now=make.NOW)
    handling.submit_reply(part.pk, make.an_answer(public_answer="只给主办看的"), actor=author, now=make.NOW)
    handling.approve_reply(part.pk, actor=make.a_head(of=helper), now=make.NOW)
    make.replied_part(make.part_of(case, main))
    review.accept_reply(case.pk, actor=make.a_reviewer(), now=make.NOW)

    case = Petition.objects.get(pk=case.pk)

    assert case.answer == make.an_answer().public_answer
    assert "只给主办看的" not in case.answer
    assert [row.topic for row in case.outbox.filter(topic="case-replied")] == ["case-replied"]
