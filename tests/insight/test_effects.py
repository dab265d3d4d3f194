"""Laws of the measured effect, and a few worlds of bench/effects.py so that a broken interval fails."""

from math import log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.effects import one
from petitions.insight import effects, student

COUNTS = st.lists(st.integers(8, 60), min_size=14, max_size=14)
CONTROLS = st.lists(COUNTS, min_size=2, max_size=5).map(lambda rows: {f"c{k}": row for k, row in enumerate(rows)})


@pytest.mark.parametrize(
    ("t", "freedom", "chance"), [(12.706, 1, 0.05), (4.303, 2, 0.05), (2.571, 5, 0.05), (2.660, 60, 0.01)]
)
def test_the_chance_of_a_t_value_is_the_tables(t, freedom, chance):
    assert student.chance(t, freedom) == pytest.approx(chance, abs=2e-4)
    assert student.reach(1 - chance, freedom) == pytest.approx(t, abs=2e-2)


@given(st.integers(10, 400), st.lists(st.integers(10, 400), min_size=2, max_size=6))
def test_where_nothing_changes_no_effect_is_shown(level, levels):
    found = effects.compare([level] * 12, {str(k): [each] * 12 for k, each in enumerate(levels)}, since=8)

    assert found.change_percent == pytest.approx(0, abs=2)
    assert found.low <= 0 <= found.high
    assert "看不出效果" in found.words


@settings(max_examples=40)
@given(COUNTS, CONTROLS, st.integers(6, 13))
def test_the_interval_is_about_the_estimate_and_its_chance_agrees_with_it(treated, controls, since):
    found = effects.compare(treated, controls, since=since)
    low, middle, high = (log(1 + percent / 100) for percent in (found.low, found.change_percent, found.high))

    assert middle - low == pytest.approx(high - middle)
    assert found.is_shown == (found.p < 0.05)
    assert sum(found.controls.values()) == pytest.approx(1)
    assert min(found.controls.values()) > 0
    assert sum(found.expected[:since]) == pytest.approx(sum(treated[:since]))


@settings(max_examples=30)
@given(COUNTS, CONTROLS, st.randoms(use_true_random=False))
def test_what_the_controls_are_called_and_in_which_order_they_come_does_not_matter(treated, controls, chance):
    names = list(controls)
    chance.shuffle(names)
    first = effects.compare(treated, controls, since=9)
    other = effects.compare(treated, {f"x{k}": controls[name] for k, name in enumerate(names)}, since=9)

    assert (first.low, first.high) == pytest.approx((other.low, other.high))


@settings(max_examples=30)
@given(COUNTS, CONTROLS)
def test_ten_times_the_cases_tell_of_the_same_change_no_less_surely(treated, controls):
    few = effects.compare(treated, controls, since=10)
    many = effects.compare(
        [10 * n for n in treated], {k: [10 * n for n in row] for k, row in controls.items()}, since=10
    )

    assert many.change_percent == pytest.approx(few.change_percent, abs=8)
    # Placebos are counted out whole: the two calibrations may differ by a step.
    assert log(100 + many.high) - log(100 + many.low) <= log(100 + few.high) - log(100 + few.low) + 0.25


@given(st.integers(6, 13), st.lists(st.lists(st.sampled_from([0, 0, 0, 1, 40]), min_size=14, max_size=14), max_size=4))
def test_series_that_are_mostly_nothing_are_compared_or_refused_in_words(since, rows):
    treated, *others = [[0] * 5 + [12] * 9, *rows]
    found = effects.compare(treated, {str(k): row for k, row in enumerate(others)}, since=since)

    assert found.words
    assert found.change_percent is None or found.low <= found.change_percent <= found.high


def test_fewer_cases_make_a_wider_interval_and_a_plain_change_is_seen_in_many():
    chance = np.random.default_rng(5)

    def found(mean: float) -> effects.Effect:
        rates = np.full((9, 24), mean)
        rates[0, 16:] *= 0.6
        treated, *others = chance.poisson(rates).tolist()
        return effects.compare(treated, {str(k): row for k, row in enumerate(others)}, since=16)

    few, many = found(6.0), found(400.0)
    assert few.high - few.low > 3 * (many.high - many.low)
    assert many.is_shown
    assert many.low <= -40 <= many.high
    assert "少" in many.words


@pytest.mark.parametrize(
    ("treated", "controls", "since", "word"),
    [
        ([20] * 8, {"a": [20] * 8, "b": [20] * 8}, 8, "还没有完整的一期"),
        ([20] * 8, {"a": [20] * 8, "b": [20] * 8}, 5, "只有 5 期"),
        ([1] * 8, {"a": [20] * 8, "b": [20] * 8}, 7, "不足 10 件"),
        ([20] * 8, {"a": [20] * 8, "b": [0] * 8}, 7, "对照的不足"),
    ],
)
def test_too_few_data_are_said_plainly(treated, controls, since, word):
    found = effects.compare(treated, controls, since=since)

    assert (found.change_percent, found.p, found.is_shown) == (None, 1.0, False)
    assert "看不出效果" in found.words
    assert word in found.words


def test_series_of_different_length_are_refused():
    with pytest.raises(ValueError, match="length"):
        effects.compare([1] * 10, {"a": [1] * 9}, since=6)


def test_simulated_interventions_are_covered_and_placebos_rarely_claimed():
    """Few runs: the true shares are in bench/effects.py. A broken interval falls far outside."""
    runs = [one(77, number) for number in range(80)]
    holds = sum(real.low <= 100 * drawn["change"] <= real.high for drawn, real, _ in runs)
    claimed = sum(placebo.is_shown for *_, placebo in runs)

    assert holds >= 68
    assert claimed <= 11
