"""The caller, known before hello: how often they called lately and how the last case ended."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from petitions import errors
from petitions.models import Caller, Petition
from petitions.phones import normal_phone


@dataclass(frozen=True)
class CallerCard:
    masked_phone: str
    masked_name: str
    calls_90_days: int
    recent: tuple[Petition, ...]


def known(raw: str) -> Caller | None:
    """The caller of a number, None for an unknown or unreadable one. One statement."""
    try:
        phone = normal_phone(raw)
    except errors.BadPhone:
        return None
    return Caller.objects.with_phone(phone).first() if phone else None


def by_phone(raw: str, *, now: datetime) -> CallerCard | None:
    """The card of a number, None for an unknown or unreadable one. Three statements."""
    caller = known(raw)
    if caller is None:
        return None
    cases = Petition.objects.of_caller(caller).defer("text", "search").select_related("category")
    calls = cases.filter(received_at__gte=now - timedelta(days=90)).count()
    return CallerCard(caller.masked_phone, caller.masked_name, calls, tuple(cases.order_by("-id")[:5]))
