"""What was typed is never lost: saved while typing, kept past the end of a session, gone when its form was taken."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from petitions import errors
from petitions.models import Draft, Petition
from petitions.services import drafts
from routing.models import Staff
from tests import make

pytestmark = pytest.mark.django_db
NOW = make.NOW
CALL = {
    "draft": "intake",
    "text": "路灯坏了三天，晚上走路看不见。",
    "phone": "13800001234",
    "way": "review",
    "key": "k" * 32,
}


def texts_of(person) -> dict[str, str]:
    return {draft.place: dict(drafts.said_in(draft)).get("text", "") for draft in drafts.mine(person.pk)}


# ── the service ──
def test_a_page_that_goes_on_from_an_older_saving_is_told_and_overwrites_nothing(city):
    person = make.an_operator()
    first = drafts.keep(person.pk, "intake", [("text", "甲")], seen=0, now=NOW)
    drafts.keep(person.pk, "intake", [("text", "乙")], seen=first.version, now=NOW)

    with pytest.raises(errors.DraftMoved):
        drafts.keep(person.pk, "intake", [("text", "丙")], seen=first.version, now=NOW)
    with pytest.raises(errors.DraftMoved):
        drafts.keep(person.pk, "intake", [("text", "丙")], seen=0, now=NOW)
    assert texts_of(person) == {"intake": "乙"}


def test_a_draft_that_was_sent_is_not_born_again_by_a_page_that_was_left_open(city):
    person = make.an_operator()
    kept = drafts.keep(person.pk, "intake", [("text", "甲")], seen=0, now=NOW)
    drafts.forget(person.pk, "intake")
    with pytest.raises(errors.DraftGone):
        drafts.keep(person.pk, "intake", [("text", "甲乙")], seen=kept.version, now=NOW)


def test_a_call_that_was_left_goes_to_one_colleague_and_no_second_one(city):
    owner, second, third = make.an_operator(), make.an_operator(), make.an_operator()
    kept = drafts.keep(owner.pk, "intake", [("text", "甲")], seen=0, now=NOW)
    later = NOW + timedelta(minutes=11)

    with pytest.raises(errors.DraftInUse):
        drafts.take(kept.pk, actor=second, now=NOW + timedelta(minutes=5))
    with pytest.raises(errors.NotYours):
        drafts.take(kept.pk, actor=make.a_person("supervisor"), now=later)
    drafts.take(kept.pk, actor=second, now=later)
    with pytest.raises(errors.DraftInUse):
        drafts.take(kept.pk, actor=third, now=later)
    with pytest.raises(errors.DraftGone):
        drafts.keep(owner.pk, "intake", [("text", "甲丁")], seen=kept.version, now=later)
    assert (texts_of(owner), texts_of(second), texts_of(third)) == ({}, {"intake": "甲"}, {})


def test_nobody_gives_up_an_own_draft_by_taking_another(city):
    owner, second = make.an_operator(), make.an_operator()
    kept = drafts.keep(owner.pk, "intake", [("text", "甲")], seen=0, now=NOW)
    drafts.keep(second.pk, "intake", [("text", "乙")], seen=0, now=NOW)
    with pytest.raises(errors.DraftInUse):
        drafts.take(kept.pk, actor=second, now=NOW + timedelta(hours=1))
    assert (texts_of(owner), texts_of(second)) == ({"intake": "甲"}, {"intake": "乙"})


def test_the_database_sees_nothing_of_what_a_caller_said_and_forgets_it_after_a_week(city):
    drafts.keep(make.an_operator().pk, "intake", [("phone", "13800001234")], seen=0, now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("SELECT fields FROM petitions_draft")
        assert "13800001234" not in cursor.fetchone()[0]
    assert (drafts.forget_old(now=NOW + timedelta(days=6)), drafts.forget_old(now=NOW + timedelta(days=8))) == (0, 1)


# ── the pages ──
def test_what_a_page_saves_is_there_for_another_machine_and_goes_with_the_form(city, client):
    client.force_login(make.an_operator())
    assert client.post("/drafts/save/", CALL | {"draft_version": "0"}).json()["version"] == 1
    elsewhere = client.get("/drafts/kept/?place=intake&place=other").json()
    assert dict(elsewhere["intake"]["fields"])["text"] == CALL["text"]
    assert "路灯坏了" in client.get("/drafts/").content.decode()

    sent = client.post("/intake/", CALL)
    assert (sent.status_code, sent.cookies["draft_done"].value.endswith(":intake")) == (302, True)
    assert client.post("/drafts/save/", CALL | {"draft_version": "0"}).status_code == 409, "it came too late"
    assert client.get("/drafts/kept/?place=intake").json() == {}


def test_a_form_that_was_refused_keeps_its_draft(city, client):
    client.force_login(make.an_operator())
    client.post("/drafts/save/", CALL)
    assert client.post("/intake/", CALL | {"phone": ""}).status_code == 422
    assert "intake" in client.get("/drafts/kept/?place=intake").json()


def test_two_machines_see_both_texts_and_the_picked_one_is_saved(city, client):
    client.force_login(make.an_operator())
    client.post("/drafts/save/", CALL)
    client.post("/drafts/save/", CALL | {"text": "另一台写的。", "draft_version": "1"})
    panel = client.post("/drafts/save/", CALL | {"text": "这一台写的。", "draft_version": "1"})
    assert (panel.status_code, panel.headers["Draft-Version"]) == (409, "2")
    assert "另一台写的。这一台写的。" in panel.content.decode()

    picked = {"pick-text": "merge", "merge-text": "两边都要。", "draft_version": "2"}
    assert client.post("/drafts/save/", CALL | picked).status_code == 200
    assert dict(client.get("/drafts/kept/?place=intake").json()["intake"]["fields"])["text"] == "两边都要。"
    client.post("/intake/", CALL | picked)
    assert Petition.objects.get().text == "两边都要。"


def test_a_form_sent_after_the_session_ended_is_there_after_the_next_login(city):
    person = Staff.objects.create_user(username="late", password="right-one-42", roles=["operator"])
    client = Client()
    client.post("/login/", {"username": "late", "password": "right-one-42"})
    client.session.flush()

    answer = client.post("/intake/", CALL, HTTP_REFERER="http://testserver/intake/?queue=over", HTTP_HOST="testserver")
    assert answer.url == "/login/?next=%2Fintake%2F%3Fqueue%3Dover"
    assert "已经保存" in client.get(answer.url).content.decode()
    assert (texts_of(person), Petition.objects.count()) == ({"intake": CALL["text"]}, 0)


def test_a_stranger_leaves_no_draft_and_a_fragment_never_becomes_the_login_page(city):
    stranger = Client()
    stranger.cookies["last_login"] = "1:forged"
    assert stranger.post("/intake/", CALL).status_code == 302
    assert Draft.objects.count() == 0
    assert stranger.get("/queue/", HTTP_HX_REQUEST="true").status_code == 401


@pytest.mark.parametrize("said", [{"draft": "a\x00b"}, {"draft_version": "x"}, {"draft": "x" * 500}, {"text": "\x00"}])
def test_whatever_is_sent_as_a_draft_is_no_fault_of_the_server(city, client, said):
    client.force_login(make.an_operator())
    assert client.post("/drafts/save/", CALL | said).status_code == 200
    assert client.get("/drafts/kept/?place=a%00b").status_code == 200


def test_a_form_that_was_changed_after_it_had_been_taken_is_not_swallowed(city, client):
    """The back button shows the old form with its old key."""
    client.force_login(make.an_operator())
    client.post("/intake/", CALL)
    assert client.post("/intake/", CALL).status_code == 302, "the very same form is the very same case"
    again = client.post("/intake/", CALL | {"text": "还有，井盖也丢了。"})
    assert (again.status_code, "还有，井盖也丢了。" in again.content.decode()) == (409, True)
    assert Petition.objects.count() == 1
    with pytest.raises(errors.AlreadyEntered):
        make.a_call(by=make.an_operator(), key=CALL["key"], phone="13900001111")


def test_a_draft_beyond_all_measure_is_refused_with_a_sentence(city, client):
    client.force_login(make.an_operator())
    answer = client.post("/drafts/save/", CALL | {"text": "长" * 100_001}, HTTP_ACCEPT="application/json")
    assert (answer.status_code, json.loads(answer.content)["type"].split("#")[1]) == (422, "text-too-long")
