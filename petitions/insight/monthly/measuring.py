"""Measuring what a theme has changed so far, and keeping what was found with the series it was found in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from petitions import errors, rules
from petitions.insight import effects, rollup
from petitions.insight.models import MonthlyMeasure
from petitions.insight.monthly.deciding import State, at_step
from petitions.insight.monthly.series import Weeks, by_week
from petitions.insight.windows import SHANGHAI

STEPS = 3  # the counts, the comparison, what was found


@dataclass(frozen=True)
class Measured:
    """`weeks`: first days (ISO); week number `since` is the first with measures; treated, expected: cases per week.

    change, low, high: percent, None where the data are too few, and then `words` says why. `controls`: (name, weight).
    """

    weeks: tuple[str, ...]
    since: int
    treated: tuple[int, ...]
    expected: tuple[float, ...]
    change: float | None
    low: float | None
    high: float | None
    p: float
    words: str
    by_place: bool
    controls: tuple[tuple[str, float], ...]

    @property
    def is_shown(self) -> bool:
        return self.low is not None and self.high is not None and not self.low <= 0 <= self.high

    @classmethod
    def of(cls, kept: dict[str, Any]) -> Measured:
        """What as_json() gave."""
        lists = {name: tuple(kept[name]) for name in ("weeks", "treated", "expected")}
        return cls(**kept | lists | {"controls": tuple((name, weight) for name, weight in kept["controls"])})

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def may_be_measured(pk: int) -> None:
    """Raises Unknown, MonthlyMoved."""
    with transaction.atomic():
        at_step(pk, State.RUNNING)


def measure(
    pk: int, *, actor: Any, now: datetime, reached: Callable[[int], None] = lambda step: None
) -> MonthlyMeasure:
    """Compare the weeks since the measures began with those before. Raises NotYours, Unknown, MonthlyMoved.

    `reached` is told each step that is done, between transactions: it may stop the work by raising.
    """
    if not rules.may_choose_monthly(None, actor):
        raise errors.NotYours
    with transaction.atomic():
        issue = at_step(pk, State.RUNNING)
        rollup.wait_for_turn()
        rollup.refresh_all()
        weeks = Weeks.of(issue, now.astimezone(SHANGHAI).date())
        counts = by_week(issue, weeks)
    reached(1)
    found = measured(weeks, *counts)
    reached(2)
    with transaction.atomic():
        return MonthlyMeasure.objects.create(
            issue=at_step(pk, State.RUNNING), content=found.as_json(), by=actor, at=now
        )


def measured(weeks: Weeks, treated: list[int], controls: dict[str, list[int]], by_place: bool) -> Measured:
    found = effects.compare(treated, controls, since=weeks.since)
    return Measured(
        weeks=tuple(day.isoformat() for day in weeks.starts()),
        since=weeks.since,
        treated=tuple(treated),
        expected=tuple(round(value, 1) for value in found.expected),
        change=found.change_percent,
        low=found.low,
        high=found.high,
        p=found.p,
        words=found.words,
        by_place=by_place,
        controls=tuple(sorted(found.controls.items(), key=lambda pair: -pair[1])),
    )
