"""The one place where services read the time; everything below takes `now` as an argument."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.utils import timezone

SHANGHAI = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    return timezone.now()


def local(at: datetime) -> datetime:
    """The same moment on the city's wall clock."""
    return at.astimezone(SHANGHAI)


def midnight(day: date) -> datetime:
    """When a day of the city begins."""
    return datetime.combine(day, time.min, SHANGHAI)
