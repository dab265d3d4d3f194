"""The pages of the statistics: windows that follow one another, and lists that are exactly what a figure counts."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petitions.insight import formulas, publish, rollup, scorecard
from petitions.insight.periods import period_of
from petitions.insight.queries import behind, publishing, sheet, unit
from petitions.insight.queries.effect import effect
from petitions.insight.queries.spans import Cuts, custom, span
from petitions.insight.rates import CALIBRES, Counts, Formula
from petitions.insight.scorecard import Unit
from petitions.services import callback, requests
from petitions.services.callback import Said
from petitions.states import CaseState
from tests import make

NOW_SPAN = span("assessment", make.NOW.date(), Cuts())
UNSOLVED = Said(contacted=False, solved="no", satisfaction="unsatisfied", reason="没有人来过")
DAYS = st.dates(date(2001, 1, 1), date(2099, 1, 1))


@given(st.sampled_from(["assessment", "month", "week", "day"]), DAYS, st.integers(1, 31), st.sampled_from([0, 12]))
def test_the_span_before_ends_where_this_one_begins_and_leads_back(kind, day, start_day, hour):
    here = span(kind, day, Cuts(start_day, hour))

    assert here.before().window.end == here.window.first
    assert here.after().window.first == here.window.end
    assert here.before().after().window == here.window
    assert (here.before().after().name, here.before().name == here.name) == (here.name, False)


@given(DAYS, st.integers(0, 365))
def test_a_custom_span_is_compared_with_as_many_days_before(first, length):
    here = custom(first, first + timedelta(days=length), Cuts())

    assert here.before().window == here.window.before()
    assert here.after().before().window == here.window


def test_an_assessment_period_is_named_after_the_month_it_closes_in():
    assert [span("assessment", date(2026, 11, day), Cuts()).name for day in (18, 19)] == [
        "2026 年 11 月考核期",
        "2026 年 12 月考核期",
    ]
    assert [each.name for each in span("assessment", date(2026, 1, 5), Cuts()).trail(2)] == [
        "2025 年 12 月考核期",
        "2026 年 1 月考核期",
    ]


@pytest.fixture
def busy(city):
    """A unit with a solved case, one that was excluded, and one whose citizen was neither called nor content."""
    found = make.a_unit(name="柳河街道")
    make.a_case(state=CaseState.CLOSED, unit=found)
    excluded = make.a_case(state=CaseState.IN_PROGRESS, unit=found)
    grant(excluded, found)
    bad = make.a_case(state=CaseState.PENDING_CALLBACK, unit=found)
    callback.record(bad.pk, actor=make.a_caller_back(), result="reached", said=UNSOLVED, now=make.NOW)
    rollup.refresh_all()
    return found


def grant(case, of) -> None:
    said = {"kind": "exclusion", "reason": "不属实", "evidence": "现场记录", "subtype": "无事实依据"}
    asked = requests.file(make.main(case).pk, actor=make.a_handler(of=of), now=make.NOW, **said)
    for person in (make.a_head(of=of), make.a_person("reviewer"), make.a_person("center", name="甲批准")):
        requests.approve(asked.pk, actor=person, now=make.NOW)


@pytest.mark.parametrize("calibre", CALIBRES)
@pytest.mark.parametrize("name", behind.FIGURES)
def test_the_list_behind_a_figure_is_as_long_as_the_figure(busy, name, calibre):
    figure = behind.FIGURES[name]
    counts = scorecard.from_tally(NOW_SPAN.window)[calibre].get(busy.pk, Counts())

    assert behind.marks(figure, NOW_SPAN.window, calibre=calibre, units=[busy.pk]).count() == figure.of(counts)


def test_pages_of_a_list_show_every_mark_once(busy):
    for _ in range(3):
        make.a_case(unit=busy)
    rollup.refresh_all()
    wanted = behind.marks(behind.FIGURES["received"], NOW_SPAN.window, calibre="A", units=[busy.pk])
    seen, after = [], ""
    while True:
        found = behind.page(wanted, after=after, size=2)
        seen += [mark.pk for mark in found.rows]
        after = found.next
        if not after:
            break

    assert (len(seen), set(seen)) == (wanted.count(), set(wanted.values_list("pk", flat=True)))


@pytest.mark.parametrize("nonsense", ["x", "1~2", "1~2~x", "9" * 40, "99999999999~1~1"])
def test_a_cursor_that_makes_no_sense_starts_from_the_top(busy, nonsense):
    wanted = behind.marks(behind.FIGURES["received"], NOW_SPAN.window, calibre="A", units=[busy.pk])
    found = behind.page(wanted, after=nonsense)
    assert len(found.rows) == 3


def test_a_sheet_compares_with_the_period_before_and_costs_two_statements(busy, django_assert_num_queries):
    formula = formulas.in_force(make.NOW.date()).value()
    known = scorecard.units()
    with django_assert_num_queries(2):
        found, _ = sheet.live(NOW_SPAN.after(), calibre="A", group="street", formula=formula, known=known)
    assert (found.lines, found.pooled.before_received) == ((), 3)

    found, _ = sheet.live(NOW_SPAN, calibre="A", group="street", formula=replace(formula, min_n=1), known=known)
    (line,) = found.lines
    assert (line.unit.name, line.rank, line.counts.received, found.ranked) == ("柳河街道", 1, 3, 1)
    assert found.mean["solved"] == found.pooled.scores.solved.value == 0.5


def test_the_trend_of_a_unit_has_a_figure_for_each_period_and_none_invented(busy):
    counts = unit.trend(busy.pk, NOW_SPAN.trail(12), "A")
    assert [each.received for each in counts] == [0] * 11 + [3]
    assert counts[-1] == scorecard.from_tally(NOW_SPAN.window)["A"][busy.pk]


def test_exclusions_name_who_granted_them_and_causes_what_people_minded(busy):
    (row,) = unit.exclusions(busy.pk, NOW_SPAN.window)
    found = unit.causes(busy.pk, NOW_SPAN.window)

    assert (row.kind, row.subtype, row.approver, row.count) == ("exclusion", "无事实依据", "甲批准", 1)
    assert [(leaf.verdicts, leaf.unsolved, leaf.dissatisfied) for leaf in found.leaves] == [(2, 1, 1)]
    assert found.reasons == (("没有人来过", 1),)


def test_a_publisher_is_told_what_is_still_open(busy):
    case = make.a_case(state=CaseState.PENDING_CALLBACK, unit=busy)
    said = {"kind": "exclusion", "reason": "不属实", "evidence": "现场记录", "subtype": "无事实依据"}
    part = make.main(make.a_case(unit=busy))
    requests.file(part.pk, actor=make.a_handler(of=busy), now=make.NOW, **said)

    ready = publishing.readiness(NOW_SPAN, now=make.NOW)

    assert (ready.has_ended, ready.requests, ready.uncalled >= 1) == (False, {"exclusion": 1}, True)
    assert (ready.unread > 0, ready.is_clear, ready.published) == (True, False, None)
    assert case.pk


def test_a_published_sheet_says_what_was_sealed(busy):
    after = NOW_SPAN.window.ends
    first = publish.publish(period_of(NOW_SPAN), actor=make.a_supervisor(), now=after)
    make.a_case(unit=busy)
    rollup.refresh_all()
    second = publish.publish(period_of(NOW_SPAN), actor=make.a_supervisor(), now=after, reason="补一件")

    counts = [sheet.published(p, calibre="A", group="street").pooled.counts.received for p in (first, second)]
    assert counts == [3, 4]
    assert publishing.latest(NOW_SPAN).pk == second.pk
    assert [row.is_corrected for row in publishing.publications("").rows] == [False, True]


def test_the_effect_of_a_formula_is_shown_unit_by_unit():
    members = {
        1: Counts(valid=40, contacted=40, assessed=40, solved=40, satisfied=20),
        2: Counts(valid=40, contacted=40, assessed=40, solved=30, satisfied=40),
    }
    known = {pk: Unit(pk, f"第{pk}", "street") for pk in members}
    satisfied_first = Formula(response=0.1, solved=0.1, satisfied=0.8)

    rows = {row.unit.id: row for row in effect(members, known, Formula(), satisfied_first)}

    assert (rows[1].rank_before, rows[1].rank_after) == (2, 2) or rows[1].change < 0
    assert (rows[1].before, rows[1].after) == (80.0, 60.0)
    assert (rows[2].before, rows[2].after, rows[2].rank_after) == (87.5, 97.5, 1)
