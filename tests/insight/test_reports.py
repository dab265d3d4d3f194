"""Reports: what stands in the files is what stands on the scorecard; versions are added, never overwritten."""

import io
from datetime import timedelta

import docx
import openpyxl
import pytest
from django.db import IntegrityError, transaction

from petitions import errors
from petitions.insight import formulas, publish, scorecard
from petitions.insight.models import Report, ReportVersion
from petitions.insight.periods import period_of
from petitions.insight.queries import sheet
from petitions.insight.queries.spans import Cuts, span
from petitions.insight.reports import blocks, content, fonts, making, sentences
from petitions.insight.reports.sentences import share
from petitions.models import Job
from petitions.services import jobs, requests
from petitions.states import CaseState
from routing.models import Parameter
from tests import make

CUTS = Cuts()
DAY = span("day", make.NOW.date(), CUTS)
PERIOD = span("assessment", make.NOW.date(), CUTS)
AFTER = PERIOD.window.ends + timedelta(hours=1)


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    """No typeface, no PDF: what is not about PDF does without it, and is quicker."""
    settings.MEDIA_ROOT, settings.FONT_DIRS = tmp_path / "media", []


@pytest.fixture
def unit(city):
    """Two answered cases, one excluded, one of the day before."""
    unit = make.a_unit(name="江北街道办事处")
    for _ in range(2):
        make.a_case(state=CaseState.CLOSED, unit=unit)
    _excluded(make.a_case(unit=unit), unit)
    make.a_case(unit=unit, now=make.NOW - timedelta(days=1))
    return unit


def _excluded(case, unit):
    asked = requests.file(
        make.main(case).pk,
        kind="exclusion",
        actor=make.a_handler(of=unit),
        reason="不属实",
        evidence="现场记录",
        subtype="无事实依据",
        now=make.NOW,
    )
    for person in (make.a_head(of=unit), make.a_person("reviewer"), make.a_person("center", name="赵一")):
        requests.approve(asked.pk, actor=person, now=make.NOW)


def made(wanted=PERIOD, *, actor=None, now=AFTER) -> ReportVersion:
    version = making.ask(wanted, actor=actor or make.a_supervisor(), now=now)
    making.run_waiting()
    return ReportVersion.objects.select_related("job").get(pk=version.pk)


def lines_of(wanted, calibre="B", group="street") -> sheet.Sheet:
    formula, known = formulas.in_force(wanted.last_day).value(), scorecard.units()
    return sheet.live(wanted, calibre=calibre, group=group, formula=formula, known=known)[0]


def data_of(version: ReportVersion, form: str) -> io.BytesIO:
    with getattr(version, form).open("rb") as file:
        return io.BytesIO(file.read())


def document_of(version: ReportVersion):
    return docx.Document(data_of(version, "docx"))


def words_of(version: ReportVersion) -> str:
    return "\n".join(paragraph.text for paragraph in document_of(version).paragraphs)


def sheet_rows(version: ReportVersion) -> dict[str, list[str]]:
    """The 13 columns of the annex, by the name of the unit."""
    tables = [table for table in document_of(version).tables if len(table.columns) == len(blocks.SHEET)]
    return {row.cells[1].text: [cell.text for cell in row.cells] for table in tables for row in table.rows[1:]}


def test_the_document_says_what_the_scorecard_says(unit):
    version, found = made(), lines_of(PERIOD)

    rows = sheet_rows(version)
    for line in found.lines:
        cells, counts, scores = rows[line.unit.name], line.counts, line.scores
        assert cells[2:9] == [str(n) for n in blocks.counts_cells(counts)]
        for cell, rate in zip(cells[9:12], (scores.response, scores.solved, scores.satisfied), strict=True):
            assert cell.startswith(share(rate)) and (rate.n == 0 or f"n={rate.n}\n" in cell)
        assert cells[12].split("\n")[0] == ("—" if scores.composite is None else f"{scores.composite:.1f}")
    assert rows["汇总（全部工单合计）"][2] == str(found.pooled.counts.received) == "3"


