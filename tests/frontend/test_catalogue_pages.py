"""The catalogue's editor through its pages: from a draft to an edition in force."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from petitions.services import catalogue
from routing import drafts
from routing.models import CatalogueVersion, Department
from tests import make
from tests.frontend.catalogue_desk import LAMPS, an_entry, lamps, signed_in, text_of, the_seal


# ── looking ──
@pytest.mark.parametrize("role", ["dispatcher", "reviewer", "supervisor", "center", "admin"])
def test_those_who_dispatch_by_it_may_look(city, role):
    page = signed_in(role).get("/catalogue/")
    assert "第1版 初始目录" in text_of(page)
    assert ("新建草案" in text_of(page)) is (role in {"center", "admin"})


@pytest.mark.parametrize("role", ["operator", "handler", "callback"])
def test_others_may_not(city, role):
    assert signed_in(role).get("/catalogue/").status_code == 403


@pytest.mark.parametrize(
    ("query", "there", "missing"),
    [
        ("q=路灯", "12.03.01", "01.01.01"),
        ("q=12.03", "12.03.02", "12.04.01"),
        ("q=无物业", "03.01.01", "01.01.01"),
        ("branch=17", "17.01.01", "16.01.01"),
        ("kind=company.gas", "02.04.01", "02.03.01"),
        ("area=LJ/LJ01/", "14.02.01", "14.02.02"),
    ],
)
def test_the_list_is_narrowed_by_word_branch_kind_and_area(center, query, there, missing):
    page = text_of(center.get(f"/catalogue/?{query}"))
    assert there in page
    assert missing not in page


def test_all_entries_are_reached_page_by_page(center, draft):
    seen, address = set(), f"/catalogue/?edition={draft.number}"
    while address:
        page = center.get(address).content.decode()
        ids = re.findall(r'id="entry-(\d+)"', page)
        assert not seen & set(ids)
        seen |= set(ids)
        following = re.search(r'class="pager".*?href="([^"]+)"', page, re.S)
        address = "/catalogue/" + following.group(1).replace("&amp;", "&") if following else ""
    assert len(seen) == draft.entries.count()


@pytest.mark.parametrize("after", ["x", "~", "12.03.01~99999999999999999999", "§~3"])
def test_a_cursor_that_makes_no_sense_is_no_error(center, after):
    assert center.get("/catalogue/", {"after": after}).status_code == 200


@pytest.mark.parametrize("words", ["路灯不亮", "灯"])
def test_the_list_costs_the_same_with_one_row_and_with_many(center, draft, words, django_assert_num_queries):
    center.get("/catalogue/")
    with django_assert_num_queries(13):
        center.get("/catalogue/", {"q": words})


# ── editing ──
def test_a_draft_is_started_edited_checked_and_published_for_its_day(center):
    center.post("/catalogue/start/")
    draft = drafts.the_draft()
    page = center.get(f"/catalogue/entry/{lamps(draft).pk}/")
    said = an_entry(main_kind="street.office", tier="U", seen=the_seal(page))

    saved = center.post(f"/catalogue/entry/{lamps(draft).pk}/", said, follow=True)
    assert "草案已保存" in text_of(saved)
    assert "改动" in text_of(saved)
    changes = text_of(center.get("/catalogue/changes/"))
    assert "区城管委 → 街道办事处（乡镇政府）" in changes
    assert "一般 → 及时" in changes

    day = timezone.localdate() + timedelta(days=3)
    form = {"name": "路灯调整", "effective_from": day.isoformat(), "reason": "路灯移交街道"}
    published = text_of(center.post("/catalogue/changes/", form, follow=True))
    assert f"第2版已发布，{day} 零点起" in published
    assert "待生效" in published
    assert "路灯移交街道" in published
    assert (drafts.the_draft(), drafts.latest_published().effective_from) == (None, day)


def test_publishing_without_a_reason_or_with_a_past_day_keeps_what_was_typed(center, draft):
    yesterday = (timezone.localdate() - timedelta(days=1)).isoformat()
    for said, sentence in (
        ({"name": "甲", "effective_from": yesterday, "reason": ""}, "请写明理由。"),
        ({"name": "甲", "effective_from": yesterday, "reason": "改路灯"}, "生效日期不能早于今天"),
    ):
        page = center.post("/catalogue/changes/", said)
        assert page.status_code == 422
        assert sentence in text_of(page)
        assert f'value="{yesterday}"' in page.content.decode()
    assert drafts.the_draft() == draft


def test_a_leaf_without_an_owner_stops_publication_and_leads_to_the_form(center, draft):
    page = center.get(f"/catalogue/entry/{lamps(draft).pk}/")
    center.post(f"/catalogue/entry/{lamps(draft).pk}/retire/", {"seen": the_seal(page)})

    checks = center.get("/catalogue/changes/")
    assert "路灯不亮”没有单位负责" in text_of(checks)
    assert f"/catalogue/entry/?leaf={LAMPS}" in checks.content.decode()
    day = (timezone.localdate() + timedelta(days=1)).isoformat()
    refused = center.post("/catalogue/changes/", {"name": "甲", "effective_from": day, "reason": "改"})
    assert refused.status_code == 422
    assert "目录还有问题，不能发布" in text_of(refused)


def test_overlapping_entries_are_shown_both(center, draft):
    center.post("/catalogue/entry/", an_entry(tags="公园内", main_kind="district.parks"))
    center.post("/catalogue/entry/", an_entry(tags="背街小巷", main_kind="street.office"))
    checks = text_of(center.get("/catalogue/changes/"))
    assert "“公园内”由区园林绿化局负责；“背街小巷”由街道办事处（乡镇政府）负责" in checks


def test_an_entry_can_hold_for_a_street_at_night_in_a_season_for_one_unit(center, draft):
    unit = Department.objects.get(code="LJ0202-OFFICE")
    said = an_entry(
        area="临江市 江南区 鹭洲街道",
        season="flood",
        hours="22:00-06:00",
        tags="背街小巷，桥下",
        main_department=unit.pk,
        assisting_kinds=["district.urban", "district.water"],
        answer_template="您好，{地点}的路灯已修复。",
    )
    center.post("/catalogue/entry/", said)
    entry = draft.entries.get(area__code="LJ0202", category__code=LAMPS)
    assert entry.conditions == {"season": "flood", "hours": "22:00-06:00", "tags": ["桥下", "背街小巷"]}
    assert (entry.main_department, entry.main_kind, entry.assisting_kinds) == (
        unit,
        None,
        ["district.urban", "district.water"],
    )


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"main_kind": ""}, "请写明主办单位"),
        ({"area": "火星"}, "没有找到这个区域"),
        ({"area": "第1网格"}, "有几个区域叫这个名字"),
        ({"hours": "晚上"}, "时段要写成 22:00-06:00 这样"),
        ({"hours": "06:00-06:00"}, "起止不能相同"),
        ({"category": ""}, "这个字段是必填项"),
        ({"tier": "Z"}, "Z"),
        ({}, "草案里同一分类、区域和条件已经有一条"),
    ],
)
def test_what_cannot_be_is_said_beside_the_form_and_nothing_typed_is_lost(center, draft, said, sentence):
    before = draft.entries.count()
    page = center.post("/catalogue/entry/", an_entry(answer_template="我写了很久", **said))
    assert page.status_code == 422
    assert sentence in text_of(page)
    assert "我写了很久" in page.content.decode()
    assert draft.entries.count() == before


def test_the_second_of_two_editors_is_told(center, draft):
    entry = lamps(draft)
    address = f"/catalogue/entry/{entry.pk}/"
    seal = the_seal(center.get(address))
    center.post(address, an_entry(tier="U", seen=seal))

    late = center.post(address, an_entry(tier="C", seen=seal))
    forged = center.post(address, an_entry(tier="C", seen=seal + "x"))

    assert (late.status_code, forged.status_code) == (422, 422)
    assert "已经被别人改过或删掉" in text_of(late)
    assert "页面已经过期" in text_of(forged)
    entry.refresh_from_db()
    assert entry.tier == "U"


def test_an_entry_of_a_published_edition_has_no_form(center, draft):
    published = lamps(drafts.latest_published())
    assert center.get(f"/catalogue/entry/{published.pk}/").status_code == 404
    assert center.post(f"/catalogue/entry/{published.pk}/retire/").status_code == 404


def test_a_published_edition_can_be_withdrawn_before_its_day(center, draft):
    day = timezone.localdate() + timedelta(days=3)
    catalogue.publish(draft.pk, actor=make.a_center(), name="甲", effective_from=day, reason="乙")

    said = text_of(center.post(f"/catalogue/editions/{draft.pk}/withdraw/", follow=True))

    assert "第2版已撤回" in said
    first = CatalogueVersion.objects.get(number=1)
    refused = center.post(f"/catalogue/editions/{first.pk}/withdraw/")
    assert "这一版已经生效，不能撤回" in text_of(refused)


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("post", "/catalogue/start/"),
        ("get", "/catalogue/entry/"),
        ("post", "/catalogue/discard/"),
        ("get", "/catalogue/import/"),
    ],
)
def test_a_dispatcher_may_look_but_not_change(city, method, address):
    assert getattr(signed_in("dispatcher"), method)(address).status_code == 403


def test_a_dispatcher_cannot_publish_through_the_page_they_may_read(city, draft):
    day = (timezone.localdate() + timedelta(days=1)).isoformat()
    client = signed_in("dispatcher")
    page = client.post("/catalogue/changes/", {"name": "甲", "effective_from": day, "reason": "乙"})
    assert page.status_code == 403
    assert drafts.the_draft() == draft
