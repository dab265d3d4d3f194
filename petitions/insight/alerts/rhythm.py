"""How cases spread over the hours of a week. Pure.

A rhythm is 7 × 24 shares: what an hour has of an average day, so that all of a week add up to 7. Monday is 0; a day
off counts as a Sunday, a weekend day worked to make up for one as a Wednesday.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import numpy as np

SUNDAY, MIDWEEK = 6, 2
BORROWED = 500.0  # cases of the whole city's rhythm that a branch's own is mixed with
DAY = timedelta(days=1)


def kind_of(day: date, is_workday: bool) -> int:
    """Which row of a rhythm holds for the day."""
    if is_workday:
        return day.weekday() if day.weekday() < 5 else MIDWEEK
    return day.weekday() if day.weekday() >= 5 else SUNDAY


def rhythm(hours: np.ndarray, kinds: np.ndarray, borrowed: np.ndarray | None = None) -> np.ndarray:
    """7 × 24 shares from hourly counts (days × 24) and the kind of each day; `borrowed`: the shares to lean on."""
    lent = np.full((7, 24), 1 / 24) if borrowed is None else borrowed
    per_day = max(float(hours.sum()) / max(len(hours), 1), 1e-9)
    # As many days of each kind are borrowed as make up BORROWED cases; a kind that did not occur has only those.
    days = BORROWED / per_day / 7
    sums = np.array([hours[kinds == kind].sum(axis=0) for kind in range(7)])
    often = np.array([(kinds == kind).sum() for kind in range(7)])
    means = (sums + days * per_day * lent) / (often + days)[:, None]
    return 7 * means / means.sum()


def shares_of(shares: np.ndarray, first: date, days: int, is_workday: Callable[[date], bool]) -> np.ndarray:
    """The shares of consecutive days, hour by hour: days × 24."""
    dates = (first + number * DAY for number in range(days))
    return np.array([shares[kind_of(day, is_workday(day))] for day in dates])
