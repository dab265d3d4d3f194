"""How much time is left, as the pages show it. Pure: the moment is an argument."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

# The lamp turns amber when a quarter of the limit is left (domain.md §9.1, 催办 red lamp).
SOON_PART = 0.25
# Limits without a known start (imported cases) warn a day ahead.
SOON_WITHOUT_START = timedelta(days=1)


@dataclass(frozen=True)
class TimeLeft:
    """`part` is the share of the limit that is left, in percent; `soon` the seconds before the end that warn."""

    due: datetime
    level: str  # fine | soon | over
    text: str
    part: int
    soon: int


def time_left(due: datetime, *, start: datetime | None, now: datetime) -> TimeLeft:
    left = due - now
    whole = due - start if start and start < due else None
    soon = whole * SOON_PART if whole else SOON_WITHOUT_START
    level = "over" if left < timedelta() else "soon" if left <= soon else "fine"
    part = round(100 * left / whole) if whole else (100 if level == "fine" else 20)
    return TimeLeft(due, level, in_words(left), max(0, min(100, part)), round(soon.total_seconds()))


def in_words(span: timedelta) -> str:
    """Hours and minutes below one day, days and hours above; the clock island writes the same."""
    minutes = abs(int(span.total_seconds())) // 60
    if minutes >= 24 * 60:
        return f"{minutes // 1440}{_('天')}{minutes % 1440 // 60}{_('时')}"
    return f"{minutes // 60:02}:{minutes % 60:02}"
