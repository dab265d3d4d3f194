"""A call's course is the same in whatever order it was reported, and however often."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from petitions.call_course import (
    ABANDONED,
    ANSWERED,
    ENDED,
    HELD,
    KINDS,
    MISSED,
    MUTED,
    OVER,
    RESUMED,
    RINGING,
    UNMUTED,
    Report,
    course_of,
)
from tests.make import NOW


def told(*kinds: str, **said) -> list[Report]:
    """One report after the other, ten seconds apart."""
    return [Report(key=f"m{n}", at=NOW + timedelta(seconds=10 * n), kind=kind, **said) for n, kind in enumerate(kinds)]


unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # other tests run beside
reports = st.builds(
    Report,
    key=st.sampled_from([f"m{n}" for n in range(12)]),
    at=st.integers(0, 5).map(lambda n: NOW + timedelta(seconds=n)),
    kind=st.sampled_from(KINDS),
    direction=st.sampled_from(["in", "out"]),
    number=st.sampled_from(["", "13800001111", "13900002222"]),
    extension=st.sampled_from(["", "8001", "8002"]),
    queue=st.sampled_from(["", "综合"]),
    queue_seconds=st.sampled_from([None, 0, 12]),
    recording=st.sampled_from(["", "r1"]),
)


@unhurried
@given(st.lists(reports, min_size=1, max_size=12, unique_by=lambda r: r.key), st.randoms(use_true_random=False))
def test_order_and_repeats_change_nothing(messages, chance):
    shuffled = [*messages, *chance.choices(messages, k=3)]
    chance.shuffle(shuffled)

    assert course_of(shuffled) == course_of(messages)


@unhurried
@given(st.lists(reports, min_size=1, max_size=12, unique_by=lambda r: r.key))
def test_what_the_database_demands_holds_for_any_reports(messages):
    course = course_of(messages)

    assert (course.state in OVER) == (course.ended_at is not None)
    assert course.answered_at is None or course.state not in (MISSED, ABANDONED, RINGING)
    assert course.answered_at is None or course.ended_at is None or course.ended_at >= course.answered_at
    assert course.state in (ANSWERED, HELD) or (course.is_muted, course.passing_to) == (False, "")
    assert not course.passing_to or course.passing_to != course.extension


@unhurried
@given(st.lists(reports, min_size=1, max_size=12, unique_by=lambda r: r.key))
def test_muting_changes_nothing_but_that_it_is_muted(messages):
    messages = [replace(report, direction="in") for report in messages]
    plain = [report for report in messages if report.kind not in (MUTED, UNMUTED)]
    assume(plain)
    loud, course = course_of(plain), course_of(messages)

    assert not loud.is_muted
    assert (course.state, course.answered_at, course.passing_to) == (loud.state, loud.answered_at, loud.passing_to)


def test_a_usual_call_rings_is_answered_held_and_ended():
    messages = told(RINGING, ANSWERED, HELD, RESUMED, ENDED, extension="8001")

    assert [course_of(messages[:n]).state for n in range(1, 6)] == [RINGING, ANSWERED, HELD, ANSWERED, ENDED]
    assert course_of(messages).talked == timedelta(seconds=30)


def test_a_call_that_nobody_answered_did_not_simply_end():
    assert course_of(told(RINGING, ENDED)).state == ABANDONED
    assert course_of(told(RINGING, ENDED, direction="out")).state == MISSED
    assert course_of(told(RINGING, MISSED)).is_lost


def test_a_late_answer_turns_a_lost_call_into_one_that_was_spoken():
    ringing, answered, ended = told(RINGING, ANSWERED, ENDED)

    assert course_of([ringing, ended]).is_lost
    assert not course_of([ringing, ended, answered]).is_lost


def test_a_call_that_went_back_to_the_queue_rings_nowhere():
    first, again = told(RINGING, RINGING)
    at_desk = Report(**{**first.__dict__, "extension": "8001"})

    assert (course_of([at_desk]).extension, course_of([at_desk, again]).extension) == ("8001", "")


def at(extension: str, *messages: Report) -> list[Report]:
    return [replace(message, extension=extension) for message in messages]


def muted(*kinds: str) -> list[bool]:
    messages = told(*kinds, extension="8001")
    return [course_of(messages[: n + 1]).is_muted for n in range(len(messages))]


def test_muted_stays_beside_speaking_and_holding_and_ends_with_the_call():
    assert muted(RINGING, MUTED, ANSWERED) == [False, False, False]
    assert muted(ANSWERED, MUTED, HELD, RESUMED, UNMUTED) == [False, True, True, True, False]
    assert muted(ANSWERED, MUTED, ANSWERED, ENDED) == [False, True, True, False]


def test_whoever_takes_the_call_over_is_not_muted_and_the_first_telephone_has_no_say_any_more():
    first, mute, second, late = told(ANSWERED, MUTED, ANSWERED, MUTED)
    handed_on = [*at("8001", first, mute), *at("8002", second)]

    assert not course_of(handed_on).is_muted
    assert not course_of([*handed_on, *at("8001", late)]).is_muted
    assert course_of([*handed_on, *at("8002", late)]).is_muted


def test_a_call_is_passed_on_while_it_rings_elsewhere_until_it_is_answered_or_taken_back():
    first, ring, then = told(ANSWERED, RINGING, ANSWERED)
    passing = [*at("8001", first), *at("8002", ring)]
    back = replace(then, kind=RESUMED)

    assert [(c.extension, c.passing_to) for c in [course_of(passing)]] == [("8001", "8002")]
    assert course_of([*at("8001", first), replace(ring, queue="企业专席")]).passing_to == "企业专席"
    taken, taken_back = course_of([*passing, *at("8002", then)]), course_of([*passing, *at("8001", back)])
    assert [(c.extension, c.passing_to) for c in (taken, taken_back)] == [("8002", ""), ("8001", "")]
