"""Measuring what a theme has changed so far, and keeping what was found with the series it was found in."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from petitions import errors, rules
from petitions.insight import effects, rollup
from petitions.insight.models import MonthlyIssue, MonthlyMeasure
from petitions.insight.monthly.deciding import State, at_step
from petitions.insight.monthly.series import Weeks, by_week
from petitions.insight.windows import SHANGHAI


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


def measure(pk: int, *, actor: Any, now: datetime) -> MonthlyMeasure:
    """Compare the weeks since the measures began with those before. Raises NotYours, Unknown, MonthlyMoved."""
    if not rules.may_choose_monthly(None, actor):
        raise errors.NotYours
    with transaction.atomic():
        issue = at_step(pk, State.RUNNING)
        rollup.wait_for_turn()
        rollup.refresh_all()
        found = measured(issue, now.astimezone(SHANGHAI).date())
        return MonthlyMeasure.objects.create(issue=issue, content=found.as_json(), by=actor, at=now)


def measured(issue: MonthlyIssue, today: date) -> Measured:
    weeks = Weeks.of(issue, today)
    treated, controls, by_place = by_week(issue, weeks)
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
