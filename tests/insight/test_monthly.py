"""每月一题 from the candidates to the exit: terms that can be recomputed, steps with reasons, an honest effect."""

from datetime import date, datetime, timedelta

import numpy as np
import pytest
from django.db import DatabaseError, transaction
from hypothesis import given
from hypothesis import strategies as st

from petitions import errors
from petitions.insight.models import HourCount, MonthlyCandidate, MonthlyDecision, MonthlyIssue
from petitions.insight.monthly import asking, candidates, deciding, lists, measuring
from petitions.insight.monthly.deciding import Choice
from petitions.insight.monthly.lists import Line
from petitions.insight.monthly.measuring import Measured
from petitions.insight.monthly.paper import paper_of
from petitions.insight.monthly.ranking import WEIGHTS, Facts, Yardstick, ranked
from petitions.insight.queries import monthly
from petitions.insight.reports import docx
from petitions.insight.windows import SHANGHAI
from petitions.models import Job
from petitions.services import jobs
from petitions.states import CaseState
from routing.models import Area, Category, Parameter
from tests import make
from tests.insight.test_report_pages import OFFICE, WORDS, flat, needs_office, run

MONTH = date(2026, 6, 1)
NOW = datetime(2026, 7, 3, 9, tzinfo=SHANGHAI)


def leaves(count: int) -> list[Category]:
    """Of different classes: what one of them does says nothing about the next."""
    found = {}
    for leaf in Category.objects.leaves().order_by("code"):
        found.setdefault(leaf.code[:2], leaf)
    return list(found.values())[:count]


def counted(category: Category, area: Area, day: date, cases: int) -> None:
    hour = datetime(day.year, day.month, day.day, 9, tzinfo=SHANGHAI)
    HourCount.objects.create(
        hour=hour, area=area, category=category, channel="phone", department=None, result="open", received=cases
    )


def weekly(category: Category, area: Area, first: date, cases: list[int]) -> None:
    for number, count in enumerate(cases):
        counted(category, area, first + timedelta(days=7 * number), count)


# ── candidates ──
def facts_of(n: tuple[int, ...]) -> Facts:
    """Parts of a whole are not larger than it."""
    return Facts(n[0], n[1], n[2], n[3], judged=n[4], solved=min(n[5], n[4]), units=n[6], solving=min(n[7], n[6]))


LARGEST = (9, 50, 50, 6, 50, 50, 50, 50)
FACTS = st.tuples(*(st.integers(1, most) for most in LARGEST)).map(facts_of)


@given(st.lists(FACTS, min_size=1, max_size=4))
def test_the_score_is_the_sum_of_the_terms_shown_and_never_leaves_its_scale(matters):
    for _, terms, score in ranked(matters, Yardstick(50, 50, 6), WEIGHTS):
        assert score == pytest.approx(sum(term.points for term in terms))
        assert 0 <= score <= 100 + 1e-9
        assert all(0 <= term.points <= term.weight for term in terms)


@given(FACTS, st.integers(1, 20))
def test_more_cases_never_make_a_matter_less_of_a_candidate(facts, more):
    larger = Facts(**{**facts.__dict__, "category": 99, "cases": facts.cases + more})

    assert ranked([facts, larger], Yardstick(80, 50, 6), WEIGHTS)[0][0] is larger


def test_a_month_is_ranked_by_what_was_counted_in_it_and_in_those_before(city):
    large, lasting, rare = leaves(3)
    streets = list(Area.objects.at_level(Area.Level.STREET)[:4])
    for street in streets:
        counted(large, street, MONTH, 10)
        for back in range(4):
            counted(lasting, street, MONTH - timedelta(days=30 * back), 5)
    counted(rare, streets[0], MONTH, 3)
    counted(large, streets[0], date(2026, 7, 1), 500)  # a month later

    assert candidates.rank_last_month(now=NOW) == 2
    assert candidates.rank_last_month(now=NOW) == 0
    first, second = MonthlyCandidate.objects.filter(month=MONTH)

    told = {term["name"]: (term["count"], term["of"]) for term in first.terms}
    assert {first.category, second.category} == {large, lasting}
    by_category = {row.category_id: row for row in (first, second)}
    terms = {term["name"]: (term["count"], term["of"]) for term in by_category[lasting.pk].terms}
    assert terms["volume"] == (20, 40)
    assert terms["breadth"] == (4, 4)
    assert terms["lasting"] == (4, 6)
    assert told["unsolved"] == (0, 0)
    assert float(first.score) == pytest.approx(sum(term["points"] for term in first.terms), abs=0.05)


