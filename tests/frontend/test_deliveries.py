"""通知投递: who sees the log, what it shows and hides, and what can be done from it; the words of a notice."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from petitions.models import Delivery, NoticeTemplate, Webhook
from petitions.services import notify
from petitions.states import CaseState
from tests import make


@pytest.fixture
def page(city):
    client = Client()
    client.force_login(make.a_supervisor())
    return client


def a_delivery(state: str = "waiting") -> Delivery:
    """An SMS to a citizen; nothing is really sent."""
    case = make.a_case(state=CaseState.PENDING_REVIEW)
    notify.plan_ready(now=make.NOW, size=50)
    row = case.deliveries.get(way="sms")
    row.state, row.sent_at = state, make.NOW if state == "done" else None
    row.save()
    return row


def test_only_supervisors_and_administrators_see_it(city):
    for role, status in (("supervisor", 200), ("admin", 200), ("handler", 403), ("operator", 403)):
        client = Client()
        client.force_login(make.a_person(role, of=make.a_unit()))
        assert [client.get(reverse(name)).status_code for name in ("deliveries", "notice-words")] == [status] * 2


def test_the_log_shows_the_notice_and_masks_the_number(page):
    row = a_delivery()

    words = page.get(reverse("deliveries")).content.decode()

    assert row.petition.no in words and "登记回执" in words
    assert "138****1111" in words and make.PHONE not in words


def test_it_can_be_narrowed_and_says_how_much_failed(page):
    dead, done = a_delivery("dead"), a_delivery("done")

    words = page.get(reverse("deliveries"), {"state": "dead"}).content.decode()

    assert dead.petition.no in words and done.petition.no not in words
    assert "发送失败 1 条" in words
    assert page.get(reverse("deliveries"), {"no": done.petition.no.lower()}).context["log"].lines[0].row == done
    assert page.get(reverse("deliveries"), {"state": "nonsense", "after": "x"}).status_code == 200


@pytest.mark.parametrize(("state", "do"), [("waiting", "retry"), ("dead", "resend"), ("done", "resend")])
def test_a_person_can_send_once_more(page, state, do):
    row = a_delivery(state)

    answer = page.post(reverse("deliveries"), {"do": do, "id": row.pk}, follow=True)

    assert "已排队" in answer.content.decode()
    assert Delivery.objects.get(pk=row.pk).state == "waiting"


@pytest.mark.parametrize("said", [{"do": "resend"}, {"do": "fly", "id": "1"}, {"do": "retry", "id": "9" * 30}])
def test_nonsense_is_answered_with_a_sentence(page, said):
    assert "没有找到这条通知" in page.post(reverse("deliveries"), said, follow=True).content.decode()


def test_what_was_done_meanwhile_is_said(page):
    row = a_delivery("done")

    answer = page.post(reverse("deliveries"), {"do": "retry", "id": row.pk}, follow=True)

    assert "别人已经处理过" in answer.content.decode()


def test_one_delivery_or_five_cost_the_same_statements(page):
    Webhook.objects.create(name="区平台", url="http://127.0.0.1:9/", secret="s")

    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert page.get(reverse("deliveries")).status_code == 200
        return len(captured)

    a_delivery()
    one = statements()
    for _ in range(4):
        a_delivery("dead")

    assert statements() == one


def test_pages_follow_each_other_by_key(page):
    for _ in range(21):
        a_delivery()

    first = page.get(reverse("deliveries"))
    second = page.get(first.context["next"])

    keys = [line.row.pk for answer in (first, second) for line in answer.context["log"].lines]
    assert len(keys) == 21 and keys == sorted(keys, reverse=True)
    assert second.context["next"] == ""


# ── words ──
def words_page(**query) -> str:
    return reverse("notice-words", query=query)


def test_words_are_saved_used_and_reset(page):
    address = words_page(topic="case-received", way="sms")
    page.post(address, {"do": "save", "text": "收到 {工单号}", "is_on": "on"})
    case = make.a_case(state=CaseState.PENDING_REVIEW)
    notify.plan_ready(now=make.NOW, size=9)

    assert case.messages.get().text == f"收到 {case.no}"
    page.post(address, {"do": "reset"})
    assert not NoticeTemplate.objects.exists()


def test_an_unknown_placeholder_is_refused_and_nothing_typed_is_lost(page):
    answer = page.post(words_page(topic="case-received"), {"do": "save", "text": "收到 {工单}", "is_on": "on"})

    words = answer.content.decode()
    assert answer.status_code == 422
    assert "没有“{工单}”这个占位符" in words and "收到 {工单}" in words
    assert not NoticeTemplate.objects.exists()


def test_the_preview_reads_like_the_notice(page):
    case = make.a_case()
    for no, shown in (("", "LJ202611200000010"), (case.no.lower(), case.no)):
        answer = page.post(
            words_page(topic="unit-assigned", way="email"),
            {"subject": "新 {工单号}", "text": "请办 {标题}", "case": no},
            HTTP_HX_REQUEST="true",
        )
        assert f"新 {shown}" in answer.content.decode()
        assert "<html" not in answer.content.decode()


def test_an_unknown_notice_leads_back_to_the_list(page):
    assert page.get(words_page(topic="nothing")).status_code == 302
    assert page.get(words_page(topic="case-received", way="email")).status_code == 302
