"""The handler's desk: what is listed, narrowed, signed together, and reported in one form."""

import pytest

from petitions.models import KnowledgeItem, Petition
from petitions.states import AssignmentState
from tests import make
from tests.frontend.reading import controls_of

ANSWER = "您好，已到现场修好路灯。"


@pytest.fixture
def unit(city):
    return make.a_unit()


@pytest.fixture
def desk(client, unit):
    client.force_login(make.a_handler(of=unit))
    return client


def text(client, address: str) -> str:
    return client.get(address).content.decode()


def filled_in(**said) -> dict:
    return {"how": "site", "reached": "yes", "public_answer": ANSWER, "solved": "yes", "key": "k1", **said}


def test_the_list_is_narrowed_by_words_leaf_part_and_lateness(desk, unit):
    lamp, water = make.a_case(unit=unit), make.a_case(unit=unit, text="小区停水", category_code="02.02.01")
    Petition.objects.filter(pk=water.pk).update(title="小区停水一天")

    def shown(query: str) -> set[str]:
        page = text(desk, f"/unit/?tab=sign&{query}")
        listed = page[page.index('<ul class="queue') :] if '<ul class="queue' in page else ""
        return {case.no for case in (lamp, water) if f"case={case.no}" in listed.partition("</ul>")[0]}

    both = {lamp.no, water.no}
    assert shown("") == both
    assert shown("q=停水") == {water.no}
    assert shown(f"q={lamp.no}") == {lamp.no}
    assert shown("leaf=02.02.01") == {water.no}
    assert shown("part=assist") == set()
    assert shown("leaf=nonsense") == both, "a filter that makes no sense filters nothing"


def test_several_are_signed_with_one_press_and_a_strangers_is_refused(desk, unit):
    mine = [make.main(make.a_case(unit=unit)) for _ in range(2)]
    strange = make.main(make.a_case(unit=make.a_unit()))

    answer = desk.post("/unit/sign/", {"pick": [part.pk for part in (*mine, strange)]}, follow=True)

    for part in (*mine, strange):
        part.refresh_from_db()
    assert [part.state for part in (*mine, strange)] == ["signed", "signed", "pending_sign"]
    assert "已签收 2 件" in answer.content.decode()


def test_one_form_signs_contacts_and_answers(desk, unit):
    case = make.a_case(unit=unit)
    answer = desk.post(f"/unit/report/{case.no}/", filled_in(), follow=True)

    assert make.main(case).state == AssignmentState.INTERNAL_REVIEW
    assert f"{case.no} 已交本单位负责人审核" in answer.content.decode()


def test_a_phone_gets_json_and_may_send_twice(desk, unit):
    case = make.a_case(unit=unit)
    sent = [
        desk.post(f"/unit/report/{case.no}/", filled_in(), headers={"Accept": "application/json"}) for _ in range(2)
    ]

    assert [answer.status_code for answer in sent] == [201, 201]
    assert case.replies.count() == 1


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"how": ""}, "请选择怎样联系诉求人的"),
        ({"public_answer": ""}, "请填写给市民看的答复"),
        ({"public_answer": "已于【时间】到场"}, "答复里还有没填的地方：时间"),
        ({"solved": "no"}, "没有解决要写明原因"),
        ({"solved": ""}, "请选择问题有没有解决"),
    ],
)
def test_what_is_missing_is_said_and_what_was_written_stays(desk, unit, said, sentence):
    case = make.a_case(unit=unit)
    answer = desk.post(f"/unit/report/{case.no}/", filled_in(**said))

    assert answer.status_code == 422
    page = answer.content.decode()
    assert sentence in page
    assert said.get("public_answer", ANSWER) in page
    assert make.main(case).state == AssignmentState.PENDING_SIGN


def test_an_opening_alone_is_no_answer(desk, unit):
    case = make.a_case(unit=unit)
    opening = controls_of(text(desk, f"/unit/?case={case.no}"))["public_answer"].value
    assert case.no in opening

    answer = desk.post(f"/unit/report/{case.no}/", filled_in(public_answer=opening))

    assert "现在只有开头一句" in answer.content.decode()


def test_a_contact_that_was_logged_is_not_asked_for_again(desk, unit):
    case, part = make.a_signed_case(unit=unit)
    from petitions.services import handling

    handling.log_contact(part.pk, actor=make.a_handler(of=unit), how="phone", reached=True, now=make.NOW)
    asked = controls_of(text(desk, f"/unit/?case={case.no}"))

    assert {"how", "reached"} & set(asked) == set()


def test_the_templates_of_the_leaf_are_offered_with_what_is_known(desk, unit):
    case = make.a_case(unit=unit, address="柳荫里小区")
    item = {"title": "路灯报修", "answer": "已到{地点}检查，{处理结果}。", "category": case.category}
    item |= {"is_published": True, "owner": unit}
    KnowledgeItem.objects.create(review_by=make.later(days=900).date(), **item)

    page = text(desk, f"/unit/?case={case.no}")

    assert "柳荫里小区检查，【处理结果】" in page


def test_the_desk_costs_the_same_for_one_case_and_for_three(desk, unit, django_assert_max_num_queries):
    make.a_case(unit=unit)
    text(desk, "/unit/?tab=sign")
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as one:
        text(desk, "/unit/?tab=sign")
    make.a_case(unit=unit), make.a_case(unit=unit)
    with CaptureQueriesContext(connection) as three:
        text(desk, "/unit/?tab=sign")
    assert len(one) == len(three)
