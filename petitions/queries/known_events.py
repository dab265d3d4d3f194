"""已知事件: which of them a text falls under, and how many cases were taken because of each."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count

from petitions.models import KnownEvent, KnownEventCase
from petitions.queries import keyset
from petitions.queries.keyset import Page

MOST_CASES = 50


def fitting(area_path: str, codes: Iterable[str], *, now: datetime) -> list[KnownEvent]:
    """The events in force that this place and one of these leaves fall under. One statement; few are in force.

    A place that is only known to hold the event's area (a district around its street) fits too: people ask before
    they say where they are.
    """
    wanted = tuple(codes)
    rows = KnownEvent.objects.in_force(now).select_related("area", "category", "made_by").order_by("until")
    return [event for event in rows if _is_there(event, area_path) and _is_about(event, wanted)]


def page(after: str) -> Page:
    """All events, the newest first, with how many cases belong to each."""
    rows = KnownEvent.objects.select_related("area", "category", "made_by", "withdrawn_by")
    return keyset.by_id(rows.annotate(taken=Count("cases")), after)


def _is_there(event: KnownEvent, area_path: str) -> bool:
    if event.area is None:
        return True
    if not area_path:
        return False
    return area_path.startswith(event.area.path) or event.area.path.startswith(area_path)


def _is_about(event: KnownEvent, codes: tuple[str, ...]) -> bool:
    if event.category is None:
        return True
    return any(f"{code}.".startswith(f"{event.category.code}.") for code in codes)


def cases_of(event: KnownEvent) -> list[KnownEventCase]:
    """The newest cases that were taken because of it."""
    rows = event.cases.select_related("petition__category", "petition__area", "linked_by").order_by("-id")
    return list(rows.defer("petition__text", "petition__search")[:MOST_CASES])
