"""Laws of the rules behind alerts: nothing where all is as usual, more is never less unusual."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from petitions.insight.alerts import placing
from petitions.insight.alerts.bursts import WINDOWS, Burst, Limits, Seen, look, z_of
from petitions.insight.alerts.forecast import AHEAD, YEAR, forecast
from petitions.insight.alerts.frequent import frequent
from petitions.insight.alerts.people import Told, many_callers, metres, one_caller
from petitions.insight.alerts.rhythm import rhythm
from petitions.insight.alerts.sensitive import sensitive
from petitions.insight.alerts.strength import strength
from petitions.insight.alerts.strictness import FALSE, TRUE, Steps, stricter_count, strictness
from petitions.insight.alerts.usual import DAYS, Usual, season, usual

AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
levels = st.floats(0.1, 500)
known = st.builds(Usual, per_day=levels, spread=st.floats(0.01, 0.5), weight=st.floats(1, 1e5))


# ── 异动 ──
@given(known, st.floats(0.5, 2.0))
def test_what_is_as_expected_is_never_a_burst(level, hour_of_day):
    expected = {hours: level.per_day * hour_of_day * hours / 24 for hours in WINDOWS}
    seen = {hours: Seen(int(mean), mean) for hours, mean in expected.items()}

    assert look(seen, level, Limits(), z=4.0) is None


@given(known, st.sampled_from(WINDOWS), st.integers(0, 400), st.integers(1, 50))
def test_more_cases_are_never_less_unusual(level, hours, count, more):
    mean = level.per_day * hours / 24

    assert z_of(hours, Seen(count + more, mean), level) >= z_of(hours, Seen(count, mean), level)


@given(st.lists(levels, min_size=1, max_size=60), st.lists(levels, min_size=1, max_size=60))
def test_more_series_never_lower_the_threshold(some, others):
    assert Limits().z_among(some + others) >= Limits().z_among(some) >= 4.0


def test_a_city_of_many_series_asks_for_more():
    assert Limits().z_among([30.0] * 5000) > Limits().z_among([30.0] * 50) + 0.3


def test_nine_cases_are_too_few_and_a_tenth_more_is_not_a_burst():
    quiet, busy = Usual(0.1, 0.03, 50), Usual(2000, 0.03, 1e6)

    assert look({1: Seen(9, 0.004)}, quiet, Limits(), z=4.0) is None
    assert look({1: Seen(10, 0.004)}, quiet, Limits(), z=4.0).count == 10
    assert look({168: Seen(15_400, 14_000.0)}, busy, Limits(), z=0.0) is None


# ── what is usual ──
@given(st.integers(1, 200))
def test_an_even_series_is_its_own_level(count):
    (found,) = usual(np.full((1, DAYS), float(count)), np.ones((1, DAYS)))

    assert found.per_day == pytest.approx(count, rel=0.01)


def test_a_burst_of_last_week_hardly_raises_the_level_and_the_season_does():
    days = np.full((2, DAYS), 10.0)
    days[1, -5:-2] = 100
    even, after_burst = usual(days, np.ones((2, DAYS)))
    assert after_burst.per_day < 1.6 * even.per_day

    last_year = np.full((1, 120), 10.0)
    last_year[0, 90:] = 40
    assert season(last_year, 95)[0] > 2
    assert season(last_year, 60)[0] == pytest.approx(1.0)


def test_a_rhythm_adds_up_to_a_week_and_borrows_what_it_never_saw():
    kinds, hours = np.zeros(20, int), np.zeros((20, 24))
    hours[:, 9] = 50

    found = rhythm(hours, kinds)

    assert found.sum() == pytest.approx(7)
    assert found[0, 9] == found.max()
    assert found[6].min() > 0


# ── where it is ──
TREE = {"city": ["north", "south"], "north": ["n1", "n2"]}


def burst_at(*places: str, excess: dict[str, float]):
    bursts = {place: Burst(24, round(excess[place]) + 5, 5.0, 6.0) for place in places}
    above = {place: {24: cases} for place, cases in excess.items()}
    return dict(placing.place("city", TREE, bursts, above))


def test_a_burst_is_told_once_where_most_of_it_is():
    one_street = {"city": 20, "north": 20, "n1": 19, "n2": 1, "south": 0}
    everywhere = {"city": 40, "north": 20, "n1": 10, "n2": 10, "south": 20}

    assert set(burst_at("city", "north", "n1", excess=one_street)) == {"n1"}
    assert set(burst_at("city", "north", "south", excess=everywhere)) == {"city"}
    assert set(burst_at("n1", "south", excess=everywhere)) == {"n1", "south"}


# ── forecast ──
def weekly(years: float, swing: float, seed: int = 1) -> np.ndarray:
    weeks = np.arange(int(YEAR * years))
    return np.random.default_rng(seed).poisson(60 * (1 + swing * np.sin(2 * np.pi * weeks / YEAR))).astype(float)


def test_a_season_is_drawn_and_noise_is_not():
    swinging, noise = weekly(2.2, 0.7), weekly(2.2, 0.0)

    drawn, plain = forecast(swinging, swinging), forecast(noise, noise)

    assert drawn.is_drawn
    assert drawn.ratio < 0.9
    assert not plain.is_drawn
    assert len(set(plain.expected)) == 1


@settings(max_examples=15, deadline=None)
@given(st.integers(16, 70), st.integers(0, 5))
def test_a_forecast_lies_in_its_interval_and_is_the_same_each_time(weeks, seed):
    series = weekly(2, 0.3, seed)[:weeks]
    path = forecast(series, series)

    assert path == forecast(series, series)
    assert len(path.expected) == AHEAD
    for low, middle, high in zip(path.low, path.expected, path.high, strict=True):
        assert 0 <= low <= middle <= high


def test_with_less_than_sixteen_weeks_nothing_is_forecast():
    assert forecast(np.ones(15), np.ones(15)) is None


# ── 高频 ──
@pytest.mark.parametrize(
    ("periods", "found"),
    [
        ([{1: 20, 2: 5}, {1: 15}, {1: 12}], (1, 3)),
        ([{1: 20}, {1: 15}, {1: 12}, {1: 11}, {2: 30}], (1, 4)),
        ([{1: 20}, {2: 15}, {1: 12}], None),
        ([{1: 20}, {1: 15}, {1: 9}], None),
        ([{1: 20, 2: 20}, {1: 15}, {1: 12}], None),
        ([], None),
    ],
)
def test_what_leads_three_periods_running(periods, found):
    seen = frequent(periods, running=3, least=10)

    assert (seen and (seen.leaf, seen.periods)) == found


# ── people ──
def told(case: int, caller: int | None = None, *, hours: float = 0, **more) -> Told:
    facts = {"leaf": 1, "area": 1, "spot": "滨河路12号"} | more
    return Told(case, case if caller is None else caller, at=AT + timedelta(hours=hours), **facts)


@pytest.mark.parametrize(("days", "alerts"), [((0, 10, 20), 1), ((0, 10, 45), 0), ((0, 40, 50, 60), 1)])
def test_one_caller_counts_within_its_days(days, alerts):
    cases = [told(number, 7, hours=24 * day) for number, day in enumerate(days)]

    assert len(one_caller(cases, count=3, within=timedelta(days=30))) == alerts


def test_many_callers_are_different_people_about_one_spot_in_time():
    within = timedelta(hours=24)
    five = [told(number) for number in range(5)]

    assert len(many_callers(five, people=5, within=within)) == 1
    assert many_callers(five[:4] + [told(9, 0)], people=5, within=within) == []
    assert many_callers(five[:4] + [told(9, spot="滨河路99号")], people=5, within=within) == []
    assert many_callers(five[:4] + [told(9, leaf=2)], people=5, within=within) == []
    assert many_callers(five[:4] + [told(9, hours=30)], people=5, within=within) == []
    assert many_callers([told(n, spot="") for n in range(5)], people=5, within=within) == []


def test_three_hundred_metres_are_near_whatever_the_address_says():
    near = [told(n, spot=f"{n}号", at_point=(31.0 + n * 0.0005, 121.0)) for n in range(5)]
    far = [told(n, spot="", at_point=(31.0 + n * 0.004, 121.0)) for n in range(5)]

    assert metres((31.0, 121.0), (31.0, 121.01)) == pytest.approx(953, rel=0.01)
    assert len(many_callers(near, people=5, within=timedelta(hours=24))) == 1
    assert many_callers(far, people=5, within=timedelta(hours=24)) == []


# ── danger, strength, strictness ──
@pytest.mark.parametrize(
    ("urgency", "repeats", "found"), [("normal", 9, None), ("urgent", 2, False), ("critical", 3, True)]
)
def test_sensitive_and_instant(urgency, repeats, found):
    seen = sensitive(["漏气", "天气"], {"漏气": "燃气"}, ["燃气"], urgency=urgency, repeats=repeats, instant=3)

    assert (seen and seen.is_instant) is found


@given(*[st.integers(0, 500)] * 4)
def test_strength_is_four_grades_and_grows_with_cases(cases, places, fierce, hard):
    graded = strength(cases=cases, places=places, fierce=min(fierce, cases), hard=min(hard, cases))

    assert 4 <= graded.total <= 16
    assert strength(cases=cases + 50, places=places, fierce=0, hard=0).frequency >= graded.frequency


@given(st.lists(st.sampled_from([FALSE, TRUE]), max_size=40))
def test_strictness_has_a_floor_and_a_ceiling_and_a_false_alarm_never_loosens(judged):
    factor = strictness(judged, Steps())

    assert 1.0 <= factor <= 2.0
    assert strictness([*judged, FALSE], Steps()) >= factor >= strictness([*judged, TRUE], Steps())


def test_a_stricter_count_is_a_whole_case_more():
    assert [stricter_count(3, factor) for factor in (1.0, 1.1, 1.4, 2.0)] == [3, 4, 5, 6]