def test_what_some_units_solve_and_others_do_not_is_seen_in_the_answers(city):
    Parameter.objects.update_or_create(key="monthly.least", defaults={"value": 1})
    Parameter.objects.update_or_create(key="monthly.unit_answers", defaults={"value": 1})
    for _ in range(2):
        make.a_case(state=CaseState.CLOSED, unit=make.a_unit(), now=NOW - timedelta(days=10))

    assert candidates.rank(MONTH, actor=make.a_supervisor(), now=NOW) == 1
    terms = {term["name"]: (term["count"], term["of"]) for term in MonthlyCandidate.objects.get().terms}
    assert (terms["volume"], terms["unsolved"], terms["solvable"]) == ((2, 2), (0, 2), (2, 2))


def test_only_a_month_that_is_over_is_ranked_and_only_by_those_who_choose(city):
    with pytest.raises(errors.MonthNotOver):
        candidates.rank(date(2026, 7, 1), actor=make.a_supervisor(), now=NOW)
    with pytest.raises(errors.NotYours):
        candidates.rank(MONTH, actor=make.an_operator(), now=NOW)


# ── the file ──
def chosen(*, by=None, **said) -> MonthlyIssue:
    usual = {
        "theme": "路灯不亮",
        "month": MONTH,
        "questions": ["背街小巷路灯长期不亮", " "],
        "categories": leaves(1),
        "lead": make.a_unit(),
        "reason": "量大面广，有的街道一周内就能修好。",
    }
    return deciding.choose(Choice(**usual | said), actor=by or make.a_person("analyst"), now=NOW)


def running(**said) -> MonthlyIssue:
    by = make.a_supervisor()
    issue = chosen(**said)
    deciding.plan(issue.pk, text="先排查，后更换。", starts_on=date(2026, 4, 6), reason="已会商", actor=by, now=NOW)
    for kind in ("task", "responsibility"):
        lists.add(issue.pk, Line(kind, "排查一遍路灯", issue.lead, date(2026, 9, 30)), actor=by)
    return deciding.start(issue.pk, reason="清单已定", actor=by, now=NOW)


def test_a_theme_from_the_choice_to_the_exit(city):
    by, lead = make.a_supervisor(), make.a_unit()
    issue = running(lead=lead)
    head = make.a_head(of=lead)

    item = issue.items.get(kind="task")
    lists.done(item.pk, on=date(2026, 7, 1), evidence="排查台账 126 处", actor=head, now=NOW)
    lists.report_progress(issue.pk, month=date(2026, 6, 30), text="更换 80 盏。", actor=head, now=NOW)
    with pytest.raises(errors.MonthlyNotMeasured):
        deciding.conclude(issue.pk, what="exited", reason="好了", actor=by, now=NOW)
    measuring.measure(issue.pk, actor=by, now=NOW)
    deciding.conclude(issue.pk, what="continued", reason="还看不出效果", actor=by, now=NOW)
    with pytest.raises(errors.MonthlyNotMeasured):  # the same measure is no ground for a second decision
        deciding.conclude(issue.pk, what="exited", reason="再等等", actor=by, now=NOW)
    measuring.measure(issue.pk, actor=by, now=NOW)
    issue = deciding.conclude(issue.pk, what="exited", reason="转常态", actor=by, now=NOW)

    assert issue.state == "exited"
    told = [decision.what for decision in issue.decisions.order_by("pk")]
    assert told == ["chosen", "planned", "started", "continued", "exited"]
    assert issue.progress.get().figures == {"cases": 0, "judged": 0, "solved": 0}
    with pytest.raises(errors.MonthlyMoved):
        lists.report_progress(issue.pk, month=MONTH, text="还做了", actor=head, now=NOW)


