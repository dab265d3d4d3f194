"""Counters with a past: what the rules of alerts compare with, written without the cases that would make them."""

from datetime import datetime, timedelta

from petitions.insight.models import HourCount
from routing.models import Area, Category
from tests import make

HOUR = timedelta(hours=1)


def hour_counts(
    street: str, leaf: str, *, days: int, until: datetime = make.NOW, every: int = 8, each: int = 1
) -> None:
    """`each` cases every so many hours of the days before, in one street and leaf."""
    area, category = Area.objects.get(code=street), Category.objects.get(code=leaf)
    end = until.replace(minute=0, second=0, microsecond=0)
    HourCount.objects.bulk_create(
        HourCount(hour=end - n * HOUR, area=area, category=category, channel="phone", result="open", received=each)
        for n in range(1, 24 * days, every)
    )
