"""All rules in memory: loaded once per process, again when the stamp row says that something changed.

`current()` costs one statement (the stamp). A request that asks several questions should take one rulebook and
hand it on.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property
from typing import Any

from routing import clock
from routing.clock import OFFICE_HOURS, SHANGHAI, Calendar, Due, Limit, add
from routing.facts import Snapshot
from routing.models import CatalogueVersion, Category, DeadlineRule, Holiday, HolidayYear, Parameter, Stamp
from routing.places import Place, all_places
from routing.snapshots import read_version


class NoLimit(LookupError):
    """这个环节没有设定时限。"""


@dataclass(frozen=True)
class Rule:
    stage: str
    tier: str
    limit: Limit
    effective_from: date


@dataclass(frozen=True)
class Leaf:
    """A category that a case can carry."""

    id: int
    code: str
    full_name: str
    tier: str


class Rulebook:
    """What holds at one stamp. Parts are read on first use and kept."""

    def __init__(self, stamp: int | None):
        self.stamp = stamp
        self._snapshots: dict[int | None, Snapshot] = {}

    def snapshot(self, on: date) -> Snapshot:
        """The catalogue in force on that day, with everything needed to apply it."""
        version = next((v for v in self._versions if v.holds_on(on)), None)
        number = version.number if version else None
        if number not in self._snapshots:
            self._snapshots[number] = read_version(version, self.parameters)
        return self._snapshots[number]

    def limit_for(self, stage: str, tier: str, on: date) -> Limit:
        """The latest rule of that day for the stage; one for the tier goes before one for all. Raises NoLimit."""
        fitting = [r for r in self._rules if r.stage == stage and r.tier in (tier, "") and r.effective_from <= on]
        if not fitting:
            raise NoLimit(NoLimit.__doc__)
        return max(fitting, key=lambda rule: (bool(rule.tier), rule.effective_from)).limit

    def due(self, stage: str, tier: str, start: datetime) -> Due:
        """When the stage is due if its clock starts at `start` (aware)."""
        on = start.astimezone(self.calendar.zone).date()
        return add(start, self.limit_for(stage, tier, on), self.calendar)

    def as_long_again(self, stage: str, tier: str, start: datetime, due: datetime) -> datetime:
        """How far a limit that ran from `start` to `due` may be prolonged, in the time that the stage counts by."""
        on = start.astimezone(self.calendar.zone).date()
        return clock.as_long_again(start, due, self.calendar, self.limit_for(stage, tier, on).mode).at

    def supposing(self, *, calendar: Calendar | None = None, rules: Sequence[Rule] | None = None) -> Rulebook:
        """What would hold with another calendar or other limits: to look at, never to work by."""
        other = Rulebook(self.stamp)
        other.calendar = calendar or self.calendar
        other._rules = list(self._rules if rules is None else rules)
        return other

    @property
    def rules(self) -> Sequence[Rule]:
        """Every limit there is or was or will be."""
        return tuple(self._rules)

    def parameter(self, key: str, default: Any = None) -> Any:
        return self.parameters.get(key, default)

    @cached_property
    def parameters(self) -> dict[str, Any]:
        return dict(Parameter.objects.values_list("key", "value"))

    @cached_property
    def calendar(self) -> Calendar:
        days = list(Holiday.objects.values_list("date", "is_workday"))
        years = HolidayYear.objects.filter(announced=True).values_list("year", flat=True)
        return Calendar(
            days_off=frozenset(day for day, worked in days if not worked),
            make_up_days=frozenset(day for day, worked in days if worked),
            announced_years=frozenset(years),
            office_hours=_office_hours(self.parameters.get("office.hours")),
            zone=SHANGHAI,
        )

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """The gazetteer: every area with its aliases, from the root down."""
        return all_places()

    @cached_property
    def _versions(self) -> list[CatalogueVersion]:
        return list(CatalogueVersion.objects.published())

    def area(self, area_id: int | None) -> Place | None:
        return self._places_by_id.get(area_id) if area_id else None

    def version_id(self, number: int | None) -> int | None:
        """The key of a catalogue edition."""
        return self._version_ids.get(number) if number else None

    @cached_property
    def leaves(self) -> dict[str, Leaf]:
        """The active leaf categories by code."""
        rows = Category.objects.leaves().active().values_list("id", "code", "full_name", "tier")
        return {code: Leaf(pk, code, full_name, tier) for pk, code, full_name, tier in rows}

    @cached_property
    def _places_by_id(self) -> dict[int, Place]:
        return {place.id: place for place in self.places}

    @cached_property
    def _version_ids(self) -> dict[int, int]:
        return dict(CatalogueVersion.objects.values_list("number", "id"))

    @cached_property
    def _rules(self) -> list[Rule]:
        return [
            Rule(row.stage, row.tier, Limit(row.amount, row.unit, row.mode), row.effective_from)
            for row in DeadlineRule.objects.all()
        ]


_lock = threading.Lock()
_kept: Rulebook | None = None


def current() -> Rulebook:
    """The rulebook of this moment; one statement when nothing changed."""
    global _kept
    stamp = Stamp.objects.values_list("value", flat=True).first()
    with _lock:
        if _kept is None or stamp is None or _kept.stamp != stamp:
            _kept = Rulebook(stamp)
        return _kept


def kept() -> Rulebook:
    """The rulebook that this process read last, perhaps a moment old; no statement once there is one."""
    return _kept or current()


def _office_hours(value: list[list[str]] | None) -> tuple[tuple[time, time], ...]:
    if not value:
        return OFFICE_HOURS
    return tuple((time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in value)