def test_what_was_decided_cannot_be_rewritten(city):
    decision = chosen().decisions.get()

    with pytest.raises(DatabaseError), transaction.atomic():
        MonthlyDecision.objects.filter(pk=decision.pk).update(reason="另一个理由")
    with pytest.raises(DatabaseError), transaction.atomic():
        decision.delete()


def test_what_is_missing_or_not_theirs_is_refused_and_changes_nothing(city):
    by, issue = make.a_supervisor(), chosen()
    stranger, other = make.a_head(of=make.a_unit()), make.a_unit()
    step = {"actor": by, "now": NOW}
    line = Line("task", "修灯", issue.lead, date(2026, 9, 30))

    for refusal, act in [
        (errors.NotYours, lambda: chosen(by=make.an_operator())),
        (errors.NoReason, lambda: chosen(reason=" ")),
        (errors.MonthlyQuestions, lambda: chosen(questions=["一", "二", "三", "四"])),
        (errors.MonthlyQuestions, lambda: chosen(questions=[""])),
        (errors.MonthlyMatters, lambda: chosen(categories=[])),
        (errors.MonthlyMatters, lambda: chosen(areas=list(Area.objects.at_level("district")))),
        (errors.MonthlyMoved, lambda: deciding.start(issue.pk, reason="好", **step)),
        (
            errors.MonthlyStartWrong,
            lambda: deciding.plan(issue.pk, text="做", starts_on=date(1, 1, 1), reason="好", **step),
        ),
        (errors.MonthlyUnitOutside, lambda: lists.add(issue.pk, Line("task", "修", other, MONTH), actor=by)),
        (errors.NotYours, lambda: lists.add(issue.pk, line, actor=stranger)),
        (errors.MonthlyMoved, lambda: lists.report_progress(issue.pk, month=MONTH, text="做了", **step)),
        (errors.Unknown, lambda: deciding.start(10**15, reason="好", **step)),
    ]:
        with pytest.raises(refusal):
            act()
    deciding.plan(issue.pk, text="做", starts_on=MONTH, reason="好", **step)
    with pytest.raises(errors.MonthlyWithoutTasks):
        deciding.start(issue.pk, reason="好", **step)
    assert issue.decisions.count() == 2


def test_a_line_is_done_once_by_its_unit_with_evidence_and_not_in_the_future(city):
    issue = running()
    item, head = issue.items.first(), make.a_head(of=issue.lead)
    said = {"on": date(2026, 7, 2), "evidence": "台账", "actor": head, "now": NOW}

    for refusal, more in [
        (errors.NotYours, {"actor": make.a_head(of=make.a_unit())}),
        (errors.NoReason, {"evidence": " "}),
        (errors.MonthlyDateWrong, {"on": date(2026, 7, 4)}),
    ]:
        with pytest.raises(refusal):
            lists.done(item.pk, **said | more)
    lists.done(item.pk, **said)
    with pytest.raises(errors.MonthlyItemDone):
        lists.done(item.pk, **said)


@needs_office
def test_the_file_opens_in_libreoffice_and_says_who_does_what_and_what_came_of_it(city, tmp_path):
    issue, by = running(), make.a_supervisor()
    measuring.measure(issue.pk, actor=by, now=NOW)
    paper = paper_of(monthly.file(issue.pk, by), now=NOW)
    (tmp_path / "file.docx").write_bytes(docx.drawn(paper))

    profile = f"-env:UserInstallation=file://{tmp_path}/office"
    run(OFFICE, profile, "--headless", "--convert-to", "pdf", "--outdir", tmp_path, tmp_path / "file.docx")

    read = flat(run(WORDS, "-layout", tmp_path / "file.pdf", "-"))
    for said in ("路灯不亮", issue.lead.name, "排查一遍路灯", "未完成", "看不出效果", "清单已定"):
        assert flat(said) in read


