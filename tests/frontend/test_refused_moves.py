"""Moves that are refused: a sentence on the page, a problem document in JSON, and nothing changed."""

from collections.abc import Callable

import pytest

from petitions.models import Petition
from petitions.services import asking, conference, dispatch, marks, notice
from petitions.services import supervision as supervising
from petitions.services.dispatch import Order
from petitions.states import CaseState
from routing.models import Parameter
from tests import make
from tests.frontend.scene import JSON, Scene, sent


# ── what happened before the move that is refused ──
def second_notice(scene):
    supervising.raise_and_issue(
        scene.case.pk, actor=scene.people["supervisor"], level="notice", reason="催", now=scene.now
    )
    return scene.case


def filed(scene):
    wish = {"reason": "不在辖区", "proposed_id": scene.other.pk, "evidence": "图"}
    return asking.request_return(scene.part.pk, actor=scene.people["head"], now=scene.now, **wish)


def returned_once(scene):
    request = filed(scene)
    asking.rule_on_return(request.pk, actor=scene.people["dispatcher"], granted=False, note="属你单位", now=scene.now)
    return scene.part


def in_conference(scene):
    request = filed(scene)
    units = [scene.unit.pk, scene.other.pk]
    conference.confer(scene.case.pk, actor=scene.people["center"], units=units, reason="争议", now=scene.now)
    return request


def already_hard(scene):
    marks.mark_hard(scene.case.pk, actor=scene.people["supervisor"], reason="多年", now=scene.now)
    return scene.case


def notified(scene):
    order = Order(main_id=scene.unit.pk, tier="E")
    dispatch.dispatch(scene.case.pk, order, actor=scene.people["dispatcher"], now=scene.now)
    notice.confirm(scene.part.pk, actor=scene.people["dispatcher"], person="甲", now=scene.now)
    return scene.part


RETURN = {"reason": "不归我", "evidence": "图"}
UNCONTACTED = {"measures": "修", "public_answer": "好"}
WHY = {"reason": "骚扰"}
ESCALATE = {"to": "赵明", "post": "主任", "reason": "重复"}
REFUSED: dict[str, tuple[dict, str, str, Callable, dict]] = {
    "already-supervised": ({}, "supervisor", "supervise", second_notice, {"level": "notice", "reason": "再催"}),
    "return-not-allowed": ({}, "head", "return", returned_once, RETURN),
    "in-conference": ({}, "dispatcher", "rule-on-return", in_conference, {"decision": "yes", "note": "准"}),
    "needs-dispute": ({}, "dispatcher", "confer", lambda s: s.case, {"reason": "争议"}),
    "not-yours": ({"signed": True}, "reviewer", "escalate", lambda s: s.part, ESCALATE),
    "wrong-state": ({}, "supervisor", "mark-hard", already_hard, {"reason": "还是难"}),
    "notice-confirmed": (
        {"state": CaseState.PENDING_DISPATCH},
        "dispatcher",
        "notify",
        notified,
        {"contact": "又一次"},
    ),
    "child-limit-too-long": (
        {"signed": True},
        "handler",
        "delegate",
        lambda s: s.part,
        {"limit_at": "2099-01-01T00:00", "opinion": "请"},
    ),
    "not-contacted": (
        {"signed": True},
        "handler",
        "reply",
        lambda s: s.part,
        {"measures": "修", "public_answer": "好"},
    ),
    "extension-not-allowed": (
        {"signed": True},
        "handler",
        "extend",
        lambda s: s.part,
        {"until": "2020-01-01T00:00", "reason": "等"},
    ),
    "extension-too-long": (
        {"signed": True},
        "handler",
        "extend",
        lambda s: s.part,
        {"until": "2099-01-01T00:00", "reason": "等"},
    ),
    "ledger-incomplete": (
        {"signed": True},
        "handler",
        "file",
        lambda s: s.case,
        {"wish": "ledger:资金未落实", "reason": "等", "evidence": "会议"},
    ),
    "not-the-same": (
        {"state": CaseState.PENDING_REVIEW},
        "reviewer",
        "merge",
        lambda s: s.case,
        {},
    ),
    "second-person-needed": (
        {"state": CaseState.PENDING_REVIEW},
        "registrar",
        "invalid",
        lambda s: s.case,
        {"reason": "x"},
    ),
    "not-called": ({}, "handler", "arrive", lambda s: s.part, {}),
    "reply-without-evidence": ({"state": CaseState.REPLY_REVIEW}, "reviewer", "accept-reply", lambda s: s.case, {}),
}


@pytest.mark.parametrize("slug", REFUSED)
def test_a_refusal_is_a_sentence_on_the_page_and_a_document_in_json_and_changes_nothing(city, client, slug):
    facts, who, code, prepare, said = REFUSED[slug]
    if slug == "reply-without-evidence":
        Parameter.objects.filter(key="reply.evidence_categories").update(value=[make.LEAF])
    older = make.a_case(phone="13700000009") if code == "merge" else None
    scene = Scene(**facts)
    if who == "registrar":
        scene.people[who] = make.a_person("operator", "reviewer")
        Petition.objects.filter(pk=scene.case.pk).update(registered_by=scene.people[who])
    row = prepare(scene)
    said = dict(said)
    if code == "return":
        said["proposed"] = scene.other.pk
    if code == "delegate":
        said["to"] = make.a_unit(kind="street.community").pk
    if code == "merge":
        said["lead"] = older.no
    before = make.fresh(scene.case).version

    page = sent(client, scene, who, code, row, **said)
    document = sent(client, scene, who, code, row, **said, headers=JSON).json()

    assert document["type"].split("#")[1] == slug
    assert page.status_code == document["status"] >= 400
    assert document["detail"] in page.content.decode()
    assert document["kept"]["input"]["row"] == [str(row.pk)]
    assert make.fresh(scene.case).version == before
