"""日报和通报: who may read and make them, files to download, sentences that are rewritten without losing any."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from petitions.insight.models import Report, ReportVersion
from petitions.insight.reports import making
from petitions.states import CaseState
from tests import make
from tests.frontend.logging_in import client_of

LONG_AGO = timezone.now() - timedelta(days=70)


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT, settings.FONT_DIRS = tmp_path / "media", []


@pytest.fixture
def client(city) -> Client:
    make.a_case(state=CaseState.CLOSED, unit=make.a_unit(name="柳河街道"), now=LONG_AGO)
    return client_of(make.a_supervisor())


@pytest.fixture
def version(client) -> ReportVersion:
    client.post(reverse("reports"), {"kind": "month", "day": timezone.localtime(LONG_AGO).date().isoformat()})
    making.run_waiting()
    return ReportVersion.objects.get()


def page(client: Client, version: ReportVersion) -> str:
    return client.get(reverse("report", args=[version.report_id])).content.decode()


@pytest.mark.parametrize(
    ("role", "status"), [("supervisor", 200), ("leader", 200), ("handler", 403), ("operator", 403)]
)
def test_reports_are_read_by_those_who_see_every_units_figures(version, role, status):
    person = client_of(make.a_person(role))

    addresses = [
        reverse("reports"),
        reverse("report", args=[version.report_id]),
        reverse("report-file", args=[version.pk, "docx"]),
    ]
    assert [person.get(address).status_code for address in addresses] == [status] * 3


def test_a_leader_reads_and_does_not_make(version):
    leader = client_of(make.a_person("leader"))

    assert "生成通报" not in leader.get(reverse("reports")).content.decode()
    assert "修改文字" not in page(leader, version)
    assert leader.post(reverse("report-again", args=[version.report_id])).status_code == 403
    assert leader.post(reverse("reports"), {"kind": "day"}).status_code == 403
    assert ReportVersion.objects.count() == 1


def test_a_report_that_is_asked_for_shows_how_far_it_is_and_then_its_files(client):
    client.post(reverse("reports"), {"kind": "day", "day": "2026-11-20"})
    running = ReportVersion.objects.select_related("report").get()

    assert "4 步中已完成 0 步" in page(client, running)
    making.run_waiting()
    polled = client.get(reverse("report", args=[running.report_id]), headers={"HX-Request": "true"})
    assert polled["HX-Refresh"] == "true"
    assert reverse("report-file", args=[running.pk, "xlsx"]) in page(client, running)


def test_a_file_is_sent_under_its_reports_name_and_kept_by_nobody_in_between(client, version):
    answer = client.get(reverse("report-file", args=[version.pk, "docx"]))

    assert answer["Content-Type"].endswith("wordprocessingml.document")
    assert "attachment" in answer["Content-Disposition"] and ".docx" in answer["Content-Disposition"]
    assert answer["Cache-Control"].startswith("private")
    assert answer.content[:2] == b"PK"
    for form in ("pdf", "exe"):  # none without a typeface; no such kind
        assert client.get(reverse("report-file", args=[version.pk, form])).status_code == 404


def test_rewritten_sentences_are_a_further_version(client, version):
    said = {**version.texts, "overview": "本期平稳。", "version": version.pk}

    client.post(reverse("report", args=[version.report_id]), said)
    making.run_waiting()

    newest = ReportVersion.objects.order_by("-number").first()
    assert (newest.number, newest.origin, newest.texts["overview"]) == (2, "edited", "本期平稳。")
    assert "本期平稳。" in page(client, newest)


def test_who_wrote_on_an_older_version_is_told_and_loses_no_word(client, version):
    said = {**version.texts, "version": version.pk}
    client.post(reverse("report", args=[version.report_id]), said | {"overview": "甲写的。"})
    making.run_waiting()

    answer = client.post(reverse("report", args=[version.report_id]), said | {"overview": "乙写的。"})

    assert answer.status_code == 409
    assert "乙写的。" in answer.content.decode() and "已有新的版次" in answer.content.decode()
    assert ReportVersion.objects.count() == 2


def test_a_text_that_is_too_long_comes_back_with_the_reason(client, version):
    said = {**version.texts, "overview": "长" * (making.LIMIT + 1), "version": version.pk}

    answer = client.post(reverse("report", args=[version.report_id]), said)

    assert answer.status_code == 422
    assert "长" * making.LIMIT in answer.content.decode()


@pytest.mark.parametrize("said", [{"kind": "custom"}, {"kind": "day", "day": "32.13."}, {"kind": "year"}])
def test_a_period_that_makes_no_sense_is_refused_with_a_sentence(client, said):
    answer = client.post(reverse("reports"), said)

    assert (answer.status_code, Report.objects.count()) == (422, 0)
    assert "错误" in answer.content.decode()


def test_the_list_takes_a_constant_number_of_statements(client, version, django_assert_max_num_queries):
    for day in ("2026-11-18", "2026-11-19", "2026-11-20"):
        client.post(reverse("reports"), {"kind": "day", "day": day})
    with django_assert_max_num_queries(8):
        client.get(reverse("reports"))