def test_the_workbook_says_what_the_scorecard_says_in_every_calibre(unit):
    book = openpyxl.load_workbook(data_of(made(), "xlsx"))

    for calibre, name in (("A", "成绩A 街道（乡镇）"), ("B", "成绩B 街道（乡镇）")):
        line = next(line for line in lines_of(PERIOD, calibre).lines if line.unit.id == unit.pk)
        row = next(row for row in book[name].iter_rows(min_row=4, values_only=True) if row[1] == unit.name)
        assert row[2:9] == blocks.counts_cells(line.counts)
        assert row[9:13] == (1.0, 1.0, 1.0, 100.0) == (*_values(line.scores), line.scores.composite)
        assert row[17:19] == pytest.approx(line.scores.response.interval)
    assert book["成绩A 街道（乡镇）"]["C4"].value == 4
    assert [cell.value for cell in book["剔除明细"][3]] == [unit.name, "剔除", "无事实依据", "赵一", 1]


def _values(scores) -> tuple:
    return tuple(rate.value for rate in (scores.response, scores.solved, scores.satisfied))


def test_a_unit_with_few_answers_is_listed_without_a_rank(unit):
    version = made()

    assert sheet_rows(version)[unit.name][0] == "—"
    assert "参评数均不足 30 件，不排名" in words_of(version)


def test_every_sentence_names_its_calibre_and_exclusions_name_their_approver(unit):
    said = words_of(made())

    assert "B 考核口径(剔除后)：响应率 100.0%（n=2，[34.2–100.0]）" in said
    assert "A 全口径：响应率 100.0%（n=2" in said
    assert "C 不计入诉求总量：本期没有有效回访，不出数" in said
    assert "共 1 件，终审人：赵一 1 件" in said


def test_the_day_goes_from_noon_to_noon_and_is_compared_with_the_day_before(unit):
    version = made(DAY, now=make.NOW + timedelta(hours=3))

    kept = content.from_json(version.content)
    assert (kept.begins, kept.ends) == ("2026-11-19T12:00:00+08:00", "2026-11-20T12:00:00+08:00")
    assert (kept.received.now, kept.received.before) == (3, 1)
    assert "2026 年 11 月 19 日 12 时至 2026 年 11 月 20 日 12 时" in words_of(version)


def test_a_published_period_is_reported_as_it_was_sealed(unit):
    publication = publish.publish(period_of(PERIOD), actor=make.a_supervisor(), now=AFTER)
    make.a_case(state=CaseState.CLOSED, unit=unit)

    version = made()

    assert sheet_rows(version)[unit.name][2] == "3"
    assert publication.hash in words_of(version)


def test_content_survives_the_database_and_draws_the_same_tables(unit):
    version = made()

    again = content.from_json(version.content)
    assert content.from_json(content.as_json(again)) == again
    assert sentences.texts_of(again) == version.texts


def test_an_edit_is_a_further_version_with_the_same_figures(unit):
    first = made()
    make.a_case(state=CaseState.CLOSED, unit=unit)

    second = making.rewrite(first, {"overview": "本期平稳。\r\n请各单位注意。"}, actor=make.a_supervisor(), now=AFTER)
    making.run_waiting()

    second.refresh_from_db()
    assert (first.number, second.number, second.origin) == (1, 2, "edited")
    assert second.content == first.content
    assert "本期平稳。\n请各单位注意。" in words_of(second)
    assert "本期平稳" not in words_of(first)
    assert second.texts["rates"] == first.texts["rates"]


def test_who_opened_an_older_version_is_told_and_nothing_is_written_over(unit):
    first = made()
    making.rewrite(first, {"overview": "甲写的"}, actor=make.a_supervisor(), now=AFTER)
    making.run_waiting()

    with pytest.raises(errors.ReportMovedOn):
        making.rewrite(first, {"overview": "乙写的"}, actor=make.a_supervisor(), now=AFTER)


