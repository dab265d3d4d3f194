"""月度主题: every figure leads to its list, people mend topics with a reason, nonsense in an address is no error."""

import re

import pytest

from petitions.insight.models import Topic, TopicEdit, TopicMonth, TopicRun
from petitions.insight.topics import asking, running
from petitions.models import Job
from tests import make
from tests.insight.topic_cases import MONTH, a_city_month


@pytest.fixture
def found(city):
    a_city_month()
    return running.run(MONTH, now=make.NOW)


@pytest.fixture
def analyst(client, city):
    client.force_login(make.a_person("analyst"))
    return client


@pytest.fixture
def topic(found) -> Topic:
    return TopicMonth.objects.order_by("-cases", "topic").first().topic


def test_the_page_lists_the_topics_of_the_month(analyst, found):
    text = analyst.get("/topics/months/").content.decode()

    for row in TopicMonth.objects.select_related("topic"):
        assert str(row.topic) in text
        assert f"/topics/months/{row.topic_id}/?month=2026-11#cases" in text
    assert "归入" in text
    assert 'href="/topics/"' in text, "the hot issues are one tab away"


def test_before_the_first_run_the_page_says_what_to_do(analyst):
    assert "还没有归类过的月份" in analyst.get("/topics/months/").content.decode()
    assert analyst.get("/topics/months/river.csv").status_code == 404


def test_every_list_has_as_many_rows_as_its_figure(analyst, topic):
    row = topic.months.get()
    for query, n in (
        ("month=2026-11", row.cases),
        ("month=all", row.cases),
        ("only=repeated", row.repeated),
        ("only=dissatisfied", row.dissatisfied),
        ("area=-", row.areas.get("", 0)),
    ):
        text = analyst.get(f"/topics/months/{topic.pk}/?{query}").content.decode()
        assert len(re.findall(r'class="table-title" href="/cases/', text.split('id="cases"')[1])) == n
        assert f"{n} 件" in text.split('id="cases-title"')[1][:300]


def test_the_lists_behind_all_figures_take_a_constant_number_of_statements(
    analyst, topic, django_assert_max_num_queries
):
    with django_assert_max_num_queries(24):
        analyst.get(f"/topics/months/{topic.pk}/")
    with django_assert_max_num_queries(18):
        analyst.get("/topics/months/")


def test_an_analyst_renames_merges_splits_and_undoes(analyst, topic):
    here = f"/topics/months/{topic.pk}/"
    other = Topic.objects.exclude(pk=topic.pk).first()

    analyst.post(here + "rename/", {"title": "居民反映集中的事", "reason": "更清楚"})
    assert "居民反映集中的事" in analyst.get("/topics/months/").content.decode()
    analyst.post(here + "annotate/", {"note": "已转专班研究", "reason": "备查"})
    assert "已转专班研究" in analyst.get(here).content.decode()
    analyst.post(here + "merge/", {"into": other.pk, "reason": "同一类"})
    assert not topic.members.exists()
    assert "已经并入" in analyst.get(here).content.decode()

    merge = TopicEdit.objects.get(kind="merge")
    analyst.post(here + "undo/", {"edit": merge.pk, "reason": "还是分开"})
    assert topic.members.exists()
    assert "（已撤销）" in analyst.get(here).content.decode()


@pytest.mark.parametrize(
    ("code", "said", "sentence"),
    [
        ("rename", {"title": "甲", "reason": ""}, "请写明为什么这样改"),
        ("merge", {"into": "999999", "reason": "同一类"}, "请选择这个月里的一个主题"),
        ("merge", {"into": "x", "reason": "同一类"}, "请选择这个月里的一个主题"),
        ("split", {"words": "从来没有人写过的词", "reason": "另一类"}, "按这些词拆不开"),
        ("split", {"words": "很" * 30, "reason": "另一类"}, "每个词不超过二十字"),
        ("undo", {"edit": "x", "reason": "撤"}, "没有找到这次修改"),
    ],
)
def test_a_refusal_stands_beside_the_form(analyst, topic, code, said, sentence):
    answer = analyst.post(f"/topics/months/{topic.pk}/{code}/", said)

    assert answer.status_code in {404, 422}
    assert answer.content.decode().count('name="changes" open>') == (code != "undo"), "the refused form is not folded"
    assert 'name="changes" open>' not in analyst.get(f"/topics/months/{topic.pk}/").content.decode()
    assert sentence in answer.content.decode()
    assert not TopicEdit.objects.exists()


