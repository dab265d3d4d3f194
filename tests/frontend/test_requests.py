"""Pages of the assessment requests: what waits for whom, decided together, and the register."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from petitions.models import Request
from petitions.services import requests
from petitions.states import CaseState, RequestState
from tests import make
from tests.petitions.pictures import a_photo

WISH = {"reason": "受客观条件限制", "evidence": "会议纪要", "subtype": "超出行政职权"}


@pytest.fixture
def unit(city):
    return make.a_unit()


@pytest.fixture
def two(unit):
    head = make.a_head(of=unit)
    cases = [make.a_case(unit=unit) for _ in range(2)]
    return [requests.file(make.main(case).pk, kind="exclusion", actor=head, now=make.NOW, **WISH) for case in cases]


def logged_in(client, person):
    client.force_login(person)
    return client


def test_a_head_reads_what_waits_and_agrees_to_all_at_once(client, unit, two):
    logged_in(client, make.a_head(of=unit))

    page = client.get("/requests/")
    answer = client.post(
        "/requests/decide/",
        {"kind": "exclusion", "pick": [row.pk for row in two], "decision": "yes", "note": "属实"},
        follow=True,
    )

    assert page.content.decode().count('name="pick"') == 2
    assert "已审核 2 件" in answer.content.decode()
    assert set(Request.objects.values_list("state", flat=True)) == {RequestState.UNIT_APPROVED}


def test_a_refusal_without_a_reason_keeps_what_was_ticked(client, unit, two):
    logged_in(client, make.a_head(of=unit))

    answer = client.post("/requests/decide/", {"kind": "exclusion", "pick": [two[0].pk], "decision": "no"})

    text = answer.content.decode()
    assert answer.status_code == 422
    assert "请写明理由。" in text
    assert f'value="{two[0].pk}" checked' in text


def test_what_another_tier_decides_is_named_and_left_alone(client, unit, two):
    logged_in(client, make.a_reviewer())

    answer = client.post(
        "/requests/decide/", {"kind": "exclusion", "pick": [two[0].pk], "decision": "yes"}, follow=True
    )

    assert "这一步不归您办理" in answer.content.decode()
    assert Request.objects.get(pk=two[0].pk).state == RequestState.FILED


def test_the_list_costs_the_same_for_one_and_for_three(client, unit, two, django_assert_num_queries):
    reviewer = make.a_reviewer()
    head = make.a_head(of=unit)
    requests.approve(two[0].pk, actor=head, now=make.NOW)
    logged_in(client, reviewer)
    client.get("/requests/?tab=waiting")

    with django_assert_num_queries(8):
        client.get("/requests/?tab=waiting")
    requests.approve(two[1].pk, actor=head, now=make.NOW)
    with django_assert_num_queries(8):
        client.get("/requests/?tab=waiting")


def test_a_unit_reads_its_own_requests_only(client, unit, two):
    logged_in(client, make.a_head(of=make.a_unit()))

    text = client.get("/requests/?tab=open").content.decode()

    assert all(row.petition.no not in text for row in two)


def test_the_register_is_open_to_all_staff_and_names_units_and_approvers_but_no_citizen(client, unit, two):
    head = make.a_head(of=unit)
    requests.refuse(two[0].pk, actor=head, note="张三的电话打不通")
    logged_in(client, make.a_handler(of=make.a_unit()))

    answer = client.get("/requests/register/?days=365")

    text = answer.content.decode()
    assert answer.status_code == 200
    assert (unit.name in text, head.name in text, two[0].petition.no in text) == (True, True, True)
    assert "张三" not in text
    assert two[0].petition.title not in text


@pytest.mark.parametrize("query", ["?days=x", "?kind=return", "?after=abc", "?days=30&kind=ledger"])
def test_a_register_that_is_asked_nonsense_shows_what_it_can(client, unit, query):
    logged_in(client, make.a_reviewer())

    assert client.get(f"/requests/register/{query}").status_code == 200


def test_the_case_page_says_who_approved_what(client, unit, two):
    head = make.a_head(of=unit)
    requests.approve(two[0].pk, actor=head, note="属实", now=make.NOW)
    logged_in(client, head)

    text = client.get(f"/cases/{two[0].petition.no}/").content.decode()

    assert "承办单位同意申请" in text
    assert head.name in text


def test_a_unit_adds_grounds_to_a_request_about_a_closed_case(client, unit, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    case = make.a_case(state=CaseState.CLOSED, unit=unit)
    head = make.a_head(of=unit)
    part = case.assignments.get()
    wish = WISH | {"subtype": "回访记录有误"}
    asked = requests.file(part.pk, kind="appeal", actor=head, now=make.NOW, **wish)
    logged_in(client, head)

    file = SimpleUploadedFile("会议纪要.jpg", a_photo())
    answer = client.post(f"/requests/{asked.pk}/files/", {"files": file}, follow=True)

    assert "已收下 1 个附件" in answer.content.decode()
    assert case.attachments.get().kind == "evidence"
