"""The catalogue's editor through its pages: from a draft to an edition in force."""

import re
from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from petitions.models import CatalogueProposal, Job
from petitions.services import catalogue, catalogue_impact
from routing import drafts
from routing.models import Area, CatalogueEntry, CatalogueVersion, Department, Parameter
from tests import make

LAMPS = "12.03.01"


def signed_in(role: str) -> Client:
    client = Client()
    client.force_login(make.a_person(role))
    return client


@pytest.fixture
def center(city) -> Client:
    return signed_in("center")


@pytest.fixture
def draft(city) -> CatalogueVersion:
    return catalogue.start(actor=make.a_center())


def text_of(answer) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def lamps(version: CatalogueVersion) -> CatalogueEntry:
    return version.entries.get(category__code=LAMPS, area=None)


def an_entry(**said) -> dict:
    usual = {"category": LAMPS, "area": "", "season": "", "hours": "", "tags": "", "main_kind": "district.urban"}
    return usual | {"main_department": "", "tier": "N", "assessment": "three_rates", "answer_template": ""} | said


def the_seal(page) -> str:
    return re.search(r'name="seen" value="([^"]*)"', page.content.decode()).group(1)


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
    with django_assert_num_queries(12):
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


# ── sheets ──
def sheet_of(client: Client, number: int) -> openpyxl.Workbook:
    answer = client.get(f"/catalogue/{number}.xlsx")
    assert answer["Content-Type"].startswith("application/vnd.openxml")
    return openpyxl.load_workbook(BytesIO(answer.content))


def upload(client: Client, book: openpyxl.Workbook, name="目录.xlsx"):
    out = BytesIO()
    book.save(out)
    return client.post("/catalogue/import/", {"file": SimpleUploadedFile(name, out.getvalue())}, follow=True)


def test_an_exported_sheet_comes_back_edited(center, draft):
    book = sheet_of(center, draft.number)
    sheet = book.worksheets[0]
    row = next(row for row in sheet.iter_rows(min_row=2) if row[0].value == LAMPS)
    row[7].value = "street.office"

    said = text_of(upload(center, book))

    assert "表格已读入草案：新增 0，更改 1，不变" in said
    assert "区城管委 → 街道办事处（乡镇政府）" in said


def test_problems_of_a_sheet_are_listed_with_their_rows_and_nothing_is_saved(center, draft):
    book = sheet_of(center, draft.number)
    sheet = book.worksheets[0]
    sheet["A3"].value, sheet["H5"].value, sheet["E7"].value = "99.99.99", "district.none", "monsoon"

    page = upload(center, book)

    said = text_of(page)
    assert page.status_code == 422
    for words in (
        "第3行：诉求分类“99.99.99”不存在",
        "第5行：单位类别“district.none”不存在",
        "第7行：季节“monsoon”不存在",
    ):
        assert words in said
    assert draft.entries.count() == drafts.latest_published().entries.count()


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("目录.pdf", b"%PDF", "请上传 XLSX 或 CSV 文件"),
        ("目录.xlsx", b"not a zip", "文件打不开"),
        ("目录.csv", "甲,乙\n1,2\n".encode(), "不认识的列"),
    ],
)
def test_a_file_that_is_no_sheet_is_refused_with_a_sentence(center, draft, name, content, sentence):
    page = center.post("/catalogue/import/", {"file": SimpleUploadedFile(name, content)})
    assert page.status_code == 422
    assert sentence in text_of(page)


# ── impact ──
def test_the_preview_says_who_loses_and_who_gets_cases(center, draft):
    street = Area.objects.get(code="LJ0101").pk
    case = make.a_call(category_code=LAMPS, area_id=street, now=timezone.now())
    center.post(
        f"/catalogue/entry/{lamps(draft).pk}/",
        an_entry(main_kind="street.office", seen=the_seal(center.get(f"/catalogue/entry/{lamps(draft).pk}/"))),
    )

    page = center.post("/catalogue/impact/", {"days": 30}, follow=True)

    said = text_of(page)
    assert "近 30 天 1 件，其中 1 件将改派" in said
    assert "江北区城管委 改派 望河街道 1 件 路灯不亮 1" in said
    assert f"/cases/{case.no}/" in page.content.decode()
    assert "请重新预览" not in said
    Parameter.objects.create(key="any.change", value=1)
    assert "请重新预览" in text_of(center.get("/catalogue/impact/"))


