"""The one place where services read the time; everything below takes `now` as an argument."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

SHANGHAI = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    return timezone.now()


def local(at: datetime) -> datetime:
    """The same moment on the city's wall clock."""
    return at.astimezone(SHANGHAI)
