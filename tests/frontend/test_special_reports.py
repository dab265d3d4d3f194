"""专报: figures that count what their addresses list, sentences that a person rewrites, approval under another name."""

import re
from datetime import timedelta

import openpyxl
import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from petitions import errors
from petitions.insight.models import Report, ReportApproval, ReportVersion
from petitions.insight.reports import making, special
from petitions.insight.reports.citing import Cited
from petitions.insight.reports.special import Special
from petitions.states import CaseState
from routing.models import Category
from tests import make
from tests.frontend.logging_in import client_of
from tests.insight.test_reports import data_of, document_of

NOW = timezone.now() - timedelta(days=3)
TODAY = timezone.localdate()


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT, settings.FONT_DIRS = tmp_path / "media", []


@pytest.fixture
def matter(city) -> Category:
    """Three cases of one leaf by two units, one of them ended."""
    unit = make.a_unit()
    make.a_case(state=CaseState.CLOSED, unit=unit, now=NOW)
    make.a_case(unit=unit, now=NOW)
    return make.a_case(unit=make.a_unit(), now=NOW).category


def drafted(client: Client, matter: Category) -> ReportVersion:
    span = {"first": TODAY - timedelta(days=9), "last": TODAY}
    answer = client.post(reverse("report-special"), {"category": matter.pk, **span})
    assert answer.status_code == 302, answer.content.decode()
    making.run_waiting()
    return ReportVersion.objects.select_related("report").get()


def test_every_figure_counts_the_cases_that_its_address_lists(matter):
    analyst = client_of(make.a_person("analyst"))
    content = Special.of(drafted(analyst, matter).content)
    rows = [content.total, content.open, *content.districts, *content.units, *content.weeks]
    figures = [cell for row in rows for cell in row.cells if isinstance(cell, Cited)]

    assert (content.total.cases, content.total.content, content.open.cases) == (3, 1, 2)
    assert sum(row.cases for row in content.units) == sum(row.cases for row in content.weeks) == 3
    assert len(figures) > 3 * len(rows) - 3
    for figure in figures:
        listed = analyst.get(figure.address).content.decode()
        assert len(set(re.findall(r'href="/cases/([A-Z0-9]+)/"', listed))) == figure.value, figure


def test_the_draft_says_the_figures_and_leaves_causes_to_a_person(matter):
    version = drafted(client_of(make.a_person("analyst")), matter)
    words = "\n".join(paragraph.text for paragraph in document_of(version).paragraphs)
    book = openpyxl.load_workbook(data_of(version, "xlsx"))

    assert "诉求 3 件" in words and "不推断原因" in words
    assert [heading for heading in special.SECTIONS.values() if heading not in words] == []
    assert book["总数"]["B2"].value == 3


def test_sentences_are_rewritten_and_figures_stay(matter):
    analyst = client_of(make.a_person("analyst"))
    version = drafted(analyst, matter)

    said = {**version.texts, "causes": "灯杆进水。", "version": version.pk}
    assert analyst.post(reverse("report", args=[version.report_id]), said).status_code == 302
    making.run_waiting()

    newest = ReportVersion.objects.order_by("-number").first()
    assert (newest.number, newest.texts["causes"], newest.content) == (2, "灯杆进水。", version.content)
    assert "灯杆进水。" in "\n".join(paragraph.text for paragraph in document_of(newest).paragraphs)


def test_it_counts_as_sent_once_another_person_has_approved_it(matter):
    writer = make.a_person("supervisor")
    version = drafted(client_of(writer), matter)
    address, page = reverse("report-approve", args=[version.pk]), reverse("report", args=[version.report_id])
    leader = client_of(make.a_person("leader", name="李局"))

    assert 'muted">草稿' in leader.get(page).content.decode()
    assert client_of(writer).post(address, {"sent_to": "市委"}).status_code == 403
    assert client_of(make.a_person("analyst")).post(address, {"sent_to": "市委"}).status_code == 403
    assert leader.post(address, {"sent_to": " "}).status_code == 422
    assert leader.post(address, {"sent_to": "市委、市政府"}).status_code == 302
    again = leader.post(address, {"sent_to": "市委"}, follow=True)
    assert (again.status_code, errors.ReportApproved().message in again.content.decode()) == (409, True)
    shown = leader.get(page).content.decode()
    assert "李局" in shown and "市委、市政府" in shown and 'muted">草稿' not in shown
    with pytest.raises(DatabaseError), transaction.atomic():
        ReportApproval.objects.update(sent_to="别人")


def test_an_older_version_is_not_approved_any_more(matter):
    analyst = client_of(make.a_person("analyst"))
    version = drafted(analyst, matter)
    analyst.post(reverse("report-again", args=[version.report_id]))

    answer = client_of(make.a_supervisor()).post(reverse("report-approve", args=[version.pk]), {"sent_to": "市委"})
    assert (answer.status_code, ReportApproval.objects.count()) == (409, 0)


@pytest.mark.parametrize(
    "said",
    [
        {"category": ""},
        {"issue": "999999"},
        {"first": "", "last": ""},
        {"first": "2026-03-02", "last": "2026-03-01"},
        {"first": "0001-01-01"},
        {"category": "x"},
    ],
)
def test_what_makes_no_report_is_refused(matter, said):
    usual = {"category": matter.pk, "first": TODAY, "last": TODAY}
    answer = client_of(make.a_person("analyst")).post(reverse("report-special"), usual | said)

    assert (answer.status_code, Report.objects.count()) == (422, 0)


def test_only_those_who_make_reports_ask_for_one(matter):
    for role in ("leader", "handler", "operator"):
        assert client_of(make.a_person(role, of=make.a_unit())).get(reverse("report-special")).status_code == 403
    assert (
        client_of(make.a_person("analyst")).get(reverse("report-special") + "?issue=%00&category=x").status_code == 200
    )
