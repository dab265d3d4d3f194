"""A year watched hour by hour with the rules of petitions/insight/alerts: what they raise, and when."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bench.alerting.city import DAY, DISTRICTS, STREETS, City
from petitions.insight.alerts import placing
from petitions.insight.alerts.bursts import WINDOWS, Limits, Seen, look
from petitions.insight.alerts.rhythm import kind_of, rhythm
from petitions.insight.alerts.usual import DAYS, season, usual

QUIET = 24 * 7  # hours without a burst after which an alert is over
LEVELS = ("city", "district", "street")


@dataclass
class Raised:
    level: str
    place: int
    leaf: int
    at: int
    last: int
    z: float
    hours: int


def watch(city: City, *, first_day: int, last_day: int, limits: Limits) -> list[Raised]:
    """Every alert of these days; one that goes on is one."""
    counts = {
        "city": city.counts.sum(axis=0, dtype=np.int32)[None],
        "district": city.districts(),
        "street": city.counts.astype(np.int32),
    }
    days = {level: each.reshape(*each.shape[:2], -1, 24).sum(axis=3) for level, each in counts.items()}
    sums = {
        level: np.concatenate([np.zeros((*each.shape[:2], 1)), each.cumsum(axis=2)], axis=2)
        for level, each in counts.items()
    }
    kinds = np.array([kind_of(city.first + n * DAY, not off) for n, off in enumerate(city.off)])
    open_alerts: dict[tuple, Raised] = {}
    raised: list[Raised] = []
    for day in range(first_day, last_day):
        shares = _shares(city, counts["city"][0], kinds, day)
        usuals = {level: _usual(each, days["city"][0], shares, kinds, city, day) for level, each in days.items()}
        z = limits.z_among(each.per_day for level in LEVELS for each in usuals[level])
        _look_at_a_day(city, day, (sums, usuals, shares, kinds), (limits, z), open_alerts, raised)
    return raised


def _shares(city: City, hourly: np.ndarray, kinds: np.ndarray, day: int) -> np.ndarray:
    """branches × 7 × 24, by the DAYS before."""
    span = slice(max(day - DAYS, 0), day)
    hours = hourly.reshape(len(hourly), -1, 24)[:, span]
    whole = rhythm(hours.sum(axis=0), kinds[span])
    return np.array(
        [rhythm(hours[city.branch == b].sum(axis=0), kinds[span], whole) for b in range(city.branch.max() + 1)]
    )


def _usual(days: np.ndarray, whole: np.ndarray, shares: np.ndarray, kinds: np.ndarray, city: City, day: int):
    """place × leaf → Usual."""
    span = slice(max(day - DAYS, 0), day)
    weekdays = shares.sum(axis=2)[city.branch][:, kinds[span]]
    places = days.shape[0]
    seasons = season(whole[:, :day], day - 364) if day > 364 + DAYS else np.ones(len(whole))
    found = usual(
        days[:, :, span].reshape(-1, span.stop - span.start).astype(float),
        np.tile(weekdays, (places, 1)),
        np.tile(seasons, places),
    )
    return found


def _look_at_a_day(city: City, day: int, known, rule, open_alerts: dict, raised: list[Raised]) -> None:
    sums, usuals, shares, kinds = known
    limits, z = rule
    span = slice(day - 8, day + 1)
    hourly = shares[:, kinds[span]].reshape(len(shares), -1)[city.branch]
    run = np.concatenate([np.zeros((len(hourly), 1)), hourly.cumsum(axis=1)], axis=1)
    tables = {
        level: (
            np.array([u.per_day for u in each]),
            np.array([u.spread for u in each]),
            np.array([u.weight for u in each]),
        )
        for level, each in usuals.items()
    }
    leaves = len(city.branch)
    for hour in range(24):
        at, now = day * 24 + hour + 1, 8 * 24 + hour + 1
        found: dict[int, dict] = {}
        for level in LEVELS:
            per_day, spread, weight = (x.reshape(-1, leaves) for x in tables[level])
            seen, mean = {}, {}
            hot = np.zeros(per_day.shape, bool)
            for hours in WINDOWS:
                seen[hours] = sums[level][:, :, at] - sums[level][:, :, at - hours]
                mean[hours] = per_day * (run[:, now] - run[:, now - hours])[None]
                sd = np.sqrt(mean[hours] + (spread / max(hours / 24, 1)) * mean[hours] ** 2)
                hot |= (
                    (seen[hours] >= limits.least)
                    & (seen[hours] >= limits.ratio * mean[hours])
                    & (seen[hours] - mean[hours] >= 2 * sd)
                )
            for place, leaf in zip(*np.nonzero(hot), strict=True):
                windows = {
                    hours: Seen(int(seen[hours][place, leaf]), float(mean[hours][place, leaf])) for hours in WINDOWS
                }
                burst = look(windows, usuals[level][place * leaves + leaf], limits, z=z)
                if burst:
                    found.setdefault(int(leaf), {})[level, int(place)] = (
                        burst,
                        {h: s.count - s.expected for h, s in windows.items()},
                    )
        for leaf, hits in found.items():
            _raise(leaf, hits, at, open_alerts, raised)


CHILDREN = {("city", 0): [("district", n) for n in range(DISTRICTS)]} | {
    ("district", n): [("street", n * STREETS + m) for m in range(STREETS)] for n in range(DISTRICTS)
}


def _raise(leaf: int, hits: dict, at: int, open_alerts: dict, raised: list[Raised]) -> None:
    bursts = {where: burst for where, (burst, _) in hits.items()}
    excess = {where: more for where, (_, more) in hits.items()}
    for (level, place), burst in placing.place(("city", 0), CHILDREN, bursts, excess):
        key = (level, place, leaf)
        alert = open_alerts.get(key)
        if alert and at - alert.last <= QUIET:
            alert.last = at
            continue
        open_alerts[key] = Raised(level, place, leaf, at, at, burst.z, burst.hours)
        raised.append(open_alerts[key])
