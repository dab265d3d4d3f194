"""Figures of a report lead to lists that count the same, on the page and in the files; a person's own do not."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from petitions.insight.models import ReportVersion
from petitions.insight.queries.spans import Cuts, span
from petitions.insight.reports import making
from petitions.insight.reports.blocks import Table, Text
from petitions.insight.reports.citing import Cited, mark, pieces
from petitions.services import requests
from petitions.states import CaseState
from tests import make
from tests.insight.test_reports import data_of, document_of

AFTER = make.NOW + timedelta(days=40)
SITE = "https://12345.example.org"


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT, settings.FONT_DIRS, settings.SITE_URL = tmp_path / "media", [], SITE


@pytest.fixture
def supervisor() -> Client:
    found = Client()
    found.force_login(make.a_supervisor())
    return found


@pytest.fixture
def unit(city):
    """Two answered cases, one excluded, one of the week before, one that no unit has."""
    unit = make.a_unit(name="江北街道办事处")
    for _ in range(2):
        make.a_case(state=CaseState.CLOSED, unit=unit)
    asked = requests.file(
        make.main(make.a_case(unit=unit)).pk,
        kind="exclusion",
        actor=make.a_handler(of=unit),
        reason="不属实",
        evidence="现场记录",
        subtype="无事实依据",
        now=make.NOW,
    )
    for person in (make.a_head(of=unit), make.a_person("reviewer"), make.a_person("center", name="赵一")):
        requests.approve(asked.pk, actor=person, now=make.NOW)
    make.a_case(unit=unit, now=make.NOW - timedelta(days=8))
    make.a_case()
    return unit


def made(kind: str) -> ReportVersion:
    making.ask(span(kind, make.NOW.date(), Cuts()), actor=make.a_supervisor(), now=AFTER)
    making.run_waiting()
    return ReportVersion.objects.select_related("report").get()


def figures(version: ReportVersion) -> list[Cited]:
    blocks = making.paper_of(version).blocks
    cells = [cell for block in blocks if isinstance(block, Table) for row in block.rows for cell in row]
    said = [piece for block in blocks if isinstance(block, Text) for piece in block.pieces]
    return [each for each in (*cells, *said) if isinstance(each, Cited)]


@pytest.mark.parametrize("kind", ["day", "week", "month", "assessment"])
def test_every_count_is_the_length_of_its_list(unit, supervisor, kind):
    found = figures(made(kind))
    counts = [each for each in found if str(each).isdecimal()]

    assert {urlsplit(each.address).path for each in found} >= {"/scorecard/list/", "/requests/register/", "/cases/"}
    for address in {each.address for each in found}:
        answer = supervisor.get(address)
        assert answer.status_code == 200, address

        said = {int(str(each)) for each in counts if each.address == address}
        if said:
            assert said == {_length(answer.content.decode())}, address


def _length(page: str) -> int:
    return len(re.findall(r'<a class="(?:table-title|case-no)" href="/cases/', page))


def test_files_carry_the_whole_address(unit):
    version = made("week")

    targets = [rel.target_ref for rel in document_of(version).part.rels.values() if rel.is_external]
    book = openpyxl.load_workbook(data_of(version, "xlsx"))
    links = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.hyperlink]

    assert targets and all(target.startswith(f"{SITE}/") for target in targets)
    assert links and all(cell.hyperlink.target.startswith(f"{SITE}/") for cell in links)
    assert all(not isinstance(cell.value, str) for cell in links)  # figures, so that they can be added up


def test_the_page_shows_the_paper_with_its_figures(unit, supervisor):
    version = made("month")
    page = supervisor.get(reverse("report", args=[version.report_id])).content.decode()

    assert "12345 热线接诉即办情况月报" in page and 'href="/scorecard/list/?kind=custom&amp;first=' in page


def test_a_number_that_a_person_wrote_leads_nowhere():
    written = f"受理 {mark(12, '/a/')} 件，办结 {mark(12, '/b/')} 件。"

    first = ("受理 ", Cited("12", "/a/"), " 件，办结 ")
    assert pieces(written, "受理 12 件，办结 12 件。") == (*first, Cited("12", "/b/"), " 件。")
    assert pieces(written, "受理 12 件，办结 13 件。") == (*first[:2], " 件，办结 13 件。")
    assert pieces(written, "另有 12 起。") == ("另有 12 起。",)
    assert pieces("", "没有数字。") == ("没有数字。",)


def test_who_may_not_open_lists_reads_figures_without_links(unit, supervisor):
    version, page = made("week"), Client()
    page.force_login(make.a_person("admin"))
    shown = page.get(reverse("report", args=[version.report_id])).content.decode()

    assert "12345 热线接诉即办情况周报" in shown and 'href="/scorecard/list/' not in shown


@pytest.mark.parametrize("said", ["channel=x", "type=x", "category=99.99", "category=-&channel=x", "category=%00"])
def test_a_part_that_does_not_exist_has_no_list(unit, supervisor, said):
    assert supervisor.get(f"/scorecard/list/?figure=received&calibre=A&units=any&{said}").status_code == 404
    assert supervisor.get("/scorecard/list/?figure=received&calibre=A&units=any&category=-").status_code == 200


@pytest.mark.parametrize("said", ["begins=x", "ends=0001-01-01T00:00:00%2B14:00", "unit=0", "by=9" * 30, "subtype=%00"])
def test_nonsense_leaves_the_register_as_it_is(unit, supervisor, said):
    assert supervisor.get(f"/requests/register/?{said}").status_code == 200
