"""Two people wrote the same: nothing of either is lost, and what was picked is what is kept."""

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from frontend import collision
from petitions.models import Reply
from petitions.services import handling
from petitions.services.handling import Answer
from tests import make
from tests.frontend.scene import Scene, sent

sentences = st.lists(
    st.sampled_from(["路灯已修好。", "已联系来电人。", "明日再查！", "电缆被挖断；", "无"]), max_size=6
)


@given(sentences, sentences)
def test_a_merge_keeps_every_sentence_of_both_and_shared_ones_once(mine, theirs):
    both = collision.merged("".join(mine), "".join(theirs))
    for sentence in {*mine, *theirs}:
        assert max(mine.count(sentence), theirs.count(sentence)) <= both.count(sentence)
    assert collision.merged("".join(mine), "".join(mine)) == "".join(mine)
    assert collision.merged("".join(mine), "") == collision.merged("", "".join(mine)) == "".join(mine)


@pytest.mark.parametrize(("pick", "kept"), [("mine", "甲"), ("theirs", "乙"), ("merge", "乙甲"), ("none", "框")])
def test_what_is_picked_is_what_is_posted(pick, kept):
    data = QueryDict(mutable=True)
    data.update({"pick-note": pick, "mine-note": "甲", "theirs-note": "乙", "merge-note": "乙甲", "note": "框"})
    assert collision.resolved(data)["note"] == kept


SAID = {"measures": "到场查看。", "public_answer": "路灯已经修好。"}


@pytest.fixture
def scene(city):
    """A colleague handed an answer in while ours was being written; their head sent it back."""
    scene = Scene(signed=True)
    part, colleague = scene.part, make.a_handler(of=scene.unit)
    handling.log_contact(part.pk, actor=colleague, how="phone", reached=True)
    theirs = Answer(measures="更换灯泡。", public_answer="灯泡已更换。")
    handling.submit_reply(part.pk, theirs, actor=colleague)
    handling.send_back(part.pk, actor=scene.people["head"], reason="写清楚")
    return scene


def test_an_answer_beside_a_newer_one_comes_back_with_both_texts_and_nothing_is_written(scene, client):
    page = sent(client, scene, "handler", "reply", scene.part, seen=0, **SAID)
    text = page.content.decode()
    assert page.status_code == 409
    for said in (*SAID.values(), "更换灯泡。", "灯泡已更换。", "灯泡已更换。路灯已经修好。"):
        assert said in text
    assert Reply.objects.filter(petition=scene.case).count() == 1


def test_what_was_settled_is_written_once_with_how_it_was_settled_field_by_field(scene, client):
    newest = Reply.objects.get(petition=scene.case).pk
    picked = {
        "draft": f"{scene.case.no}:reply:{scene.part.pk}",
        "pick-measures": "theirs",
        "mine-measures": "到场查看。",
        "theirs-measures": "更换灯泡。",
        "pick-public_answer": "merge",
        "merge-public_answer": "灯泡已更换，路灯修好。",
    }
    before = scene.case.events.count()
    assert sent(client, scene, "handler", "reply", scene.part, seen=newest, **SAID, **picked).status_code == 302
    reply, events = Reply.objects.latest("pk"), list(scene.case.events.order_by("seq"))[before:]
    assert (reply.measures, reply.public_answer) == ("更换灯泡。", "灯泡已更换，路灯修好。")
    assert [(event.action, event.data["picked"]) for event in events] == [
        ("hand_in", {"measures": "theirs", "public_answer": "merge"})
    ]


def test_a_report_from_the_field_meets_the_newer_answer_too(scene, client):
    client.force_login(scene.people["handler"])
    said = {"public_answer": "路灯已经修好。", "solved": "yes", "key": "k" * 32, "seen": "0"}
    page = client.post(f"/unit/report/{scene.case.no}/", said)
    assert (page.status_code, "灯泡已更换。" in page.content.decode()) == (409, True)
    assert Reply.objects.filter(petition=scene.case).count() == 1
