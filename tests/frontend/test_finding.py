"""Ctrl K and its page: what a few characters may mean, for whom; a person by number, exactly and with a trace."""

import re
from datetime import date, timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from petitions import errors
from petitions.models import KnowledgeItem, Lookup, Petition
from petitions.models.fields import blind_index
from petitions.services import finding
from routing.models import AuditEntry, Parameter
from tests import make
from tests.frontend.logging_in import client_of


@pytest.fixture
def operator(city) -> Client:
    return client_of(make.an_operator())


GROUP = re.compile(r'role="group" aria-labelledby="option-(\w+)">(.*?)</div>', re.DOTALL)
HIT = re.compile(r'id="option-\w+-\d+" href="(.*?)"')


def found(client: Client, wanted: str) -> dict[str, list[str]]:
    """The palette's groups: what each offers, as addresses."""
    page = client.post("/search/found/", {"q": wanted}).content.decode()
    return {code: [unescape(url) for url in HIT.findall(hits)] for code, hits in GROUP.findall(page)}


@pytest.mark.parametrize("part", [slice(None), slice(0, 12), slice(-6, None), slice(-9, None), slice(2, None)])
def test_a_case_is_found_by_its_number_its_beginning_and_its_end(operator, part):
    case = make.a_case()

    assert found(operator, case.no[part])["cases"] == [f"/cases/{case.no}/"]
    assert found(operator, case.no[part].lower())["cases"] == [f"/cases/{case.no}/"]


def test_a_case_is_found_by_its_words_in_its_text_and_at_its_place(operator):
    case = make.a_case(address="幸福里三期12号楼")
    make.a_case(text="井盖松动,行人差点绊倒。")

    assert found(operator, "路灯 幸福里")["cases"] == [f"/cases/{case.no}/"]


def test_nobody_finds_the_cases_of_other_units(city):
    mine, other = make.a_unit(), make.a_unit()
    case = make.a_case(unit=other)
    handler = client_of(make.a_handler(of=mine))

    for wanted in (case.no, case.no[-6:], "路灯"):
        assert "cases" not in found(handler, wanted)
    assert handler.post("/search/", {"q": case.no})["Location"] == f"/search/?q={case.no}"


def test_places_units_and_pages_lead_to_lists_and_desks(operator):
    groups = found(operator, "江北")

    assert any(url.startswith("/cases/?area=") for url in groups["places"])
    assert all(url.startswith("/cases/?unit=") for url in groups["units"])
    assert found(operator, "接线")["pages"] == ["/intake/"]
    assert "督办" not in str(found(operator, ""))


def test_ready_answers_are_for_those_who_may_read_them(city):
    said = {"answer": "见公告。", "owner": make.a_unit(), "review_by": date(2035, 1, 1)}
    item = KnowledgeItem.objects.create(title="停水信息在哪里查", is_published=True, **said)
    KnowledgeItem.objects.create(title="停水的新说法", is_published=False, **said)
    KnowledgeItem.objects.create(title="停水的旧说法", is_published=True, **said | {"review_by": date(2020, 1, 1)})

    for role, answers in (("operator", [f"/kb/{item.pk}/"]), ("analyst", None), ("leader", None)):
        assert found(client_of(make.a_person(role)), "停水").get("answers") == answers, role


@pytest.mark.parametrize(
    "nonsense", ["", " ", "\x00", "%", "_", "'\"<script>", "𠮷", "1" * 200, "(", "[", "\\", "a" * 5000]
)
def test_whatever_is_typed_has_an_answer(operator, nonsense):
    assert operator.post("/search/found/", {"q": nonsense}).status_code == 200
    assert operator.post("/search/", {"q": nonsense}, follow=True).status_code == 200
    assert operator.get("/search/", {"q": nonsense}, follow=True).status_code == 200


def test_typing_costs_the_same_for_one_case_and_for_four(operator, django_assert_max_num_queries):
    make.a_case()
    found(operator, "路灯")
    with django_assert_max_num_queries(7):
        found(operator, "路灯")
    for _ in range(3):
        make.a_case()
    with django_assert_max_num_queries(7):
        found(operator, "路灯")


