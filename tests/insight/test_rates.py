"""Rates as values: intervals, order, grades, no figure without answers."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petitions.insight import rates
from petitions.insight.rates import Counts, Formula, Rate

FORMULA = Formula()


def a_unit(n: int, solved: float = 0.9, **more) -> Counts:
    hits = round(n * solved)
    return Counts(received=n, valid=n, contacted=n, assessed=n, solved=hits, satisfied=hits, **more)


def test_without_answers_there_is_no_figure_instead_of_a_zero():
    scores = rates.scores(Counts(received=12), FORMULA)

    assert (scores.solved.value, scores.solved.interval, scores.composite, scores.interval) == (None, None, None, None)


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    # Wilson's interval, computed independently with statsmodels' definition on paper: 8/10, 0/10, 10/10, 93/100.
    [(8, 10, 0.4902, 0.9433), (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (93, 100, 0.8625, 0.9657)],
)
def test_the_interval_is_wilsons(hits, n, low, high):
    assert rates.wilson(hits, n) == pytest.approx((low, high), abs=5e-4)


@given(st.integers(1, 5000), st.floats(0, 1))
def test_an_interval_holds_its_rate_and_stays_within_nothing_and_all(n, share):
    low, high = Rate(share * n, n).interval

    assert 0 <= low <= share + 1e-9
    assert share - 1e-9 <= high <= 1


def test_units_with_too_few_answers_are_listed_but_not_ranked():
    lines = {1: a_unit(29, 1.0), 2: a_unit(30, 0.8), 3: a_unit(400, 0.9)}

    placed = rates.place(lines, FORMULA)

    assert [(p.unit, p.rank, bool(p.grade)) for p in placed] == [(3, 1, True), (2, 2, True), (1, None, False)]


def test_a_small_unit_with_a_lucky_month_does_not_pass_a_large_one_that_is_nearly_perfect():
    lines = {1: a_unit(31, 1.0), 2: a_unit(3000, 0.99), 3: a_unit(900, 0.6)}

    order = [p.unit for p in rates.place(lines, FORMULA)]

    assert order == [2, 1, 3]


def test_of_two_equal_units_the_one_with_more_cases_comes_first():
    lines = {1: a_unit(100), 2: replace(a_unit(100), received=500)}

    assert [p.unit for p in rates.place(lines, FORMULA)] == [2, 1]


@given(st.dictionaries(st.integers(1, 40), st.tuples(st.integers(0, 200), st.floats(0, 1)), max_size=12))
def test_every_unit_is_placed_once_and_ranks_have_no_gap(lines):
    counts = {unit: a_unit(n, share) for unit, (n, share) in lines.items()}

    placed = rates.place(counts, FORMULA)

    assert sorted(p.unit for p in placed) == sorted(counts)
    ranks = [p.rank for p in placed if p.rank]
    assert ranks == list(range(1, len(ranks) + 1))


def test_the_grade_follows_the_bands_of_the_formula():
    bands = (("甲", 90.0), ("乙", 0.0))
    placed = rates.place({1: a_unit(100, 1.0), 2: a_unit(100, 0.2)}, replace(FORMULA, bands=bands))

    assert [p.grade for p in placed] == ["甲", "乙"]


def test_the_mean_of_units_leaves_out_units_without_answers():
    lines = [rates.scores(c, FORMULA) for c in (a_unit(10, 1.0), a_unit(90, 0.5), Counts(received=3))]

    assert rates.mean_of_units(lines)["solved"] == pytest.approx(0.75)