def test_one_version_at_a_time_and_only_by_those_who_make_reports(unit):
    making.ask(PERIOD, actor=make.a_supervisor(), now=AFTER)

    with pytest.raises(errors.ReportRunning):
        making.ask(PERIOD, actor=make.a_supervisor(), now=AFTER)
    for person in (make.a_person("leader"), make.a_handler(of=unit)):
        with pytest.raises(errors.NotYours):
            making.ask(DAY, actor=person, now=AFTER)


def test_what_was_never_made_has_no_sentences_to_rewrite(unit):
    version = making.ask(PERIOD, actor=make.a_supervisor(), now=AFTER)
    making.cancel(version, actor=make.a_supervisor())
    making.run_waiting()

    with pytest.raises(errors.ReportNotMade):
        making.rewrite(version, {"overview": "改一改"}, actor=make.a_supervisor(), now=AFTER)


def test_a_cancelled_version_has_no_files_and_the_next_may_begin(unit):
    version = making.ask(PERIOD, actor=make.a_supervisor(), now=AFTER)
    making.cancel(version, actor=make.a_supervisor())
    making.run_waiting()

    version.refresh_from_db()
    assert (version.job.state, bool(version.docx)) == (Job.State.CANCELLED, False)
    assert made().number == 2


def test_a_job_cancelled_while_it_runs_stops_at_its_next_step(city):
    job, seen = jobs.start("test", owner_id=None, total=3, params={}), []

    def work(running):
        for step in (1, 2, 3):
            seen.append(step)
            if step == 2:
                jobs.cancel(job.pk, kind="test")
            running.reached(step)
        return {}

    assert jobs.run_waiting("test", work) == 1
    job.refresh_from_db()
    assert (seen, job.state, job.done) == ([1, 2], Job.State.CANCELLED, 2)
    assert jobs.run_waiting("test", work) == 0


def test_at_noon_and_at_the_end_of_a_period_each_slot_is_made_once(city):
    noon = DAY.window.ends
    _only("day")
    Report.objects.all().delete()

    assert making.begin_due(now=noon - timedelta(seconds=1)) == 2  # what was missed while nobody rang
    assert making.begin_due(now=noon) == 1
    assert making.begin_due(now=noon + timedelta(minutes=5)) == 0
    names = set(Report.objects.values_list("name", flat=True))
    assert names == {"2026-11-18 日报", "2026-11-19 日报", "2026-11-20 日报"}

    _only("assessment")
    assert making.begin_due(now=PERIOD.window.ends) == 1
    scheduled = ReportVersion.objects.get(report__kind="assessment")
    assert (scheduled.by.username, scheduled.report.name) == ("system", PERIOD.name)


def _only(*kinds):
    Parameter.objects.update_or_create(key="report.kinds", defaults={"value": list(kinds)})
    from routing import rulebook

    rulebook._kept = None


def test_the_database_keeps_a_second_scheduled_version_of_a_slot_out(city):
    making.begin_due(now=DAY.window.ends)
    first = ReportVersion.objects.filter(origin="scheduled").first()

    with pytest.raises(IntegrityError), transaction.atomic():
        ReportVersion.objects.create(
            report=first.report, number=9, origin="scheduled", by=first.by, at=first.at, job=first.job
        )


def test_a_name_that_looks_like_a_formula_stays_a_name(city):
    unit = make.a_unit(name='=HYPERLINK("http://x","街道")')
    make.a_case(unit=unit)

    book = openpyxl.load_workbook(data_of(made(), "xlsx"))
    cells = [cell for row in book["原始计数"].iter_rows(min_row=2) for cell in row if cell.column == 3]
    assert [cell.data_type for cell in cells if cell.value == unit.name] == ["s"] * len(cells)


def test_without_an_open_font_the_other_files_are_made_and_the_reason_is_said(unit):
    version = made()

    assert (bool(version.docx), bool(version.xlsx), bool(version.pdf)) == (True, True, False)
    assert version.missing == fonts.NoOpenFont().message
    assert version.job.state == Job.State.DONE
