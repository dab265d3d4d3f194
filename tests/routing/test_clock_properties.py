"""What must hold for every schedule, and the same deadlines as a counter of minutes over three years."""

import random
from datetime import date, datetime, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from routing.clock import (
    SHANGHAI,
    Calendar,
    Limit,
    add,
    as_long_again,
    between,
    opening,
    resumed,
    span,
    subtract,
)
from routing.loading.calendar import COLUMNS
from routing.loading.defaults import DATA
from routing.tables import read_table
from tests.routing.minutes import MINUTE, Minutes

YEARS = range(2024, 2028)
SCHEDULES = 10_000
MODES = ("natural", "office_hours", "working_day")


def days_of(kind: str) -> frozenset[date]:
    rows = (row for year in YEARS for row in read_table(DATA / f"holidays_{year}.csv", COLUMNS))
    return frozenset(date.fromisoformat(row["date"]) for row in rows if row["kind"] == kind)


CALENDAR = Calendar(days_off=days_of("off"), make_up_days=days_of("work"), announced_years=frozenset(YEARS))


@pytest.fixture(scope="module")
def minutes() -> Minutes:
    return Minutes(CALENDAR, YEARS[0] - 1, YEARS[-1] + 1)


starts = st.datetimes(datetime(2024, 1, 1), datetime(2026, 12, 31, 23, 59)).map(
    lambda moment: moment.replace(second=0, microsecond=0, tzinfo=SHANGHAI)
)
limits = st.one_of(
    st.builds(Limit, st.integers(1, 3000), st.just("minute"), st.sampled_from(["natural", "office_hours"])),
    st.builds(Limit, st.integers(1, 100), st.just("hour"), st.sampled_from(["natural", "office_hours"])),
    st.builds(Limit, st.integers(1, 20), st.just("day"), st.sampled_from(MODES)),
)


def test_ten_thousand_random_schedules_are_due_to_the_minute(minutes):
    rng = random.Random(20261120)
    wrong = [text for _ in range(SCHEDULES) if (text := _difference(*_a_schedule(rng), minutes))]

    assert wrong == []


def _a_schedule(rng: random.Random) -> tuple[datetime, Limit]:
    start = datetime(2024, 1, 1, tzinfo=SHANGHAI) + rng.randrange(3 * 365 * 24 * 60) * MINUTE
    mode = rng.choice(MODES)
    unit = "day" if mode == "working_day" else rng.choice(["minute", "hour", "day"])
    return start, Limit(rng.randint(1, {"minute": 3000, "hour": 100, "day": 30}[unit]), unit, mode)


