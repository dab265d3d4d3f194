"""Detectors find simulated cheats, leave honest districts alone, and say no more than their figures do.

How often exactly: bench/detectors.py. Here a few seeds each, so that a broken detector fails.
"""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from math import comb, exp, factorial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import dishonest
from bench.dishonest import DOSES, RULES
from petitions.insight.detectors import bursts, ratings, shares, tails
from petitions.insight.detectors.found import Thresholds
from petitions.insight.detectors.ratings import Invitation
from petitions.insight.detectors.shares import Claimed

LIMITS = Thresholds()


# ── tails ──
@given(st.integers(0, 12), st.integers(1, 12), st.fractions(Fraction(1, 20), Fraction(19, 20)))
def test_the_binomial_tail_is_the_exact_one(count, of, share):
    exact = sum(comb(of, k) * share**k * (1 - share) ** (of - k) for k in range(count, of + 1))

    assert tails.binomial(count, of, float(share)) == pytest.approx(float(exact), abs=1e-9)


def test_units_that_differ_make_high_counts_less_surprising():
    alike, apart = tails.beta_binomial(20, 100, 0.1, 0.0), tails.beta_binomial(20, 100, 0.1, 0.05)

    assert alike == tails.binomial(20, 100, 0.1)
    assert 0.001 < alike < 0.01 < 0.05 < apart


def test_a_count_without_extra_noise_is_a_poisson_count():
    exact = 1 - sum(exp(-3.0) * 3.0**k / factorial(k) for k in range(7))

    assert tails.negative_binomial(7, 3.0, 3.0) == pytest.approx(exact, rel=1e-9)
    assert tails.negative_binomial(7, 3.0, 9.0) > exact


def test_many_questions_make_each_answer_weaker():
    """The example of Benjamini and Hochberg: rank by rank, p × m ÷ rank, never below a smaller p's."""
    assert tails.adjusted({"a": 0.01, "b": 0.02, "c": 0.03, "d": 0.9}) == pytest.approx(
        {"a": 0.04, "b": 0.04, "c": 0.04, "d": 0.9}
    )
    assert tails.adjusted({"a": 0.01}, questions=50)["a"] == pytest.approx(0.5)


def test_a_group_of_few_says_nothing_about_what_is_usual():
    assert tails.excess({1: (50, 100), 2: (1, 100), 3: (2, 100)}, differ=0.4) == {}


def test_one_other_cheat_does_not_hide_a_unit():
    honest = {unit: (2 + unit % 3, 100) for unit in range(14)}

    found = tails.excess(honest | {98: (40, 100), 99: (40, 100)}, differ=0.4)

    assert found[98].p < 1e-6
    assert min(found[unit].p for unit in honest) > 0.05


# ── simulated districts ──
@pytest.mark.parametrize("rule", RULES)
def test_a_brazen_cheat_is_found_with_its_cases(rule):
    world = dishonest.make(5, cheat=rule, dose=DOSES[rule][-1])

    found = [each for each in dishonest.look(world) if each.rule == rule]

    assert dishonest.is_caught(found, rule), f"{rule} was not found"
    assert all(each.proofs and each.strength > 1 for each in found)
    known = {row.case for row in world.cases} | {row.case for row in world.verdicts}
    known |= {row.case for row in world.invitations}
    assert {proof.case for each in found for proof in each.proofs} <= known


def test_honest_districts_are_left_alone():
    """With q = 0.01 a rule, and thresholds for the plain counts, one of eight honest periods is already unlucky."""
    periods = [dishonest.look(dishonest.make(seed)) for seed in range(8)]

    assert sum(bool(found) for found in periods) <= 2


# ── single rules ──
FIRST = date(2026, 11, 1)
GROUPS = {unit: "street" for unit in range(10)}


def claims(denied: dict[int, int]) -> list[Claimed]:
    at = datetime(2026, 11, 2, tzinfo=UTC)
    return [Claimed(unit, unit * 1000 + n, at, n < denied.get(unit, 0)) for unit in GROUPS for n in range(200)]


def test_false_replies_everywhere_single_nobody_out():
    assert shares.false_replies(claims({unit: 20 for unit in GROUPS}), GROUPS, LIMITS) == []


def test_false_replies_of_one_unit_carry_just_its_denied_cases():
    (found,) = shares.false_replies(claims({3: 20}), GROUPS, LIMITS)

    assert (found.unit, found.observed, found.n) == (3, 20, 200)
    assert {proof.case for proof in found.proofs} == {3000 + n for n in range(20)}


def links(day: date, count: int, answered: int, *, unit: int = 1, network: str = "") -> list[Invitation]:
    """Links sent on a day; the first `answered` are rated perfectly on the same day."""
    at = datetime(day.year, day.month, day.day, 8, tzinfo=UTC)
    base = day.toordinal() * 1000
    return [
        Invitation(unit, base + n, day, at, day, True, network) if n < answered else Invitation(unit, base + n, day)
        for n in range(count)
    ]


def month_of(**special: int) -> list[Invitation]:
    """Twelve weeks and twenty days of ten links and two perfect ratings each; `special`: what the 10th day has."""
    days = [FIRST + timedelta(days=n) for n in range(-84, 20)]
    usual = [row for day in days if day != FIRST + timedelta(days=9) for row in links(day, 10, 2)]
    return usual + links(FIRST + timedelta(days=9), **special)


def found_bursts(told: list[Invitation]):
    return bursts.bursts(told, first=FIRST, last=FIRST + timedelta(days=19), limits=LIMITS)


def test_a_day_of_many_perfect_ratings_is_a_burst():
    (found,) = found_bursts(month_of(count=20, answered=20))

    assert (found.observed, found.more["days"], len(found.proofs)) == (20, ["2026-11-10"], 20)


def test_a_batch_of_closed_cases_brings_more_ratings_and_is_none():
    assert found_bursts(month_of(count=100, answered=20)) == []


def test_a_network_that_serves_everybody_is_nobodys_own():
    day = FIRST
    told = [row for unit in range(10) for row in links(day, 30, 25, unit=unit, network="carrier")]

    assert ratings.crowded_networks(told, LIMITS) == []


def test_a_daily_look_is_stricter_than_a_single_one():
    assert LIMITS.per_look(31) == LIMITS.q / 8 < LIMITS.per_look(1) == LIMITS.q
