"""The views that somebody's case list offers, and how they want it to look."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from petitions.models import ListHabit, SavedView

MOST_SHARED = 20


@dataclass(frozen=True)
class Views:
    """Own views in their own order, then those that others share with this person's unit or roles."""

    own: tuple[SavedView, ...]
    shared: tuple[SavedView, ...]

    @property
    def all(self) -> tuple[SavedView, ...]:
        return self.own + self.shared


def offered_to(staff: Any) -> Views:
    """One statement."""
    shown = Q(shared_role__in=[role for role in staff.roles if role])
    if staff.department_id:
        shown |= Q(shared_unit=staff.department_id)
    rows = list(SavedView.objects.filter(Q(owner=staff) | shown, removed_at=None).select_related("owner"))
    own = [view for view in rows if view.owner_id == staff.pk]
    return Views(tuple(own), tuple(view for view in rows if view.owner_id != staff.pk)[:MOST_SHARED])


def habit_of(staff: Any) -> ListHabit | None:
    """One statement; None for a person who never chose anything."""
    return ListHabit.objects.select_related("first_view").filter(owner=staff).first()
