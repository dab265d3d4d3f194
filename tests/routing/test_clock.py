"""The clock against the calendar of 2026, and against a counter that steps through every minute."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.clock import (
    SHANGHAI,
    BadLimit,
    Calendar,
    Limit,
    NaiveTime,
    NeverOpen,
    add,
    between,
    opening,
    span,
)

MINUTE = timedelta(minutes=1)


def days(*spans: tuple[str, str]) -> frozenset[date]:
    found = set()
    for first, last in spans:
        day = date.fromisoformat(first)
        while day <= date.fromisoformat(last):
            found.add(day)
            day += timedelta(days=1)
    return frozenset(found)


CALENDAR = Calendar(
    days_off=days(
        ("2026-01-01", "2026-01-03"),
        ("2026-02-15", "2026-02-23"),
        ("2026-04-04", "2026-04-06"),
        ("2026-05-01", "2026-05-05"),
        ("2026-06-19", "2026-06-21"),
        ("2026-09-25", "2026-09-27"),
        ("2026-10-01", "2026-10-07"),
    ),
    make_up_days=frozenset(
        date.fromisoformat(f"2026-{day}") for day in ("01-04", "02-14", "02-28", "05-09", "09-20", "10-10")
    ),
    announced_years=frozenset({2025, 2026}),
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("start", "limit", "due"),
    [
        ("2026-11-20 15:00", Limit(7, "day"), "2026-11-27 15:00"),
        ("2026-02-27 10:00", Limit(2, "day"), "2026-03-01 10:00"),
        ("2024-02-28 10:00", Limit(2, "day"), "2024-03-01 10:00"),
        ("2026-12-31 23:50", Limit(30, "minute"), "2027-01-01 00:20"),
        # Friday afternoon: the weekend does not count.
        ("2026-11-20 15:00", Limit(1, "day", "working_day"), "2026-11-23 15:00"),
        ("2026-11-20 15:00", Limit(3, "day", "working_day"), "2026-11-25 15:00"),
        # After closing, before opening and at noon the clock waits for the next opening.
        ("2026-11-20 20:00", Limit(1, "day", "working_day"), "2026-11-24 09:00"),
        ("2026-11-18 07:00", Limit(1, "day", "working_day"), "2026-11-19 09:00"),
        ("2026-11-18 12:30", Limit(1, "day", "working_day"), "2026-11-19 13:00"),
        # National day week; Saturday the 10th is a make-up day.
        ("2026-09-30 16:00", Limit(2, "day", "working_day"), "2026-10-09 16:00"),
        ("2026-09-30 16:00", Limit(3, "day", "working_day"), "2026-10-10 16:00"),
        ("2026-09-30 16:00", Limit(4, "day", "working_day"), "2026-10-12 16:00"),
        ("2026-10-03 11:00", Limit(1, "day", "working_day"), "2026-10-09 09:00"),
        ("2026-11-20 16:00", Limit(4, "hour", "office_hours"), "2026-11-23 11:00"),
        ("2026-11-20 11:30", Limit(1, "hour", "office_hours"), "2026-11-20 13:30"),
        ("2026-11-20 17:00", Limit(1, "hour", "office_hours"), "2026-11-20 18:00"),
        ("2026-11-20 10:00", Limit(1, "day", "office_hours"), "2026-11-23 10:00"),
    ],
)
def test_a_limit_ends_when_staff_would_say_it_does(start, limit, due):
    assert add(at(start), limit, CALENDAR).at == at(due)


def test_a_start_in_another_time_zone_gives_the_same_deadline():
    start = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)

    due = add(start, Limit(1, "day", "working_day"), CALENDAR).at

    assert due == at("2026-11-23 15:00")
    assert due.utcoffset() == timedelta(hours=8)


def test_a_year_without_an_announced_table_is_named_not_guessed():
    firm = add(at("2026-12-28 10:00"), Limit(2, "day", "working_day"), CALENDAR)
    provisional = add(at("2026-12-31 10:00"), Limit(2, "day", "working_day"), CALENDAR)
    natural = add(at("2026-12-31 10:00"), Limit(2, "day"), CALENDAR)

    assert (firm.provisional_years, firm.warning) == ((), "")
    assert provisional.provisional_years == (2027,)
    assert "2027年节假日安排尚未公布" in provisional.warning
    assert natural.provisional_years == ()


def test_limits_that_make_no_sense_are_refused():
    for wrong in [(0, "day", "natural"), (1, "week", "natural"), (1, "day", "lunar"), (3, "hour", "working_day")]:
        with pytest.raises(BadLimit):
            Limit(*wrong)


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(NaiveTime):
        add(datetime(2026, 1, 1), Limit(1, "day"), CALENDAR)


def test_a_calendar_in_which_nobody_works_is_refused():
    idle = Calendar(office_hours=())

    with pytest.raises(NeverOpen):
        add(at("2026-01-05 10:00"), Limit(1, "hour", "office_hours"), idle)


# --- properties -----------------------------------------------------------------------------------------------------

starts = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31, 23, 59)).map(
    lambda moment: moment.replace(second=0, microsecond=0, tzinfo=SHANGHAI)
)
limits = st.one_of(
    st.builds(Limit, st.integers(1, 3000), st.just("minute"), st.sampled_from(["natural", "office_hours"])),
    st.builds(Limit, st.integers(1, 100), st.just("hour"), st.sampled_from(["natural", "office_hours"])),
    st.builds(Limit, st.integers(1, 20), st.just("day"), st.sampled_from(["natural", "office_hours", "working_day"])),
)


def counts(moment: datetime, mode: str) -> bool:
    """Whether the minute that begins now counts, written as plainly as possible."""
    if mode == "natural":
        return True
    if not CALENDAR.is_workday(moment.date()):
        return False
    in_office = time(9) <= moment.time() < time(12) or time(13) <= moment.time() < time(18)
    return mode == "working_day" or in_office


def by_stepping(start: datetime, limit: Limit) -> datetime:
    """The deadline by walking minute after minute."""
    moment, left = start, span(limit, CALENDAR) // MINUTE
    if limit.mode == "working_day":
        while not counts(moment, "office_hours"):
            moment += MINUTE
    while left:
        left -= counts(moment, limit.mode)
        moment += MINUTE
    return moment


@settings(max_examples=60, deadline=None)
@given(starts, limits)
def test_it_agrees_with_a_counter_of_minutes(start, limit):
    assert add(start, limit, CALENDAR).at == by_stepping(start, limit)


@settings(deadline=None)
@given(starts, limits)
def test_the_time_between_start_and_deadline_is_the_limit(start, limit):
    due = add(start, limit, CALENDAR).at

    assert between(start, due, CALENDAR, limit.mode) == span(limit, CALENDAR)


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

    assert counts(begin, "office_hours")
    assert between(start, begin, CALENDAR, "office_hours") == timedelta()
