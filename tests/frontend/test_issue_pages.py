"""热点: the list by heat with its filters, an issue whose heat adds up, and changes with reasons that can be undone."""

import re
from decimal import Decimal

import pytest
from django.utils import timezone

from petitions.insight.issues import joining
from petitions.insight.models import HotIssue, IssueEdit, IssueMember
from petitions.states import CaseState
from tests import make
from tests.insight.issue_texts import NOISE, WATER, a_call, issue_of, learn


@pytest.fixture
def told(city):
    """Four citizens about a noise, three about water, all just now."""
    learn()
    now = timezone.now()
    unit = make.a_unit(name="柳林街道办事处")
    noise = [a_call(text, number, now=now, state=CaseState.IN_PROGRESS, unit=unit) for number, text in enumerate(NOISE)]
    water = [a_call(text, 50 + number, now=now) for number, text in enumerate(WATER)]
    joining.ring(now=now)
    return issue_of(noise[0]), issue_of(water[0])


@pytest.fixture
def analyst(client, city):
    client.force_login(make.a_person("analyst"))
    return client


def text_of(answer) -> str:
    return answer.content.decode()


def test_the_list_shows_the_hottest_first_with_its_figures(analyst, told):
    noise, water = told
    text = text_of(analyst.get("/topics/"))

    assert noise.heat > water.heat
    assert text.index(f"/topics/{noise.pk}/") < text.index(f"/topics/{water.pk}/")
    assert "和顺家园二期" in text
    assert 'href="/topics/"' in text, "the rail leads here"


def test_filters_stand_in_the_address_and_nonsense_narrows_nothing(analyst, told):
    noise, water = told

    few = text_of(analyst.get("/topics/?least=4"))
    assert f"/topics/{noise.pk}/" in few
    assert f"/topics/{water.pk}/" not in few
    for query in ("?days=x&least=-1&area=zz&category=%00&list=none&after=1~2", "?after=nan~1~1", "?after=1e9~1~1"):
        assert analyst.get(f"/topics/{query}").status_code == 200
    assert analyst.get("/topics/999999/").status_code == 404
    assert analyst.get(f"/topics/{noise.pk}/?after=x").status_code == 200


def test_an_issue_shows_why_it_is_hot_and_why_each_case_belongs(analyst, told):
    noise, _ = told
    text = text_of(analyst.get(f"/topics/{noise.pk}/"))

    shown = [Decimal(points) for points in re.findall(r'<td class="num">(\d+\.\d)<span', text)]
    assert len(shown) == 5
    assert sum(shown) == HotIssue.objects.get(pk=noise.pk).heat
    assert f"{noise.heat}" in text
    assert "共有词" in text
    assert "柳林街道办事处" in text
    assert "1380000" not in text, "nobody's number"


def test_the_curve_comes_as_a_file(analyst, told):
    answer = analyst.get(f"/topics/{told[0].pk}/curve.csv")

    lines = answer.content.decode("utf-8-sig").split()
    assert lines == ["日期,工单,市民", f"{timezone.localdate():%Y-%m-%d},4,4"]


def test_a_page_costs_the_same_whatever_it_shows(analyst, told, django_assert_num_queries):
    noise, _ = told
    with django_assert_num_queries(8):
        analyst.get("/topics/?least=4")
    with django_assert_num_queries(8):
        analyst.get("/topics/")
    with django_assert_num_queries(11):
        analyst.get(f"/topics/{noise.pk}/")


def test_changes_need_reasons_and_can_be_taken_back(analyst, told):
    noise, water = told
    here = f"/topics/{noise.pk}/"

    assert analyst.post(f"{here}rename/", {"name": "夜间打桩"}).status_code == 422
    assert IssueEdit.objects.count() == 0

    analyst.post(f"{here}rename/", {"name": "夜间打桩", "reason": "更好读"})
    assert "夜间打桩" in text_of(analyst.get("/topics/"))
    case = IssueMember.objects.filter(issue=noise).first().petition_id
    analyst.post(f"{here}split/", {"case": [case], "reason": "是另一个工地"})
    assert IssueMember.objects.get(petition=case).issue_id not in (noise.pk, water.pk)
    edit = IssueEdit.objects.get(kind="split")
    assert "是另一个工地" in text_of(analyst.get(here))
    analyst.post(f"{here}undo/", {"edit": edit.pk, "reason": "看错了"})
    assert IssueMember.objects.get(petition=case).issue_id == noise.pk

    analyst.post(f"{here}merge/", {"other": water.pk, "reason": "试一试"})
    assert "已经并入" in text_of(analyst.get(f"/topics/{water.pk}/"))
    refused = analyst.post(f"/topics/{water.pk}/mark/", {"state": "ignored", "reason": "没用"})
    assert refused.status_code == 409


REFUSED = [
    ("merge", {"other": "x"}, 422),
    ("merge", {"other": "999999"}, 404),
    ("split", {}, 422),
    ("split", {"case": ["x"]}, 409),
    ("split", {"case": ["999999"]}, 409),
    ("mark", {"state": "hot"}, 404),
    ("undo", {"edit": "x"}, 404),
    ("undo", {"edit": "999999"}, 404),
    ("forget", {}, 404),
]


def test_what_makes_no_sense_is_refused_with_a_sentence(analyst, told):
    here = f"/topics/{told[0].pk}/"

    answers = [(code, analyst.post(f"{here}{code}/", said | {"reason": "理由"})) for code, said, _ in REFUSED]

    assert [(code, answer.status_code) for code, answer in answers] == [(code, status) for code, _, status in REFUSED]
    assert IssueEdit.objects.count() == 0


def test_who_only_reads_is_offered_nothing_and_units_see_nothing(client, told):
    here = f"/topics/{told[0].pk}/"
    client.force_login(make.a_person("leader"))
    assert "人工修改" not in text_of(client.get(here))
    assert client.post(f"{here}mark/", {"state": "ignored", "reason": "x"}).status_code == 403

    client.force_login(make.a_head(of=make.a_unit()))
    assert (client.get("/topics/").status_code, client.get(here).status_code) == (403, 403)
