"""转接: which extension a call can be handed to, and whether somebody speaks there."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import Count, Q

from petitions import rules
from petitions.models import Call, Extension
from petitions.queries.calls import SHIFT
from routing import rulebook

OFFERED = 12


class Line(StrEnum):
    """What a telephone does, as far as calls tell; of one that had no call in this shift nothing is known."""

    FREE = "free"
    RINGS = "rings"
    SPEAKS = "speaks"
    UNKNOWN = ""


@dataclass(frozen=True)
class Colleague:
    number: str
    name: str
    line: Line


def groups() -> dict[str, str]:
    """Number → name of what the telephone system itself hands on: a queue, a team, a duty officer."""
    lines = (str(line).split(None, 1) for line in rulebook.current().parameter("telephony.groups", []))
    return {line[0]: line[-1] for line in lines if line}


def is_known(number: str) -> bool:
    """Whether a call can be transferred there."""
    return number in groups() or Extension.objects.filter(number=number, staff__is_active=True).exists()


def colleagues(of: Any, *, words: str, now: datetime) -> list[Colleague]:
    """The desk's other telephones whose number begins so, or whose person is called so. Two statements."""
    found = Extension.objects.filter(staff__is_active=True, staff__roles__overlap=list(rules.DESK)).exclude(staff=of)
    if words:
        found = found.filter(Q(number__startswith=words) | Q(staff__name__contains=words))
    rows = list(found.select_related("staff").order_by("number")[:OFFERED])
    lines = _lines([row.staff_id for row in rows], now)
    return [Colleague(row.number, str(row.staff), lines.get(row.staff_id, Line.UNKNOWN)) for row in rows]


def _lines(people: list[int], now: datetime) -> dict[int, Line]:
    """Of those who had a call in this shift."""
    calls = Call.objects.filter(agent__in=people, started_at__gt=now - SHIFT).order_by().values("agent")
    speaks, rings = Q(ended_at=None, answered_at__isnull=False), Q(ended_at=None, answered_at=None)
    counted = calls.annotate(speaking=Count("pk", filter=speaks), ringing=Count("pk", filter=rings))
    return {
        row["agent"]: Line.SPEAKS if row["speaking"] else Line.RINGS if row["ringing"] else Line.FREE for row in counted
    }
