from datetime import UTC, datetime, timedelta

import pytest

from frontend.deadlines import time_left

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("left", "whole", "text", "level", "part"),
    [
        (timedelta(hours=23, minutes=58), timedelta(hours=24), "23:58", "fine", 100),
        (timedelta(days=4, hours=22), timedelta(days=7), "4天22时", "fine", 70),
        (timedelta(hours=6), timedelta(hours=24), "06:00", "soon", 25),
        (timedelta(minutes=-72), timedelta(hours=24), "01:12", "over", 0),
    ],
)
def test_time_left_is_said_in_words_and_by_a_lamp(left, whole, text, level, part):
    shown = time_left(NOW + left, start=NOW + left - whole, now=NOW)
    assert (shown.text, shown.level, shown.part) == (text, level, part)


def test_a_limit_without_a_known_start_warns_a_day_ahead():
    assert time_left(NOW + timedelta(hours=20), start=None, now=NOW).level == "soon"
