"""A call's course is the same in whatever order it was reported, and however often."""

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from petitions.call_course import (
    ABANDONED,
    ANSWERED,
    ENDED,
    HELD,
    KINDS,
    MISSED,
    OVER,
    RESUMED,
    RINGING,
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