# ── the effect ──
def test_a_plain_effect_in_the_whole_city_is_found_against_other_matters(city):
    chance, street = np.random.default_rng(3), Area.objects.at_level(Area.Level.STREET).first()
    own, *others = leaves(9)
    first = date(2026, 4, 6) - timedelta(weeks=20)
    for leaf in others:
        weekly(leaf, street, first, chance.poisson(60, 32).tolist())
    weekly(own, street, first, [*chance.poisson(60, 20), *chance.poisson(30, 12)])

    issue = running(categories=[own])
    found = Measured.of(measuring.measure(issue.pk, actor=make.a_supervisor(), now=NOW).content)

    assert (found.since, len(found.treated), found.by_place) == (20, 32, False)
    assert found.is_shown
    assert found.low <= -50 <= found.high
    assert {name for name, _ in found.controls} <= {str(leaf) for leaf in others}


def test_measures_in_one_district_are_compared_with_the_same_matter_in_other_streets(city):
    chance, (own, other) = np.random.default_rng(4), leaves(2)
    district = Area.objects.at_level(Area.Level.DISTRICT).first()
    streets = list(Area.objects.at_level(Area.Level.STREET))
    first = date(2026, 4, 6) - timedelta(weeks=20)
    for street in streets:
        is_inside = street.path.startswith(district.path)
        weekly(own, street, first, [*chance.poisson(50, 20), *chance.poisson(25 if is_inside else 50, 12)])
        weekly(other, street, first, chance.poisson(500, 32).tolist())

    issue = running(categories=[own], areas=[district])
    found = Measured.of(measuring.measure(issue.pk, actor=make.a_supervisor(), now=NOW).content)

    outside = {street.name for street in streets if not street.path.startswith(district.path)}
    assert found.by_place
    assert {name for name, _ in found.controls} <= outside
    assert found.is_shown
    assert found.low <= -50 <= found.high


def test_without_a_change_no_effect_is_claimed(city):
    chance, street = np.random.default_rng(5), Area.objects.at_level(Area.Level.STREET).first()
    own, *others = leaves(7)
    first = date(2026, 4, 6) - timedelta(weeks=20)
    for leaf in (own, *others):
        weekly(leaf, street, first, chance.poisson(60, 32).tolist())

    issue = running(categories=[own])
    found = Measured.of(measuring.measure(issue.pk, actor=make.a_supervisor(), now=NOW).content)

    assert not found.is_shown
    assert "看不出效果" in found.words


# ── measuring as a job ──
def test_a_theme_is_measured_once_at_a_time_and_all_that_was_found_is_kept(city):
    issue, by = running(), make.a_supervisor()

    job = asking.ask(issue.pk, actor=by)
    assert asking.ask(issue.pk, actor=by) == job
    assert asking.run_waiting() == 1
    asking.ask(issue.pk, actor=by)
    asking.run_waiting()

    found = monthly.file(issue.pk, by)
    assert (len(found.history), found.job.state, found.job.done) == (2, Job.State.DONE, measuring.STEPS)
    for person in (make.a_person("leader"), make.a_handler(of=make.a_unit())):
        with pytest.raises(errors.NotYours):
            asking.ask(issue.pk, actor=person)


def test_a_running_theme_is_measured_again_once_a_month(city):
    issue, chosen_only = running(), chosen()

    assert (asking.ask_due(now=NOW), asking.ask_due(now=NOW)) == (1, 0)  # waits already
    asking.run_waiting()
    assert chosen_only.measures.count() == 0
    assert [row.by.username for row in issue.measures.all()] == ["system"]
    assert asking.ask_due(now=NOW.replace(year=2099)) == 1


def test_what_was_cancelled_while_it_ran_is_not_kept(city):
    issue, by = running(), make.a_supervisor()
    job = asking.ask(issue.pk, actor=by)

    def reached(step: int) -> None:
        jobs.stop(job.pk, actor=by)
        raise jobs.Cancelled

    with pytest.raises(jobs.Cancelled):
        measuring.measure(issue.pk, actor=by, now=NOW, reached=reached)
    assert (issue.measures.count(), asking.run_waiting()) == (0, 0)
