"""The dispatch catalogue (派单目录) in use: which edition holds, what it decides, how a new one takes over."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from routing.checks import problems
from routing.clock import SHANGHAI
from routing.decide import decide
from routing.facts import Decision, Facts, Snapshot
from routing.models import CatalogueVersion
from routing.refusals import AlreadyInForce, AlreadyPublished, NotPublishable, StartsInThePast, StartsTooEarly
from routing.rulebook import Rulebook, current


def snapshot_in_force(on: date, *, rules: Rulebook | None = None) -> Snapshot:
    """The catalogue of that day, cached per process; one statement, none when `rules` is given."""
    return (rules or current()).snapshot(on)


def decide_for(
    category_code: str | None,
    area_path: str,
    at: datetime,
    *,
    said_at: datetime | None = None,
    tags: Iterable[str] = (),
    urgency: Iterable[str] = (),
    confidence: float | None = None,
    rules: Rulebook | None = None,
) -> Decision:
    """Who answers a case of this category at this place, by the catalogue of the local day of `at` (aware).

    Season and time of day are judged at `said_at`, when the citizen turned to us: noise at night that is dispatched
    in the morning was noise at night.
    """
    rules = rules or current()
    said = (said_at or at).astimezone(rules.calendar.zone)
    facts = Facts(category_code, area_path, said, frozenset(tags), frozenset(urgency), confidence)
    return decide(facts, rules.snapshot(at.astimezone(rules.calendar.zone).date()))


@transaction.atomic
def publish(version: CatalogueVersion, *, now: datetime, by: Any = None, reason: str = "") -> CatalogueVersion:
    """Let a draft take over on its first day; the edition before it ends the day before.

    Raises AlreadyPublished, NotPublishable (with its problems), StartsTooEarly or StartsInThePast.
    """
    version = CatalogueVersion.objects.select_for_update().get(pk=version.pk)
    if version.published_at:
        raise AlreadyPublished
    errors = tuple(problem for problem in problems(version) if problem.is_error)
    if errors:
        raise NotPublishable(errors)
    _end_the_one_before(version, _day(now))
    version.published_at, version.published_by, version.reason = now, by, reason
    version.save(update_fields=["published_at", "published_by", "reason"])
    return version


@transaction.atomic
def withdraw(version: CatalogueVersion, *, now: datetime) -> CatalogueVersion:
    """A published edition that does not hold yet is a draft again, and the one before it goes on.

    Raises AlreadyInForce, also for what was never published.
    """
    version = CatalogueVersion.objects.select_for_update().get(pk=version.pk)
    if version.published_at is None or version.effective_from <= _day(now):
        raise AlreadyInForce
    last_day, end = version.effective_from - timedelta(days=1), version.effective_to
    version.published_at, version.published_by, version.reason, version.effective_to = None, None, "", None
    version.save(update_fields=["published_at", "published_by", "reason", "effective_to"])
    CatalogueVersion.objects.published().filter(effective_to=last_day).update(effective_to=end)
    return version


def _end_the_one_before(version: CatalogueVersion, today: date) -> None:
    before = CatalogueVersion.objects.published().filter(effective_to=None).select_for_update().first()
    if before is None:
        return
    if version.effective_from <= before.effective_from:
        raise StartsTooEarly
    if version.effective_from < today:
        raise StartsInThePast
    before.effective_to = version.effective_from - timedelta(days=1)
    before.save(update_fields=["effective_to"])


def _day(now: datetime) -> date:
    return now.astimezone(SHANGHAI).date()
