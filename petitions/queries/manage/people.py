"""用户: the accounts, found by name, role, unit and state; by key, so that the last page is as fast as the first."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from petitions import rules
from petitions.queries.keyset import Page
from routing.models import Staff
from routing.models.staff import SYSTEM_USERNAME

SIZE = 30
STATES = {
    "active": Q(is_active=True),
    "closed": Q(is_active=False),
    "never": Q(is_active=True, last_login=None),
    "unplaced": Q(is_active=True, department=None),
    "waiting": Q(is_active=True, must_change_password=True),
}


@dataclass(frozen=True)
class Filters:
    q: str = ""
    role: str = ""
    unit: int | None = None
    state: str = ""


def visible_to(staff: Any) -> QuerySet[Staff]:
    """Administrators see everybody; the head of a unit sees its people. Paired with `may_see`."""
    people = Staff.objects.exclude(username=SYSTEM_USERNAME)
    if rules.may_manage(None, staff):
        return people
    return people.filter(department=staff.department_id) if staff.department_id else people.none()


def page(staff: Any, filters: Filters, *, after: str = "") -> Page:
    """In the order of user names. One statement."""
    rows = _narrowed(visible_to(staff), filters).select_related("department")
    rows = rows.filter(username__gt=after) if after else rows
    found = list(rows.order_by("username")[: SIZE + 1])
    return Page(found[:SIZE], found[SIZE - 1].username if len(found) > SIZE else "")


def _narrowed(rows: QuerySet[Staff], filters: Filters) -> QuerySet[Staff]:
    if filters.q:
        rows = rows.filter(Q(username__icontains=filters.q) | Q(name__icontains=filters.q))
    if filters.role:
        rows = rows.with_role(filters.role)
    if filters.unit:
        rows = rows.filter(department=filters.unit)
    return rows.filter(STATES.get(filters.state, Q()))
