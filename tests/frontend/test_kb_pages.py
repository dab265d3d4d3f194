"""The knowledge base, its events, and the citizens' question page, as forms and answers of HTTP."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from frontend.views.citizen_ask import MOST_ASKED
from petitions.models import Ask, KnowledgeItem, KnownEvent, Petition
from petitions.services import knowledge, known_events, self_service
from petitions.services.knowledge import Said
from petitions.services.known_events import Notice
from routing.models import Area, Category, Role
from tests import make
from tests.frontend.reading import form_at, forms_of

QUESTION = "养犬登记怎么办？狗证在哪里办？"
UNFINISHED = [{}, {"title": "甲" * 200, "review_by": "2099-01-01"}, {"title": "甲", "review_by": "?"}]


@pytest.fixture(autouse=True)
def nobody_asked_yet():
    cache.clear()


@pytest.fixture
def keeper(city, client):
    person = make.a_person("knowledge")
    client.force_login(person)
    return person


def an_item(keeper, number: int = 0, **more) -> KnowledgeItem:
    said = {
        "title": f"养犬登记{number or ''}",
        "question": "狗证在哪里办？",
        "answer": "到社区登记点办理。",
        "review_by": timezone.localdate() + timedelta(days=90),
        "category_id": Category.objects.get(code="09.01.03").pk,
        "owner_id": make.a_unit().pk,
    }
    return knowledge.add(Said(**said | more), actor=keeper, is_published=True)


def filled(client, page: str, where: str, **typed) -> dict:
    form = form_at(client.get(page).content.decode(), where)
    return form.hidden | {name: control.value for name, control in form.controls.items()} | typed


# ── staff ──
def test_an_item_goes_from_draft_to_published_to_withdrawn_on_its_pages(client, keeper):
    unit = make.a_unit()
    typed = {"title": "低保", "answer": "向街道申请。", "owner": unit.pk, "review_by": "2099-01-01", "note": "新写"}
    made = client.post("/kb/new/", typed)
    item = KnowledgeItem.objects.get()
    here = f"/kb/{item.pk}/"
    assert (made.status_code, made["Location"], item.is_published) == (302, here, False)

    assert client.post(here, {"do": "publish"}).status_code == 302
    late = client.post(here, typed | {"do": "edit", "version": 1, "answer": "另一种写法"})
    assert late.status_code == 409 and "新的版次" in late.content.decode()
    assert client.post(here, typed | {"do": "edit", "version": 2, "answer": "到社区申请。"}).status_code == 302
    assert client.post(here, {"do": "confirm", "review_by": "2099-06-01"}).status_code == 302
    assert client.post(here, {"do": "withdraw", "reason": ""}).status_code == 422
    assert client.post(here, {"do": "withdraw", "reason": "政策变了"}).status_code == 302
    assert client.post(here, {"do": "nothing"}).status_code == 302

    item.refresh_from_db()
    assert (item.version, item.answer, item.is_published) == (5, "到社区申请。", False)
    assert "政策变了" in client.get(here).content.decode()


@pytest.mark.parametrize(
    "typed", [{}, {"title": "甲" * 200, "review_by": "2099-01-01"}, {"title": "甲", "review_by": "x"}]
)
def test_an_item_that_is_not_filled_in_is_said_beside_its_field(client, keeper, typed):
    assert client.post("/kb/new/", typed).status_code == 422
    assert KnowledgeItem.objects.count() == 0


def test_the_list_costs_the_same_for_one_item_and_for_three(client, keeper, django_assert_max_num_queries):
    address, most = "/kb/?state=in_force&q=养犬&category=09", 12
    an_item(keeper)
    with django_assert_max_num_queries(most + 2):  # the rules are read once
        client.get(address)
    with django_assert_max_num_queries(most):
        client.get(address)
    an_item(keeper, 1), an_item(keeper, 2)
    with django_assert_max_num_queries(most):
        page = client.get(address).content.decode()
    assert page.count("table-title") == 3
    assert client.get("/kb/?state=expired&owner=x&after=%00").status_code == 200


@pytest.mark.parametrize("role", sorted(set(Role.values) - {"knowledge", "admin"}))
def test_only_keepers_edit(client, keeper, role):
    item = an_item(keeper)
    client.force_login(make.a_person(role, of=make.a_unit()))
    assert client.get("/kb/new/").status_code == 403
    assert client.get("/kb/missing/").status_code == 403
    answer = client.post(f"/kb/{item.pk}/", {"do": "withdraw", "reason": "不是我的事"})
    assert answer.status_code == 403
    assert KnowledgeItem.objects.get().is_published


def test_one_click_makes_a_draft_of_what_is_missing(client, keeper):
    for _ in range(2):
        self_service.ask("老年公交卡在哪里办理")

    typed = filled(client, "/kb/missing/", "")
    form = next(form for form in forms_of(client.get("/kb/missing/").content.decode()) if "key" in form.hidden)
    keys = [f"ask:{pk}" for pk in Ask.objects.values_list("pk", flat=True)]
    made = client.post("/kb/missing/", {"key": keys})
    draft = KnowledgeItem.objects.get()

    assert form.hidden["key"] in keys and typed is not None
    assert made["Location"] == f"/kb/{draft.pk}/"
    assert (draft.question, draft.is_published) == ("老年公交卡在哪里办理", False)
    assert "已有草稿" in client.get("/kb/missing/").content.decode()
    assert client.post("/kb/missing/", {"key": ["ask:0", "x"]}).status_code == 302


def test_an_event_is_registered_changed_and_ended_early(client, keeper):
    area = Area.objects.get(name="望河街道")
    now = timezone.localtime()
    typed = {
        "title": "停水", "script": "抢修到晚上。", "area": area.pk, "begins_at": f"{now:%Y-%m-%dT%H:%M}",
        "until": f"{now + timedelta(hours=5):%Y-%m-%dT%H:%M}",
    }  # fmt: skip
    assert client.post("/kb/events/", typed | {"area": ""}).status_code == 422
    assert client.post("/kb/events/", typed | {"until": typed["begins_at"]}).status_code == 422
    assert client.post("/kb/events/", typed).status_code == 302
    event = KnownEvent.objects.get()
    here = f"/kb/events/{event.pk}/"
    assert client.post(here, typed | {"script": "延到明早。"}).status_code == 302
    assert client.post(f"{here}withdraw/").status_code == 302
    assert client.post(here, typed).status_code == 409
    event.refresh_from_db()
    assert (event.script, event.withdrawn_by) == ("延到明早。", keeper)
    client.force_login(make.an_operator())
    assert client.get("/kb/events/").status_code == 403


# ── the operator ──
def test_the_desk_shows_event_and_answer_and_cites_the_item(client, keeper):
    item = an_item(keeper)
    area, now = Area.objects.get(name="望河街道"), timezone.now()
    event = known_events.announce(
        Notice("登记点检修", "今天停办一天。", now, now + timedelta(hours=5), area_id=area.pk), actor=keeper
    )
    client.force_login(make.an_operator())
    text, place = QUESTION, "望河街道柳荫里小区"

    said = client.post("/intake/suggestions/", {"text": text, "address": place, "event": event.pk}).content.decode()
    assert "今天停办一天。" in said and "到社区登记点办理。" in said
    assert f'value="{event.pk}" form="intake" checked' in said

    typed = filled(client, "/intake/", "#intake", text=text, address=place, phone=make.PHONE, way="answer")
    typed |= {"answer": item.answer, "knowledge": item.pk, "event": event.pk}
    assert client.post("/intake/", typed).status_code == 302
    case = Petition.objects.get()
    assert (case.citation.version.item, case.known_event.event) == (item, event)


# ── the citizen ──
def test_a_question_is_answered_rejected_and_filed_with_its_own_words(client, keeper):
    an_item(keeper)
    client.logout()
    page = client.post("/c/ask/", {"text": QUESTION}).content.decode()
    assert "到社区登记点办理。" in page and "下次复核" in page

    step = client.post("/c/submit/", form_at(page, "/c/submit/").hidden)
    form = forms_of(step.content.decode())[-1]
    assert (form.hidden["text"], "address" in form.controls) == (QUESTION, True)
    sent = client.post("/c/submit/", form.hidden | {"step": "check", "address": "柳荫里小区", "phone": "13800001111"})

    assert sent.status_code == 302
    row = Ask.objects.get()
    assert (row.outcome, row.petition) == ("rejected", Petition.objects.get())


def test_what_helped_is_kept_by_the_browser_and_counted_when_it_files_after_all(client, keeper):
    an_item(keeper)
    client.logout()
    page = client.post("/c/ask/", {"text": QUESTION}).content.decode()
    thanks = client.post("/c/ask/helped/", form_at(page, "/c/ask/helped/").hidden)
    assert Ask.objects.get().outcome == "answered"

    again = form_at(thanks.content.decode(), "/c/submit/").hidden
    client.post("/c/submit/", again | {"step": "check", "address": "柳荫里小区", "phone": "13800001111"})

    assert Ask.objects.get().reopened_at is not None


def test_the_enterprises_door_has_its_own_items(client, keeper):
    an_item(keeper)
    an_item(keeper, 1, title="企业养犬登记", for_enterprises=True)
    client.logout()
    page = client.get("/c/ask/?for=enterprise").content.decode()
    asked = client.post("/c/ask/", form_at(page, "/c/ask/").hidden | {"text": QUESTION}).content.decode()
    assert re.findall(r"<h2 id=.answer-\d+.[^>]*>([^<]+)", asked) == ["企业养犬登记"]


@pytest.mark.parametrize("typed", [{}, {"text": " \x00 "}, {"text": "问" * 2000}])
def test_a_question_that_is_none_is_refused_in_place(client, city, typed):
    assert client.post("/c/ask/", typed).status_code == 422
    assert Ask.objects.count() == 0


@pytest.mark.parametrize("typed", [{}, {"ask": "1:x", "version": "1"}, {"ask": "1", "version": "9" * 30}])
def test_a_forged_answer_leads_back_to_the_question(client, city, typed):
    assert client.post("/c/ask/helped/", typed)["Location"] == "/c/ask/"


def test_a_forged_form_is_filed_without_what_was_forged(client, city):
    typed = {"key": "k" * 20, "text": "路灯不亮", "address": "望河街道", "phone": "13800001111", "step": "check"}
    sent = client.post("/c/submit/", typed | {"same": "7:x", "event": "x", "ask": "z" * 300})
    assert (sent.status_code, Petition.objects.get().lead) == (302, None)


def test_a_script_that_asks_and_asks_is_stopped(client, city):
    answers = [client.post("/c/ask/", {"text": f"第{n}问"}).status_code for n in range(MOST_ASKED + 1)]
    assert answers == [200] * MOST_ASKED + [429]
