"""An extension is as long as the limit was, counted as the limit counts."""

from datetime import UTC, datetime

import pytest

from petitions import errors
from petitions.services import asking
from routing.models import DeadlineRule
from tests import make

FRIDAY = datetime(2026, 11, 20, 2, tzinfo=UTC)  # 10:00 in Shanghai
WEDNESDAY, NEXT_MONDAY = datetime(2026, 11, 25, 2, tzinfo=UTC), datetime(2026, 11, 30, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("until", "is_allowed"),
    [(NEXT_MONDAY, True), (NEXT_MONDAY.replace(minute=1), False)],
)
def test_three_working_days_are_prolonged_by_three_working_days(city, until, is_allowed):
    DeadlineRule.objects.filter(stage="handle", tier="N").update(amount=3, mode="working_day")
    unit = make.a_unit()
    _case, part = make.a_signed_case(unit=unit, now=FRIDAY)
    assert part.limit_at == WEDNESDAY

    def ask():
        return asking.request_extension(part.pk, actor=make.a_handler(of=unit), reason="待料", until=until, now=FRIDAY)

    if is_allowed:
        assert ask().until == until
    else:
        with pytest.raises(errors.ExtensionTooLong):
            ask()


def test_a_weekend_is_not_given_away_where_the_limit_did_not_count_it(city):
    """One working day from Friday ends on Monday; as long again is Tuesday, not Thursday."""
    DeadlineRule.objects.filter(stage="handle", tier="N").update(amount=1, mode="working_day")
    unit = make.a_unit()
    _case, part = make.a_signed_case(unit=unit, now=FRIDAY)

    with pytest.raises(errors.ExtensionTooLong):
        asking.request_extension(
            part.pk,
            actor=make.a_handler(of=unit),
            reason="待料",
            until=datetime(2026, 11, 26, 2, tzinfo=UTC),
            now=FRIDAY,
        )
