"""Which half-days belong to which report."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petitions.insight import windows
from petitions.insight.windows import SHANGHAI


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def test_the_november_period_runs_from_19_october_to_18_november():
    window = windows.assessment_period(date(2026, 11, 1), 19)

    assert (window.begins, window.ends) == (at("2026-10-19"), at("2026-11-19"))


@pytest.mark.parametrize(
    ("day", "closing"),
    [
        ("2026-11-18", "2026-11-01"),
        ("2026-11-19", "2026-12-01"),
        ("2026-12-31", "2027-01-01"),
        ("2026-01-05", "2026-01-01"),
    ],
)
def test_after_the_18th_the_next_period_has_begun(day, closing):
    assert windows.assessment_period_of(date.fromisoformat(day), 19) == date.fromisoformat(closing)


def test_a_start_day_that_february_lacks_falls_on_its_last_day():
    window = windows.assessment_period(date(2027, 3, 1), 30)

    assert (window.begins, window.last_day) == (at("2027-02-28"), date(2027, 3, 29))


def test_the_day_report_goes_from_noon_to_noon():
    window = windows.day_report(date(2026, 11, 20), 12)

    assert (window.begins, window.ends) == (at("2026-11-19 12:00"), at("2026-11-20 12:00"))
    assert windows.day_report(date(2026, 11, 20), 0) == windows.days(date(2026, 11, 20), date(2026, 11, 20))


def test_weeks_begin_on_monday_and_months_end_on_their_last_day():
    assert windows.week(date(2026, 11, 20)).begins == at("2026-11-16")
    assert windows.month(date(2028, 2, 10)).last_day == date(2028, 2, 29)


@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))
def test_a_moment_lies_in_its_own_half_day(moment):
    half = windows.half_of(moment)

    assert windows.moment_of(half) <= moment < windows.moment_of(half + 1)


@given(st.dates(date(2001, 1, 1), date(2099, 1, 1)), st.integers(1, 31))
def test_assessment_periods_follow_each_other_without_gap_or_overlap(day, start_day):
    closing = windows.assessment_period_of(day, start_day)
    window = windows.assessment_period(closing, start_day)
    following = windows.assessment_period(closing + timedelta(days=32), start_day)

    assert window.begins.date() <= day <= window.last_day
    assert following.first == window.end
