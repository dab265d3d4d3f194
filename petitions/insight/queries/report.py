"""What a report needs beside the scorecard: volumes by channel, type and matter; exclusions by approver."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count, F

from petitions.insight.models import Mark
from petitions.insight.queries.unit import EXCLUDING
from petitions.insight.reports.content import UNNAMED, Exclusion, Volume
from petitions.insight.reports.lists import NONE
from petitions.insight.windows import Window
from petitions.models import Petition, Request
from petitions.states import Channel, RequestState, RequestType


def channels(now: Window, before: Window) -> tuple[Volume, ...]:
    return _volumes("petition__channel", "petition__channel", now, before, dict(Channel.choices))


def types(now: Window, before: Window) -> tuple[Volume, ...]:
    return _volumes("petition__request_type", "petition__request_type", now, before, dict(RequestType.choices))


def leaves(now: Window, before: Window) -> tuple[Volume, ...]:
    return _volumes("petition__category__code", "petition__category__full_name", now, before, {})


def _volumes(code: str, name: str, now: Window, before: Window, words: dict) -> tuple[Volume, ...]:
    """Received cases by `code`, most first. Two statements; each case counts once, as on the scorecard (calibre A)."""
    counted = [_counted(code, name, window) for window in (now, before)]
    keys = {key for counts in counted for key in counts}
    found = [
        Volume(
            str(words.get(said, said) or UNNAMED), *(counts.get((code, said), 0) for counts in counted), code or NONE
        )
        for code, said in keys
    ]
    return tuple(sorted(found, key=lambda volume: (-volume.now, -volume.before, volume.name)))


def _counted(code: str, name: str, window: Window) -> dict[tuple[str, str], int]:
    marks = Mark.objects.filter(kind="received", half__gte=window.first, half__lt=window.end).order_by()
    rows = marks.values_list(F(code), F(name)).annotate(n=Count("pk"))
    return {(code, name): n for code, name, n in rows}


def exclusions(window: Window) -> tuple[Exclusion, ...]:
    """What was granted in the window, of all units. One statement."""
    granted = Request.objects.filter(
        kind__in=EXCLUDING, state=RequestState.GRANTED, decided_at__gte=window.begins, decided_at__lt=window.ends
    )
    named = ("department__name", "kind", "subtype", "decided_by__name")
    rows = granted.order_by().values_list(*named, "department", "decided_by").annotate(n=Count("pk"))
    words = dict(Request.Kind.choices)
    return tuple(
        Exclusion(unit, str(words[kind]), subtype, who or "", n, kind, unit_id, who_id or 0)
        for unit, kind, subtype, who, unit_id, who_id, n in rows.order_by("-n", *named)
    )


def overdue(now: datetime) -> int:
    """Cases past their limit at this moment. One statement."""
    return Petition.objects.overdue(now).count()