def test_a_long_preview_shows_how_far_it_is_and_can_be_cancelled(center, draft):
    Parameter.objects.update_or_create(key="catalogue.preview_at_once", defaults={"value": 0})
    make.a_call(now=timezone.now())
    running = text_of(center.post("/catalogue/impact/", {"days": 30}, follow=True))
    assert "1 件中已算 0 件" in running
    again = center.post("/catalogue/impact/", {"days": 30})
    assert again.status_code == 409
    assert "影响预览正在计算" in text_of(again)

    job = catalogue_impact.of_version(draft.pk).get()
    assert "上次预览已取消" in text_of(center.post(f"/catalogue/impact/{job.pk}/cancel/", follow=True))
    assert Job.objects.get().state == Job.State.CANCELLED


@pytest.mark.parametrize("days", ["0", "-3", "9999", "x", ""])
def test_nonsense_days_are_refused_beside_the_field(center, draft, days):
    assert center.post("/catalogue/impact/", {"days": days}).status_code == 422
    assert not Job.objects.exists()


# ── proposals ──
@pytest.fixture
def proposal(city) -> CatalogueProposal:
    area = Area.objects.get(code="LJ0101")
    case = make.a_call(category_code=LAMPS, area_id=area.pk)
    return CatalogueProposal.objects.create(
        petition=case,
        kind="return",
        category=case.category,
        area=area,
        named=Department.objects.get(code="LJ01-URBAN"),
        to=Department.objects.get(code="LJ0101-OFFICE"),
        reason="路灯已移交",
        made_at=make.NOW,
    )


def test_a_proposal_is_accepted_for_one_district_and_shown_in_the_draft(center, proposal):
    page = center.get("/catalogue/proposals/")
    assert "区城管委 → 街道办事处（乡镇政府）" in text_of(page)
    said = {
        "do": "accept",
        "group": f"{LAMPS}~district.urban~street.office",
        "scope": Area.objects.get(code="LJ01").pk,
        "target": "kind",
        "note": "按移交清单",
    }

    done = text_of(center.post("/catalogue/proposals/", said, follow=True))

    assert "已写入第2版草案" in done
    assert "按移交清单" in done
    assert draft_entry().area.code == "LJ01"


def draft_entry() -> CatalogueEntry:
    return drafts.the_draft().entries.get(category__code=LAMPS, area__isnull=False)


def test_rejecting_without_a_reason_is_refused_and_with_one_it_is_kept(center, proposal):
    group = f"{LAMPS}~district.urban~street.office"
    empty = center.post("/catalogue/proposals/", {"do": "reject", "group": group, "note": ""})
    assert (empty.status_code, "请写明理由。" in text_of(empty)) == (422, True)
    done = text_of(center.post("/catalogue/proposals/", {"do": "reject", "group": group, "note": "个案"}, follow=True))
    assert "1 件建议不采纳" in done
    proposal.refresh_from_db()
    assert (proposal.verdict, proposal.note) == ("rejected", "个案")


@pytest.mark.parametrize("group", ["", "x", "~~", f"{LAMPS}~a~b", "a~b~c~d"])
def test_a_group_that_is_not_there_is_no_error(center, proposal, group):
    answer = center.post("/catalogue/proposals/", {"do": "accept", "group": group}, follow=True)
    assert answer.status_code in {200, 422}
    assert drafts.the_draft() is None


def test_a_dispatcher_reads_proposals_without_forms(city, proposal):
    client = signed_in("dispatcher")
    page = client.get("/catalogue/proposals/").content.decode()
    assert "路灯已移交" in page
    assert 'name="do"' not in page