def _difference(start: datetime, limit: Limit, minutes: Minutes) -> str:
    ours = add(start, limit, CALENDAR).at
    theirs = minutes.due(start, span(limit, CALENDAR) // MINUTE, limit.mode)
    back = subtract(ours, limit, CALENDAR).at
    if ours == theirs and add(back, limit, CALENDAR).at == ours and back >= start:
        return ""
    return f"{start} + {limit}: {ours}, counted {theirs}, back to {back}"


@settings(max_examples=200, deadline=None)
@given(start=starts, limit=limits)
def test_it_agrees_with_the_counter_of_minutes(minutes, start, limit):
    assert add(start, limit, CALENDAR).at == minutes.due(start, span(limit, CALENDAR) // MINUTE, limit.mode)


@settings(max_examples=200, deadline=None)
@given(one=starts, other=starts, mode=st.sampled_from(MODES))
def test_the_time_between_agrees_with_the_counter_of_minutes(minutes, one, other, mode):
    start, end = sorted([one, other])
    assert between(start, end, CALENDAR, mode) == minutes.between(start, end, mode) * MINUTE


@settings(deadline=None)
@given(starts, limits)
def test_the_time_between_start_and_deadline_is_the_limit(start, limit):
    due = add(start, limit, CALENDAR).at
    assert between(start, due, CALENDAR, limit.mode) == span(limit, CALENDAR)


@settings(deadline=None)
@given(starts, limits)
def test_counting_back_from_a_deadline_gives_the_last_start_with_it(start, limit):
    due = add(start, limit, CALENDAR).at
    last = subtract(due, limit, CALENDAR).at
    assert last >= start
    assert add(last, limit, CALENDAR).at == due
    assert add(last + MINUTE, limit, CALENDAR).at > due


@settings(deadline=None)
@given(starts, limits)
def test_counting_forth_from_a_counted_minute_and_back_ends_where_it_began(start, limit):
    begin = start if limit.mode == "natural" else opening(start, CALENDAR)
    assert subtract(add(begin, limit, CALENDAR).at, limit, CALENDAR).at == begin


@settings(deadline=None)
@given(starts, limits)
def test_what_starts_before_the_last_start_is_in_time_and_what_starts_after_is_not(end, limit):
    last = subtract(end, limit, CALENDAR).at
    assert add(last - MINUTE, limit, CALENDAR).at <= end < add(last + MINUTE, limit, CALENDAR).at


@settings(deadline=None)
@given(starts, starts, limits)
def test_a_later_start_never_ends_earlier(one, other, limit):
    first, second = sorted([one, other])
    assert add(first, limit, CALENDAR).at <= add(second, limit, CALENDAR).at


@settings(deadline=None)
@given(starts, limits, st.integers(1, 30))
def test_a_longer_limit_never_ends_earlier(start, limit, more):
    longer = Limit(limit.amount + more, limit.unit, limit.mode)
    assert add(start, limit, CALENDAR).at < add(start, longer, CALENDAR).at


@settings(deadline=None)
@given(starts, limits, st.integers(1, 30))
def test_two_limits_after_each_other_end_where_their_sum_does(start, limit, more):
    second = Limit(more, limit.unit, limit.mode)
    together = Limit(limit.amount + more, limit.unit, limit.mode)
    first_due = add(start, limit, CALENDAR).at
    assert add(first_due, second, CALENDAR).at == add(start, together, CALENDAR).at


@settings(deadline=None)
@given(starts, starts, starts, st.sampled_from(["natural", "office_hours"]))
def test_elapsed_time_adds_up_over_any_split(one, two, three, mode):
    a, b, c = sorted([one, two, three])
    assert between(a, b, CALENDAR, mode) + between(b, c, CALENDAR, mode) == between(a, c, CALENDAR, mode)


@settings(deadline=None)
@given(starts)
def test_an_opening_is_in_office_hours_and_nothing_counted_lies_before_it(start):
    begin = opening(start, CALENDAR)
    assert between(begin, begin + MINUTE, CALENDAR, "office_hours") == MINUTE
    assert between(start, begin, CALENDAR, "office_hours") == timedelta()


@settings(deadline=None)
@given(starts, limits, st.integers(0, 5000), st.integers(0, 20_000))
def test_a_pause_moves_a_deadline_by_nothing_but_the_time_it_took(start, limit, before, pause):
    due = add(start, limit, CALENDAR).at
    paused_at = start + before * MINUTE
    assume(between(paused_at, due, CALENDAR, limit.mode) > timedelta())
    resumed_at = paused_at + pause * MINUTE

    after = resumed(due, CALENDAR, limit.mode, paused_at=paused_at, resumed_at=resumed_at).at

    assert after >= due
    if limit.mode != "working_day":  # whose start rule waits for an opening
        waited = between(paused_at, resumed_at, CALENDAR, limit.mode)
        assert between(start, after, CALENDAR, limit.mode) == span(limit, CALENDAR) + waited


@settings(deadline=None)
@given(starts, limits)
def test_the_longest_extension_doubles_the_counted_time(start, limit):
    due = add(start, limit, CALENDAR).at
    longest = as_long_again(start, due, CALENDAR, limit.mode).at
    assert between(start, longest, CALENDAR, limit.mode) == 2 * span(limit, CALENDAR)
