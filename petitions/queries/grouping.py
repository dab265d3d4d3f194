"""并案: which cases could belong together with this one, who could lead, and who could join."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from petitions.models import Petition
from petitions.states import OPEN, CaseState
from routing.rulebook import Rulebook

MOST = 40
JOINABLE = (CaseState.DRAFT, CaseState.PENDING_REVIEW, CaseState.PENDING_DISPATCH)
FURTHEST = [CaseState.IN_PROGRESS, CaseState.IN_CONFERENCE, CaseState.REPLY_REVIEW]


@dataclass(frozen=True)
class Candidate:
    case: Petition
    why: tuple[str, ...]
    may_lead: bool
    may_join: bool


def candidates(
    case: Petition, staff: Any, rules: Rulebook, *, similar: Iterable[int], now: datetime
) -> list[Candidate]:
    """The case itself and open ones that look alike, come from the same caller or the same place: one statement."""
    alike = set(similar)
    since = now - timedelta(days=float(rules.parameter("similar.window_days", 90)))
    near = Q(pk__in=alike | {case.pk})
    if case.caller_id:
        near |= Q(caller=case.caller_id, category=case.category_id)
    if case.area_id and case.category_id:
        near |= Q(area=case.area_id, category=case.category_id)
    rows = Petition.objects.visible_to(staff).filter(near, state__in=OPEN, received_at__gte=since)
    rows = rows.select_related("category", "area", "main_department").defer("search").order_by("pk")[:MOST]
    found = [_candidate(row, case, alike) for row in rows]
    return found if any(c.case.pk == case.pk for c in found) else [_candidate(case, case, alike), *found]


def suggested_lead(found: list[Candidate]) -> int | None:
    """The oldest one that a unit is handling already, else the oldest of all: members are younger than their lead."""
    able = [c.case for c in found if c.may_lead]
    handled = [c for c in able if c.state in FURTHEST]
    return min((c.pk for c in handled or able), default=None)


def _candidate(row: Petition, case: Petition, alike: set[int]) -> Candidate:
    why = []
    if row.pk == case.pk:
        why.append("本件")
    if row.pk != case.pk and row.pk in alike:
        why.append("内容相似")
    if row.pk != case.pk and row.caller_id and row.caller_id == case.caller_id:
        why.append("同一诉求人")
    if row.pk != case.pk and row.area_id and (row.area_id, row.category_id) == (case.area_id, case.category_id):
        why.append("同一区域同一分类")
    return Candidate(row, tuple(why), row.state in OPEN and row.state != CaseState.DRAFT, row.state in JOINABLE)
