"""考核成绩: who sees what, calibre and n beside every figure, publishing with its seal, formulas with their effect."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from petitions.insight import checking, rollup
from petitions.insight.models import Formula, Publication
from petitions.insight.queries.spans import Cuts, span
from petitions.states import CaseState
from routing.models import Parameter
from tests import make
from tests.frontend.logging_in import client_of

MOST_STATEMENTS = 15
LONG_AGO = timezone.now() - timedelta(days=70)


@pytest.fixture
def unit(city):
    """A street office with three closed cases in a period that has ended."""
    found = make.a_unit(name="柳河街道")
    for _ in range(3):
        make.a_case(state=CaseState.CLOSED, unit=found, now=LONG_AGO)
    rollup.refresh_all()
    return found


@pytest.fixture
def ended(unit) -> dict[str, str]:
    return span("assessment", timezone.localtime(LONG_AGO).date(), Cuts()).address


@pytest.fixture
def supervisor(unit) -> Client:
    return client_of(make.a_supervisor())


def read(client: Client, name: str, data=None, **kwargs) -> str:
    answer = client.get(reverse(name, **kwargs), data or {})
    assert answer.status_code == 200, answer.content.decode()[:500]
    return answer.content.decode()


PAGES = ("scorecard", "scorecard-publications", "scorecard-formulas", "scorecard-evaluation", "scorecard-publish")


@pytest.mark.parametrize(
    ("role", "statuses"),
    [
        ("supervisor", [200, 200, 200, 200, 200]),
        ("leader", [200, 200, 200, 200, 403]),
        ("analyst", [200, 200, 200, 200, 403]),
        ("handler", [200, 200, 403, 403, 403]),
        ("operator", [403, 403, 403, 403, 403]),
    ],
)
def test_who_opens_which_page(unit, role, statuses):
    client = client_of(make.a_person(role, of=unit))
    assert [client.get(reverse(name)).status_code for name in PAGES] == statuses


def test_the_sheet_names_its_calibre_and_says_why_there_is_no_rank(supervisor, ended):
    words = read(supervisor, "scorecard", ended)

    assert "B 考核口径（剔除后）" in words and "柳河街道" in words
    assert "参评 3 件，不足 30 件，不排名" in words
    assert "43.9–100.0 · n=3" in words  # Wilson's interval of 3 out of 3
    assert "汇总（全部工单合计）" in words and "平均（各单位率的简单平均）" in words
    assert words.count('<th scope="col"') == 13


def test_a_unit_sees_its_own_live_line_and_the_group_but_no_other_unit(unit, ended):
    other = make.a_unit(name="别家街道")
    make.a_case(state=CaseState.CLOSED, unit=other, now=LONG_AGO)
    rollup.refresh_all()
    client = client_of(make.a_handler(of=unit))

    answer = client.get(reverse("scorecard"), ended)

    words = answer.content.decode()
    assert "柳河街道" in words and "别家街道" not in words
    assert answer.context["sheet"].pooled.counts.received == 4
    lists = [(unit, 200), (other, 403)]
    for of, status in lists:
        said = ended | {"figure": "received", "unit": of.pk}
        assert client.get(reverse("scorecard-list"), said).status_code == status
        assert client.get(reverse("scorecard-unit", args=[of.pk]), ended).status_code == status
    assert client.get(reverse("scorecard-list"), ended | {"figure": "received"}).status_code == 403


def test_every_figure_of_a_line_leads_to_its_list(supervisor, unit, ended):
    row = supervisor.get(reverse("scorecard"), ended).context["rows"][0]

    for cell in (cell for cell in row.cells if cell.href):
        answer = supervisor.get(cell.href)
        assert answer.status_code == 200
        if not cell.says:
            assert (answer.context["count"], len(answer.context["rows"])) == (int(cell.text), int(cell.text))
    assert sum(bool(cell.href) for cell in row.cells) == 9  # 基本满意 is 0; the composite leads to the unit


def test_pages_cost_the_same_with_more_cases_and_never_read_the_case_table(supervisor, unit, ended):
    def statements() -> list[str]:
        with CaptureQueriesContext(connection) as captured:
            read(supervisor, "scorecard", ended)
        return [query["sql"] for query in captured.captured_queries]

    statements()
    before = statements()
    for _ in range(2):
        make.a_case(state=CaseState.CLOSED, unit=make.a_unit(), now=LONG_AGO)
    rollup.refresh_all()
    after = statements()

    assert len(after) == len(before) <= MOST_STATEMENTS
    assert not any("petitions_petition" in sql or "insight_mark" in sql for sql in after)


def test_the_other_pages_stay_within_their_statements(supervisor, unit, ended):
    addresses = [
        (reverse("scorecard-unit", args=[unit.pk]), ended),
        (reverse("scorecard-list"), ended | {"figure": "valid", "unit": unit.pk}),
        (reverse("scorecard-publish"), ended),
        (reverse("scorecard-evaluation"), ended),
        (reverse("scorecard-formulas"), {}),
    ]
    for address, said in addresses:
        supervisor.get(address, said)
        with CaptureQueriesContext(connection) as captured:
            assert supervisor.get(address, said).status_code == 200
        assert len(captured) <= MOST_STATEMENTS, address


@pytest.mark.parametrize(
    "said",
    [
        {"kind": "nonsense"},
        {"day": "2026-13-45"},
        {"day": "9999-12-31"},
        {"kind": "custom", "first": "2026-11-20"},
        {"kind": "custom", "first": "2026-11-20", "last": "2026-11-01"},
        {"kind": "custom", "first": "2020-01-01", "last": "2026-11-01"},
    ],
)
def test_nonsense_is_answered_with_a_sentence_and_the_current_period(supervisor, said):
    answer = supervisor.get(reverse("scorecard"), said)
    assert answer.status_code == 200 and answer.context["asked"].form.errors
    assert answer.context["asked"].span.kind == "assessment"


@pytest.mark.parametrize("kind", ["month", "week", "day", "custom"])
def test_other_windows(supervisor, kind):
    day = timezone.localtime(LONG_AGO).date()
    said = {"kind": kind, "day": day.isoformat(), "first": day.isoformat(), "last": day.isoformat()}
    answer = supervisor.get(reverse("scorecard"), said)
    window = answer.context["asked"].span.window
    assert (window.begins <= LONG_AGO + timedelta(days=1), answer.status_code) == (True, 200)
    assert window.end - window.first in {2, 14, 56, 58, 60, 62}


def test_publishing_seals_and_a_correction_needs_its_reason(supervisor, unit, ended):
    address = reverse("scorecard-publish") + f"?kind=assessment&day={ended['day']}"

    words = supervisor.post(address, {"reason": ""}, follow=True).content.decode()
    assert "公布，已封存" in words and "柳河街道" in words
    again = supervisor.post(address, {"reason": " "})
    assert (again.status_code, Publication.objects.count()) == (422, 1)
    assert "更正已公布的成绩要写明原因。" in again.content.decode()
    supervisor.post(address, {"reason": "补录一件"})

    assert list(Publication.objects.values_list("number", "reason")) == [(0, ""), (1, "补录一件")]
    found = Publication.objects.first()
    verify = reverse("scorecard-verify", args=[found.pk])
    assert "正在排队" in supervisor.post(verify, follow=True).content.decode()
    supervisor.post(verify)  # asked for twice, done once
    assert (checking.run_waiting(), checking.run_waiting()) == (1, 0)
    checked = read(supervisor, "scorecard-publications")
    assert "行与事件重算的结果完全一致" in checked and "之后有更正" in checked
    assert "之后有更正，看最新的" in read(supervisor, "scorecard", {"published": found.pk})


def test_a_unit_reads_the_whole_published_sheet_but_opens_only_its_own_lists(unit, supervisor, ended):
    other = make.a_unit(name="别家街道")
    make.a_case(state=CaseState.CLOSED, unit=other, now=LONG_AGO)
    supervisor.post(reverse("scorecard-publish") + f"?kind=assessment&day={ended['day']}", {"reason": ""})

    answer = client_of(make.a_head(of=unit)).get(reverse("scorecard"), {"published": Publication.objects.get().pk})

    rows = {row.name: row for row in answer.context["rows"]}
    assert set(rows) == {"柳河街道", "别家街道"}
    assert [any(cell.href for cell in rows[name].cells) for name in ("柳河街道", "别家街道")] == [True, False]


def test_a_period_that_still_runs_is_not_published(supervisor):
    answer = supervisor.post(reverse("scorecard-publish") + "?kind=assessment", {"reason": ""})
    assert (answer.status_code, Publication.objects.count()) == (409, 0) or answer.status_code == 422
    assert "还没有结束" in answer.content.decode()


@pytest.mark.parametrize("wanted", ["x", "999999", "9" * 30])
def test_an_unknown_publication_is_not_found(supervisor, wanted):
    assert supervisor.get(reverse("scorecard"), {"published": wanted}).status_code == 404


FORMULA = {
    "response": "0.2",
    "solved": "0.4",
    "satisfied": "0.4",
    "basically": "0.8",
    "partly": "0.5",
    "min_n": "1",
    "prior_n": "10",
    "bands": "优秀 95\n其他 0",
}


def formula(**said) -> dict[str, str]:
    return FORMULA | {"effective_from": timezone.localdate().isoformat(), "reason": "街道会议决定"} | said


def test_a_formula_is_previewed_and_then_kept_as_a_version_with_its_reason(supervisor, unit):
    make.a_case(state=CaseState.CLOSED, unit=unit, now=timezone.now())
    rollup.refresh_all()
    address = reverse("scorecard-formulas")

    preview = supervisor.post(address, formula(do="preview", reason=""))
    assert (preview.status_code, Formula.objects.count()) == (200, 1)
    (row, _change) = preview.context["effect"][0]["lines"][0]
    assert (row.unit.name, row.rank_before, row.rank_after, row.grade_after) == ("柳河街道", None, 1, "优秀")
    kept = supervisor.post(address, formula(do="keep"), follow=True).content.decode()

    assert "公式第 2 版已保存" in kept
    made = Formula.objects.get(version=2)
    assert (made.response, made.bands, made.reason) == (0.2, [["优秀", 95.0], ["其他", 0.0]], "街道会议决定")


@pytest.mark.parametrize(
    "said",
    [
        {"response": "0.9"},
        {"solved": "abc"},
        {"basically": "2"},
        {"bands": "优秀"},
        {"bands": "差 10\n好 90"},
        {"effective_from": "2000-01-01"},
        {"reason": " "},
        {"min_n": "-3"},
    ],
)
def test_a_formula_that_makes_no_sense_is_refused_and_nothing_is_lost(supervisor, said):
    answer = supervisor.post(reverse("scorecard-formulas"), formula(do="keep", **said))

    assert (answer.status_code, Formula.objects.filter(version=2).exists()) == (422, False)
    assert "街道会议决定" in answer.content.decode() or said.get("reason") == " "


def test_only_those_who_publish_change_formulas(unit):
    client = client_of(make.a_person("analyst"))
    assert client.post(reverse("scorecard-formulas"), formula(do="keep")).status_code == 403
    assert not Formula.objects.filter(version=2).exists()


def test_the_evaluation_page_says_what_is_not_measured(supervisor, ended):
    words = read(supervisor, "scorecard-evaluation", ended)
    assert words.count("未测量") >= 5 and "基础准备" in words and "技术使用" in words


def test_the_period_follows_the_citys_parameter(supervisor):
    Parameter.objects.update_or_create(key="period.start_day", defaults={"value": 1})
    from routing import rulebook

    rulebook._kept = None
    window = supervisor.get(reverse("scorecard"), {"day": "2026-11-20"}).context["asked"].span.window
    assert window.begins.day == 1