# ── a person by number ──
def test_a_number_is_found_whole_by_post_and_leaves_a_row(operator):
    case = make.a_case(phone="13800002222")
    answer = operator.post("/search/", {"q": "138-0000-2222"}, follow=True)

    assert answer.redirect_chain == [("/cases/?caller=1", 302)]
    assert [row.pk for row in answer.context["rows"]] == [case.pk]
    kept = Lookup.objects.get()
    assert (kept.what, kept.found, kept.caller_id) == ("phone", 1, case.caller_id)
    assert kept.said == {"number": blind_index("13800002222")}


@pytest.mark.parametrize("typed", ["1380000", "13800002222", "138 0000 2222", "+8613800002222"])
def test_typing_a_number_looks_nobody_up(operator, typed):
    make.a_case(phone="13800002222")

    assert found(operator, typed) == {"phone": []}
    assert not Lookup.objects.exists()


def test_a_number_in_an_address_is_not_looked_up(operator):
    make.a_case(phone="13800002222")
    page = operator.get("/search/?q=13800002222", follow=True)

    assert page.redirect_chain == [("/search/", 302)]
    assert not Lookup.objects.exists()


def test_a_unit_learns_nothing_of_callers_that_are_not_its_own(city):
    unit = make.a_unit()
    make.a_case(unit=make.a_unit(), phone="13800002222")
    hidden = make.a_case(unit=unit, phone="13800003333")
    Petition.objects.filter(pk=hidden.pk).update(confidential=True)
    handler = client_of(make.a_handler(of=unit))

    said = [
        handler.post("/search/", {"q": number}, follow=True).content.decode()
        for number in ("13800002222", "13800003333", "13800009999")
    ]

    assert ["没有这个号码的工单。" in page for page in said] == [True] * 3
    assert list(Lookup.objects.values_list("found", flat=True)) == [0, 0, 0]


def test_those_who_see_no_persons_do_not_look_for_one(city):
    make.a_case(phone="13800002222")
    analyst = client_of(make.a_person("analyst"))

    assert "按内容或工单号查找" in analyst.post("/search/", {"q": "13800002222"}, follow=True).content.decode()
    assert "按这个号码查找" not in analyst.post("/search/found/", {"q": "13800002222"}).content.decode()
    assert not Lookup.objects.exists()


def test_who_looks_up_too_many_numbers_is_told_recorded_and_served_again_after_the_hour(operator):
    """The whole hotline is not to be read off number by number; colleagues are not held up."""
    Parameter.objects.filter(key="finding.phones_an_hour").update(value=5)
    make.a_case(phone="13800002222")
    numbers = [f"1380000222{number}" for number in range(8)]

    said = [operator.post("/search/", {"q": number}, follow=True).content.decode() for number in numbers]

    assert ["按电话查找已到上限：一小时最多 5 次，已记录" in page for page in said] == [False] * 5 + [True] * 3
    assert Lookup.objects.count() == 5
    stopped = AuditEntry.objects.get(kind="phone_stopped")
    assert (stopped.words, stopped.subject) == ("上限 一小时 5 次", f"staff:{stopped.actor_id}")
    client_of(make.an_operator()).post("/search/", {"q": "13800002222"})
    assert Lookup.objects.count() == 6
    later = timezone.now() + timedelta(hours=1, minutes=1)
    assert finding.by_phone("13800002222", actor=stopped.actor, now=later).cases == 1


def test_the_limit_of_a_day_holds_where_the_hours_were_spread(city):
    Parameter.objects.filter(key="finding.phones_a_day").update(value=20)
    person = make.an_operator()
    for number in range(20):
        finding.by_phone("13800002222", actor=person, now=make.later(hours=number))

    with pytest.raises(errors.TooManyLookups, match="二十四小时最多 20 次"):
        finding.by_phone("13800002222", actor=person, now=make.later(hours=23))
    finding.by_phone("13800002222", actor=person, now=make.later(hours=24, days=0.1))


def test_an_impossible_number_is_refused_with_a_sentence(operator):
    page = operator.post("/search/", {"q": "000000000000"}, follow=True)

    assert page.status_code == 200
    assert page.context["messages"]


def test_a_number_found_yesterday_is_not_found_by_another_session(operator):
    make.a_case(phone="13800002222", now=make.NOW - timedelta(days=1))
    other = client_of(make.an_operator())

    assert other.get("/cases/?caller=1").context["chips"] == []
