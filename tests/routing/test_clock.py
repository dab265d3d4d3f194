"""The clock against the calendar of 2026, in examples that staff would agree with."""

from datetime import UTC, date, datetime, timedelta

import pytest

from routing.clock import (
    SHANGHAI,
    BadLimit,
    Calendar,
    Limit,
    NaiveTime,
    NeverOpen,
    add,
    as_long_again,
    resumed,
    subtract,
)


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
        ("2024-02-29 10:00", Limit(7, "day"), "2024-03-07 10:00"),
        ("2028-02-29 23:59", Limit(1, "minute"), "2028-03-01 00:00"),
        ("2026-12-31 23:50", Limit(30, "minute"), "2027-01-01 00:20"),
        # New Year's holiday lies between, and Sunday the 4th is worked for it.
        ("2025-12-31 17:30", Limit(1, "hour", "office_hours"), "2026-01-04 09:30"),
        ("2025-12-31 17:30", Limit(2, "day", "working_day"), "2026-01-05 17:30"),
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


# --- backwards, standing still, longer -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("due", "limit", "start"),
    [
        ("2026-11-27 15:00", Limit(7, "day"), "2026-11-20 15:00"),
        ("2026-11-25 15:00", Limit(3, "day", "working_day"), "2026-11-20 15:00"),
        ("2026-10-10 16:00", Limit(3, "day", "working_day"), "2026-09-30 16:00"),
        # Due at an opening: whoever starts at the opening before it is the last.
        ("2026-11-24 09:00", Limit(1, "day", "working_day"), "2026-11-23 09:00"),
        # No working-day limit ends at eight in the evening: those that end by then started before closing.
        ("2026-11-24 20:00", Limit(1, "day", "working_day"), "2026-11-23 18:00"),
        ("2026-11-22 12:00", Limit(1, "day", "working_day"), "2026-11-19 18:00"),
        ("2026-11-23 11:00", Limit(4, "hour", "office_hours"), "2026-11-20 16:00"),
        ("2026-11-23 09:00", Limit(1, "hour", "office_hours"), "2026-11-20 17:00"),
        ("2026-11-22 12:00", Limit(1, "hour", "office_hours"), "2026-11-20 17:00"),
    ],
)
def test_the_last_start_that_makes_a_deadline(due, limit, start):
    assert subtract(at(due), limit, CALENDAR).at == at(start)


def test_counting_back_into_an_unannounced_year_is_said_too():
    assert subtract(at("2027-01-04 10:00"), Limit(2, "day", "working_day"), CALENDAR).provisional_years == (2027,)


def test_a_clock_that_waited_for_the_citizen_goes_on_with_what_was_left():
    start, limit = at("2026-11-20 15:00"), Limit(3, "day", "working_day")
    due = add(start, limit, CALENDAR).at

    asked, answered = at("2026-11-23 10:00"), at("2026-11-26 09:30")
    after = resumed(due, CALENDAR, limit.mode, paused_at=asked, resumed_at=answered).at

    # Two days and five hours were left.
    assert after == at("2026-11-30 14:30")


def test_a_citizen_who_answers_at_night_costs_the_unit_nothing():
    due = at("2026-11-23 11:00")

    after = resumed(
        due, CALENDAR, "office_hours", paused_at=at("2026-11-20 17:00"), resumed_at=at("2026-11-23 22:00")
    ).at

    assert after == at("2026-11-24 12:00")


def test_a_clock_that_had_run_out_does_not_start_again():
    due = at("2026-11-20 11:00")

    after = resumed(due, CALENDAR, "natural", paused_at=at("2026-11-21 09:00"), resumed_at=at("2026-11-25 09:00"))

    assert after.at == due


def test_an_extension_is_as_long_as_the_limit_counted():
    start = at("2026-11-20 15:00")

    natural = as_long_again(start, at("2026-11-25 15:00"), CALENDAR, "natural").at
    working = as_long_again(start, at("2026-11-25 15:00"), CALENDAR, "working_day").at

    assert (natural, working) == (at("2026-11-30 15:00"), at("2026-11-30 15:00"))
    assert as_long_again(start, at("2026-11-23 15:00"), CALENDAR, "working_day").at == at("2026-11-24 15:00")


def test_a_natural_hour_is_an_hour_when_summer_time_began():
    """1990 is the first year that may be imported; its clocks were put forward on 15 April."""
    assert add(at("1990-04-15 01:30"), Limit(1, "hour"), CALENDAR).at == at("1990-04-15 03:30")
