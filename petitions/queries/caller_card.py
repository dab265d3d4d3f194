"""The caller, known before hello: how often they called lately, what is still open, how they rated the last case."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q

from petitions import errors
from petitions.models import Callback, Caller, Petition, Rating
from petitions.phones import normal_phone
from petitions.states import OPEN, Satisfaction


@dataclass(frozen=True)
class CallerCard:
    """`rated` is what the citizen last said of a result, in words; '' where nothing was said."""

    masked_phone: str
    masked_name: str
    calls_90_days: int
    open_cases: int
    recent: tuple[Petition, ...]
    rated: str


def known(raw: str) -> Caller | None:
    """The caller of a number, None for an unknown or unreadable one. One statement."""
    try:
        phone = normal_phone(raw)
    except errors.BadPhone:
        return None
    return Caller.objects.with_phone(phone).first() if phone else None


def by_phone(raw: str, *, now: datetime) -> CallerCard | None:
    """The card of a number, None for an unknown or unreadable one. Five statements."""
    caller = known(raw)
    if caller is None:
        return None
    cases = Petition.objects.of_caller(caller)
    lately = Q(received_at__gte=now - timedelta(days=90))
    counts = cases.aggregate(lately=Count("pk", filter=lately), open=Count("pk", filter=Q(state__in=OPEN)))
    recent = tuple(cases.defer("text", "search").select_related("category").order_by("-id")[:5])
    rated = _last_rating(recent)
    return CallerCard(caller.masked_phone, caller.masked_name, counts["lately"], counts["open"], recent, rated)


def _last_rating(cases: tuple[Petition, ...]) -> str:
    """By telephone or by link, whichever came later."""
    said = Callback.objects.filter(petition__in=cases, is_valid=True).order_by("-at").values_list("at", "satisfaction")
    written = Rating.objects.filter(petition__in=cases, used_at__isnull=False).order_by("-used_at")
    both = [row for row in (said.first(), written.values_list("used_at", "satisfaction").first()) if row]
    return str(Satisfaction(max(both)[1]).label) if both else ""