def test_who_may_look_and_who_may_change(client, topic):
    here = f"/topics/months/{topic.pk}/"
    client.force_login(make.a_person("leader"))
    assert client.get(here).status_code == 200
    assert "人工修改" not in client.get(here).content.decode()
    assert client.post(here + "rename/", {"title": "甲", "reason": "试"}).status_code == 403
    client.force_login(make.an_operator())
    assert {client.get(page).status_code for page in ("/topics/months/", here, "/topics/months/river.csv")} == {403}


@pytest.mark.parametrize(
    "address",
    [
        "/topics/months/?month=2026-99&state=nonsense",
        "/topics/months/999999/",
        "/topics/months/river.csv?month=x",
        "/topics/months/{pk}/?month=x&area=../..&only=x&after=-1",
        "/topics/months/{pk}/?month=all&after=9999999999999999999999",
    ],
)
def test_addresses_that_lead_nowhere_are_no_error(analyst, topic, address):
    assert analyst.get(address.format(pk=topic.pk)).status_code in {200, 404}


def test_the_river_can_be_downloaded(analyst, found):
    lines = analyst.get("/topics/months/river.csv").content.decode("utf-8-sig").splitlines()

    assert lines[0] == "主题,2026-11"
    assert sum(int(line.rsplit(",", 1)[1]) for line in lines[1:]) == found.cases


def test_a_month_is_grouped_anew_as_a_job_and_edits_stay(analyst, topic):
    address, here = "/topics/months/again/", f"/topics/months/{topic.pk}/"
    analyst.post(here + "rename/", {"title": "居民反映集中的事", "reason": "更清楚"})
    runs = TopicRun.objects.count()

    assert analyst.post(address, {"month": "2026-11"}).status_code == 302
    assert "重新归类月度主题" in analyst.get("/topics/months/").content.decode()
    assert analyst.get("/topics/months/", headers={"HX-Request": "true"}).status_code == 200
    analyst.post(address, {"month": "2026-11"})  # a second press asks for nothing more
    assert asking.run_waiting() == 1

    page = analyst.get("/topics/months/").content.decode()
    assert TopicRun.objects.count() == runs + 1
    assert "居民反映集中的事" in page and "重新归类本月" in page
    assert analyst.get("/topics/months/", headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    assert analyst.get("/jobs/").status_code == 200


def test_who_cancels_a_grouping_keeps_the_topics_as_they_were(analyst, topic):
    analyst.post("/topics/months/again/", {"month": "2026-11"})
    job, runs = Job.objects.get(kind=asking.KIND), TopicRun.objects.count()
    analyst.post(f"/jobs/{job.pk}/stop/")

    assert (asking.run_waiting(), TopicRun.objects.count()) == (0, runs)
    assert topic.months.exists()


@pytest.mark.parametrize("month", ["", "2031-01", "x", "2026-13"])
def test_only_a_month_that_was_grouped_can_be_grouped_anew(analyst, found, month):
    assert analyst.post("/topics/months/again/", {"month": month}).status_code == 404
    assert not Job.objects.filter(kind=asking.KIND).exists()


def test_leaders_look_and_do_not_group(client, found):
    client.force_login(make.a_person("leader"))
    assert "重新归类本月" not in client.get("/topics/months/").content.decode()
    assert client.post("/topics/months/again/", {"month": "2026-11"}).status_code == 403
