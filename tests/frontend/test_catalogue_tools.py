"""Sheets, impact preview and proposals of the catalogue, through their pages."""

from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from petitions.models import CatalogueProposal, Job
from petitions.services import catalogue_impact
from routing import drafts
from routing.models import Area, CatalogueEntry, Department, Parameter
from tests import make
from tests.frontend.catalogue_desk import LAMPS, an_entry, lamps, signed_in, text_of, the_seal


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
