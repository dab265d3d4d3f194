"""What a report needs beside the scorecard: volumes by channel, type and matter; exclusions by approver."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count

from petitions.insight.models import Mark
from petitions.insight.queries.unit import EXCLUDING
from petitions.insight.reports.content import UNNAMED, Exclusion, Volume
from petitions.insight.windows import Window
from petitions.models import Petition, Request
from petitions.states import Channel, RequestState, RequestType


def channels(now: Window, before: Window) -> tuple[Volume, ...]:
    return _volumes("petition__channel", now, before, dict(Channel.choices))


def types(now: Window, before: Window) -> tuple[Volume, ...]:
    return _volumes("petition__request_type", now, before, dict(RequestType.choices))


def leaves(now: Window, before: Window) -> tuple[Volume, ...]:
    return _volumes("petition__category__full_name", now, before, {})


def _volumes(field: str, now: Window, before: Window, words: dict) -> tuple[Volume, ...]:
    """Received cases by `field`, most first. Two statements; each case counts once, as on the scorecard (calibre A)."""
    counted = [_counted(field, window) for window in (now, before)]
    names = {name for counts in counted for name in counts}
    found = [
        Volume(str(words.get(name, name) or UNNAMED), counted[0].get(name, 0), counted[1].get(name, 0))
        for name in names
    ]
    return tuple(sorted(found, key=lambda volume: (-volume.now, -volume.before, volume.name)))


def _counted(field: str, window: Window) -> dict[str, int]:
    marks = Mark.objects.filter(kind="received", half__gte=window.first, half__lt=window.end).order_by()
    return dict(marks.values_list(field).annotate(n=Count("pk")))


def exclusions(window: Window) -> tuple[Exclusion, ...]:
    """What was granted in the window, of all units. One statement."""
    granted = Request.objects.filter(
        kind__in=EXCLUDING, state=RequestState.GRANTED, decided_at__gte=window.begins, decided_at__lt=window.ends
    )
    rows = granted.order_by().values_list("department__name", "kind", "subtype", "decided_by__name")
    rows = rows.annotate(n=Count("pk")).order_by("-n", "department__name", "kind", "subtype", "decided_by__name")
    words = dict(Request.Kind.choices)
    return tuple(Exclusion(unit, str(words[kind]), subtype, who or "", n) for unit, kind, subtype, who, n in rows)


def overdue(now: datetime) -> int:
    """Cases past their limit at this moment. One statement."""
    return Petition.objects.overdue(now).count()
