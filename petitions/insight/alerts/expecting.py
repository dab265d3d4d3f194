"""Every night: what is usual from tomorrow's morning on; every Monday: what the next weeks will bring."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np
from django.db import transaction

from petitions.insight.alerts import counts
from petitions.insight.alerts.forecast import AHEAD, YEAR, forecast
from petitions.insight.alerts.places import Tree
from petitions.insight.alerts.rhythm import kind_of, rhythm
from petitions.insight.alerts.usual import DAYS, LEAST_DAYS, NEAR, season, usual
from petitions.insight.models import Forecast, Rhythm, Usual
from petitions.services import turns
from petitions.services.clock import local
from routing import rulebook
from routing.rulebook import Rulebook

DAY = timedelta(days=1)
CHUNK = 2000
TURN = "insight.expectations"
A_YEAR_AGO = 364  # days: the same weekday
LEAST_A_WEEK = 3.0  # cases; a series with fewer is not forecast
MOST_WEEKS = 4 * YEAR


def renew_usual(*, now: datetime) -> int:
    """What each place usually has of each leaf, and the rhythm of the week. Returns how many series are known.

    With less than LEAST_DAYS of history nothing is: bursts are not looked for, and the page says so.
    """
    rules, today = rulebook.current(), local(now).date()
    since = counts.first_day()
    days = min((today - since).days, DAYS) if since else 0
    if days < LEAST_DAYS:
        return 0
    tree, first = Tree.of(rules), today - days * DAY
    dates = [first + number * DAY for number in range(days)]
    kinds = np.array([kind_of(day, rules.calendar.is_workday(day)) for day in dates])
    shares = _rhythms(first, days, kinds)
    series = counts.by_day(first, days, tree, rules)
    keys = sorted(series)
    branches, seasons = counts.branches(), _seasons(today, since)
    weekdays = np.array([shares.get(branches.get(leaf), shares[None]).sum(axis=1)[kinds] for _, leaf in keys])
    found = usual(
        np.array([series[key] for key in keys]).reshape(len(keys), days),
        weekdays.reshape(len(keys), days),
        np.array([seasons.get(leaf, 1.0) for _, leaf in keys]),
    )
    with transaction.atomic():
        turns.wait(TURN)
        Usual.objects.all().delete()
        Rhythm.objects.all().delete()
        rows = (
            Usual(area_id=place, category_id=leaf, per_day=u.per_day, spread=u.spread, weight=u.weight, made_on=today)
            for (place, leaf), u in zip(keys, found, strict=True)
        )
        Usual.objects.bulk_create(rows, batch_size=CHUNK)
        Rhythm.objects.bulk_create(
            Rhythm(category_id=branch, shares=each.round(5).tolist(), made_on=today)
            for branch, each in shares.items()
            if branch is not None
        )
    return len(keys)


def renew_forecasts(*, now: datetime) -> int:
    """The next weeks of every series of the city and its districts that is not too small. Returns how many series."""
    rules, today = rulebook.current(), local(now).date()
    monday, since = today - today.weekday() * DAY, counts.first_day()
    if since is None:
        return 0
    first = max(since + (-since.weekday() % 7) * DAY, monday - 7 * MOST_WEEKS * DAY)
    weeks = (monday - first).days // 7
    if weeks < 1:
        return 0
    tree = Tree.of(rules)
    series = counts.by_week(first, weeks, tree, rules)
    rows: list[Forecast] = []
    for (place, leaf), counted in sorted(series.items()):
        if tree.places[place].level != "street" and counted.mean() >= LEAST_A_WEEK:
            rows += _path(place, leaf, counted, series[tree.root.id, leaf], monday, rules)
    with transaction.atomic():
        turns.wait(TURN)
        Forecast.objects.filter(week__gte=monday).delete()
        Forecast.objects.bulk_create(rows, batch_size=CHUNK)
    return len({(row.area_id, row.category_id) for row in rows})


def _rhythms(first: date, days: int, kinds: np.ndarray) -> dict[int | None, np.ndarray]:
    """Branch → shares; None: the whole city's, for a branch that had nothing."""
    hours = counts.by_hour_of_day(first, days)
    whole = rhythm(sum(hours.values(), np.zeros((days, 24))), kinds)
    return {None: whole} | {branch: rhythm(each, kinds, whole) for branch, each in hours.items()}


def _seasons(today: date, since: date) -> dict[int, float]:
    """Leaf → how many times what the weeks before it had this time of last year had; none where that is not known."""
    reference = today - A_YEAR_AGO * DAY
    if since > reference - LEAST_DAYS * DAY:
        return {}
    first = max(since, reference - DAYS * DAY)
    before = (reference - first).days
    found = counts.of_city_by_day(first, before + NEAR + 1)
    leaves = sorted(found)
    if not leaves:
        return {}
    changes = season(np.array([found[leaf] for leaf in leaves]), before)
    return dict(zip(leaves, map(float, changes), strict=True))


def _path(
    place: int, leaf: int, counted: np.ndarray, city: np.ndarray, monday: date, rules: Rulebook
) -> list[Forecast]:
    path = forecast(counted, city)
    if path is None:
        return []
    weeks = min(int(rules.parameter("alert.forecast_weeks", AHEAD)), AHEAD)
    return [
        Forecast(
            area_id=place,
            category_id=leaf,
            week=monday + 7 * number * DAY,
            expected=path.expected[number],
            low=path.low[number],
            high=path.high[number],
            method=path.method,
            made_on=monday,
        )
        for number in range(weeks)
    ]
