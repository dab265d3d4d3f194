"""How far units are from the target of cases closed in time: the bars at the desk of 督办, the farthest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils.http import urlencode

from frontend.board_figures import TARGETS
from frontend.rank_bars import Bar, ranked
from petitions.insight import formulas, scorecard, windows
from petitions.insight.board.scope import RATE_DAYS
from petitions.insight.windows import SHANGHAI
from routing.rulebook import Rulebook

CALIBRE = "B"
MOST = 8


@dataclass(frozen=True)
class Distance:
    """`short`: how many of `units` with at least `least` cases are below `target` (per cent); `bars`: the worst ones.

    Where no unit has so many, `units` is 0 and the bars are of those with most cases.
    """

    bars: tuple[Bar, ...]
    units: int
    short: int
    target: str
    days: int
    least: int


def distance(book: Rulebook, *, now: datetime) -> Distance:
    """Four statements. Units with too few cases to be compared are left out where others have enough."""
    last = now.astimezone(SHANGHAI).date()
    first = last - timedelta(days=RATE_DAYS - 1)
    target = (TARGETS | book.parameter("board.targets", {}))["closed_in_time"]
    least = formulas.in_force(last).value().min_n
    found, placed = ranked(
        scorecard.from_tally(windows.days(first, last), calibres=[CALIBRE])[CALIBRE],
        scorecard.units(),
        least=least,
        target=target,
        address=lambda unit: _addresses(unit, first, last),
    )
    enough = found[:placed]
    shown = enough[::-1] or found
    short = sum(each.bar.is_short for each in enough)
    return Distance(tuple(shown[:MOST]), placed, short, f"{100 * target:g}", RATE_DAYS, least)


def _addresses(unit: int, first: date, last: date) -> tuple[str, str]:
    """The cases closed late, and the unit's own page."""
    days = {"kind": "custom", "first": first.isoformat(), "last": last.isoformat(), "calibre": CALIBRE}
    behind = urlencode(days | {"unit": unit, "figure": "closed_late"})
    return f"{reverse('scorecard-list')}?{behind}", f"{reverse('scorecard-unit', args=[unit])}?{urlencode(days)}"
