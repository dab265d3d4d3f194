"""Moves between units as forms on the case page: offered to who may make them, and carried out."""

import pytest
from django.utils import timezone

from frontend import moves
from petitions.models import Request, Supervision
from petitions.queries import casefile
from petitions.services import dispatch
from petitions.services.dispatch import Order
from petitions.states import CaseState
from tests import make
from tests.frontend.scene import JSON, Scene, sent

# ── who is offered what ──
SIGNED_BY_UNIT = {"contact", "reply", "extend", "whistle", "delegate", "escalate", "file"}
OFFERED = {
    ("head", False): {"sign", "return", "file", "instruct"},
    ("head", True): SIGNED_BY_UNIT | {"return", "instruct"},
    ("handler", True): SIGNED_BY_UNIT,
    ("dispatcher", True): {"confer", "take-back", "add-assist", "mark-hard"},
    ("supervisor", True): {"escalate", "supervise", "instruct", "mark-hard"},
    ("reviewer", True): set(),
}


@pytest.mark.parametrize(("who", "signed"), OFFERED)
def test_a_case_in_progress_offers_each_person_their_own_moves(city, who, signed):
    assert Scene(signed=signed).offers(who) == OFFERED[who, signed]


def test_what_is_too_late_is_not_offered_any_more(city):
    long_ago = timezone.now() - timezone.timedelta(days=8)
    case = make.a_case(unit=(unit := make.a_unit()), now=long_ago)
    make.signed_part(make.main(case), now=long_ago)
    head = make.a_head(of=unit)

    offered = {form.code for form in moves.offered(casefile.of(case.no, head), head).forms}

    assert offered.isdisjoint({"return", "extend"})
    assert {"reply", "whistle"} <= offered


def test_a_stranger_is_offered_nothing_and_may_not_send_it_either(city, client):
    scene = Scene(signed=True)
    scene.people["stranger"] = make.a_head(of=scene.other)

    answer = sent(client, scene, "stranger", "escalate", scene.part, headers=JSON)

    assert (answer.status_code, answer.json()["type"].split("#")[1]) == (404, "unknown"), (
        "the case is not theirs to see"
    )


# ── carried out from the page ──
def test_a_supervision_goes_from_the_page_of_the_supervisor_to_that_of_the_unit_and_back(city, client):
    scene = Scene(signed=True)
    sent(client, scene, "supervisor", "supervise", scene.case, level="yellow", reason="超期")
    row = Supervision.objects.get()
    assert {"acknowledge", "report", "return-supervision"} <= scene.offers("head")

    sent(client, scene, "head", "acknowledge", row)
    assert "acknowledge" not in scene.offers("head")
    sent(client, scene, "head", "report", row, feedback="已派专人")
    assert {"accept-feedback", "reject-feedback"} <= scene.offers("supervisor")
    sent(client, scene, "supervisor", "accept-feedback", row)
    sent(client, scene, "supervisor", "close-supervision", row)

    row.refresh_from_db()
    assert (row.state, row.acknowledged_at is not None, row.feedback) == ("closed", True, "已派专人")


def test_three_tiers_put_a_case_on_the_ledger_and_settle_it_from_the_page(city, client):
    scene = Scene(signed=True)
    until = (scene.now + timezone.timedelta(days=90)).strftime("%Y-%m-%dT%H:%M")
    wish = {"wish": "ledger:资金未落实", "reason": "等待改造", "evidence": "计划", "plan": "明年", "until": until}
    sent(client, scene, "handler", "file", scene.case, **wish)
    asked = Request.objects.get()
    for who in ("head", "reviewer"):
        sent(client, scene, who, "decide", asked, decision="yes", note="")

    untold = sent(client, scene, "center", "decide", asked, decision="yes", headers=JSON)
    assert untold.json()["type"].split("#")[1] == "ledger-incomplete"
    sent(client, scene, "center", "decide", asked, decision="yes", citizen_told="on")
    assert make.fresh(scene.case).state == CaseState.LONG_TERM
    sent(client, scene, "center", "settle", scene.case, outcome="solved", evidence="照片")

    assert make.fresh(scene.case).state == CaseState.CLOSED


def test_a_contested_case_is_ruled_on_from_the_page_and_both_sides_are_shown(city, client):
    scene = Scene()
    units = [scene.unit.pk, scene.other.pk]
    sent(client, scene, "dispatcher", "confer", scene.case, units=units, reason="边界不清")
    sent(client, scene, "head", "position", scene.case, text="道路未移交", evidence="移交清单")
    sent(client, scene, "center", "position", scene.case, unit=scene.other.pk, text="只管主路")

    client.force_login(scene.people["center"])
    desk = client.get("/contested/").content.decode()
    assert [text in desk for text in ("边界不清", "道路未移交", "移交清单", "只管主路")] == [True] * 4
    sent(client, scene, "center", "rule", scene.case, other=scene.other.pk, tier="N", ruling="由后者办理")

    assert make.main(scene.case).department == scene.other


def test_an_emergency_stays_on_the_desk_until_the_call_is_confirmed(city, client):
    scene = Scene(state=CaseState.PENDING_DISPATCH)
    order = Order(main_id=scene.unit.pk, tier="E")
    dispatch.dispatch(scene.case.pk, order, actor=scene.people["dispatcher"], now=scene.now)
    client.force_login(scene.people["dispatcher"])
    row = f'id="case-{scene.case.pk}"'
    assert row in client.get("/contested/?tab=notice").content.decode()

    sent(client, scene, "dispatcher", "notify", scene.part, contact="值班员周强")

    assert row not in client.get("/contested/?tab=notice").content.decode()
    assert "值班员周强" in client.get(f"/cases/{scene.case.no}/").content.decode()


def test_a_group_is_merged_from_its_page_and_split_from_the_members(city, client):
    lead, scene = make.a_case(now=timezone.now()), Scene(state=CaseState.PENDING_DISPATCH)
    client.force_login(scene.people["dispatcher"])
    page = client.get(f"/cases/{scene.case.no}/group/").content.decode()
    assert lead.no in page

    empty = client.post(f"/cases/{scene.case.no}/group/", {"lead": lead.pk, "reason": "同一处"})
    assert (empty.status_code, "请至少选一件。" in empty.content.decode()) == (422, True)
    client.post(f"/cases/{scene.case.no}/group/", {"lead": lead.pk, "member": [scene.case.pk], "reason": "同一处"})
    assert make.fresh(scene.case).lead_id == lead.pk
    assert "并入的工单" in client.get(f"/cases/{lead.no}/").content.decode()
    sent(client, scene, "dispatcher", "split", scene.case, reason="另一处")

    assert make.fresh(scene.case).state == CaseState.PENDING_REVIEW


def test_the_main_units_form_begins_with_what_the_others_answered(city, client):
    scene = Scene(signed=True)
    sent(client, scene, "dispatcher", "add-assist", scene.case, unit=scene.other.pk, opinion="协助清障")
    make.replied_part(make.part_of(scene.case, scene.other), now=scene.now)

    client.force_login(scene.people["handler"])
    page = client.get(f"/cases/{scene.case.no}/").content.decode()

    assert f"一、{scene.other.name}：{make.an_answer().public_answer}" in page
    assert "一件事一次办" in page
