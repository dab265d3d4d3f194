"""回访台: who is to be called, in the order of their deadline; those tried a moment ago come later."""

from datetime import datetime
from typing import Any

from django.db.models import Q

from petitions.models import Petition
from petitions.states import CaseState

SHOWN = 60


def waiting(staff: Any, *, now: datetime) -> tuple[Petition, ...]:
    """One statement."""
    cases = Petition.objects.visible_to(staff).filter(state=CaseState.PENDING_CALLBACK)
    cases = cases.filter(Q(next_call_at=None) | Q(next_call_at__lte=now))
    return tuple(cases.select_related("main_department", "caller").defer("search").order_by("due_at", "pk")[:SHOWN])


def paused(staff: Any, *, now: datetime) -> int:
    """How many wait for another hour of the day."""
    return Petition.objects.visible_to(staff).filter(state=CaseState.PENDING_CALLBACK, next_call_at__gt=now).count()
