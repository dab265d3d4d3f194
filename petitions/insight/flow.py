"""From one case to what it adds to the hours: came in, ended, broke its limit. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from petitions.insight.sums import Sums

NOT_COUNTED = ("draft", "invalid")
ELSEWHERE = ("withdrawn", "merged", "referred")
CONTENT = ("very_satisfied", "satisfied", "basically")
COLUMNS = ("received", "closed", "overdue")


class Facts(NamedTuple):
    """What is known of a case now; `satisfaction` of its last valid answer, '' without one. Places and units by key."""

    state: str
    is_probe: bool
    was_dispatched: bool
    satisfaction: str
    area: int | None
    category: int | None
    channel: str
    department: int | None
    received_at: datetime
    closed_at: datetime | None
    overdue_at: datetime | None


class Counted(NamedTuple):
    """One case as it is counted; the three moments are cut to their hours."""

    area: int | None
    category: int | None
    channel: str
    department: int | None
    result: str
    received: datetime
    closed: datetime | None
    overdue: datetime | None


class Key(NamedTuple):
    hour: datetime
    area: int | None
    category: int | None
    channel: str
    department: int | None
    result: str


def counted(facts: Facts) -> Counted | None:
    """None: the case counts nowhere."""
    if facts.is_probe or facts.state in NOT_COUNTED:
        return None
    return Counted(
        area=facts.area,
        category=facts.category,
        channel=facts.channel,
        department=facts.department,
        result=result_of(facts),
        received=_hour(facts.received_at),
        closed=facts.closed_at and _hour(facts.closed_at),
        overdue=facts.overdue_at and _hour(facts.overdue_at),
    )


def result_of(facts: Facts) -> str:
    """One of models.Result."""
    if facts.state in ("closed", "archived"):
        if not facts.satisfaction:
            return "unrated"
        return "content" if facts.satisfaction in CONTENT else "discontent"
    if facts.state == "answered":
        return "answered"
    if facts.state in ELSEWHERE:
        return "elsewhere"
    return "sent_back" if facts.state == "pending_dispatch" and facts.was_dispatched else "open"


def counts(cases: Iterable[Counted]) -> dict[Key, Sums]:
    """The rows of the counter that these cases make."""
    sums: dict[Key, Counter] = {}
    for case in cases:
        for column in COLUMNS:
            hour = getattr(case, column)
            if hour is not None:
                key = Key(hour, case.area, case.category, case.channel, case.department, case.result)
                sums.setdefault(key, Counter())[column] += 1
    return {key: tuple(counter[column] for column in COLUMNS) for key, counter in sums.items()}


def _hour(at: datetime) -> datetime:
    """The full hour; the city's clock differs from UTC by whole hours, so both cut alike."""
    return at.replace(minute=0, second=0, microsecond=0)
