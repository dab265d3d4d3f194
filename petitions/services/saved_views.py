"""常用视图: names for filters of the case list, one's own or shared; and how somebody wants that list to look."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from petitions import errors
from petitions.models import ListHabit, SavedView
from petitions.services import clock

MOST = 30  # of one person: more do not fit a bar of tabs, nor a memory
TO_UNIT, TO_ROLE = "unit", "role"


def keep(name: str, query: str, *, owner: Any, shared: str = "") -> SavedView:
    """A new view at the end of the owner's. Raises ViewNameTaken, TooManyViews."""
    own = SavedView.objects.filter(owner=owner, removed_at=None)
    if own.count() >= MOST:
        raise errors.TooManyViews
    last = own.aggregate(last=Max("place"))["last"] or 0
    return _saved(SavedView(owner=owner, name=name, query=query, place=last + 1, **_shown_to(shared, owner)))


def change(pk: int, *, name: str, shared: str, owner: Any) -> SavedView:
    """Raises Unknown, ViewNameTaken."""
    view = _own(pk, owner)
    view.name = name
    for field, value in _shown_to(shared, owner).items():
        setattr(view, field, value)
    return _saved(view)


def move_up(pk: int, *, owner: Any) -> None:
    """Change places with the one before; the first stays where it is."""
    view = _own(pk, owner)
    own = list(SavedView.objects.filter(owner=owner, removed_at=None))
    at = next(position for position, each in enumerate(own) if each.pk == view.pk)
    if at:
        own[at - 1], own[at] = own[at], own[at - 1]
    for place, each in enumerate(own, start=1):
        each.place = place
    SavedView.objects.bulk_update(own, ["place"])


def remove(pk: int, *, owner: Any, now: datetime | None = None) -> SavedView:
    """Take it away from everybody who had it; `restore` brings it back."""
    view = _own(pk, owner)
    view.removed_at = now or clock.now()
    view.save(update_fields=["removed_at"])
    return view


def restore(pk: int, *, owner: Any) -> SavedView:
    """Raises Unknown, and ViewNameTaken where the name has been given again."""
    view = SavedView.objects.filter(pk=pk, owner=owner).exclude(removed_at=None).first()
    if view is None:
        raise errors.Unknown("没有找到这个已删除的视图。")
    view.removed_at = None
    return _saved(view)


def open_with(view: SavedView | None, *, owner: Any, columns: Sequence[str]) -> None:
    """The view that the list opens with; None: the whole list. `columns` hold for a person who never chose any."""
    ListHabit.objects.update_or_create(
        owner=owner, defaults={"first_view": view}, create_defaults={"first_view": view, "columns": list(columns)}
    )


def choose_columns(columns: Sequence[str], *, owner: Any) -> None:
    ListHabit.objects.update_or_create(owner=owner, defaults={"columns": list(columns)})


# ── inside ──
def _own(pk: int, owner: Any) -> SavedView:
    view = SavedView.objects.filter(pk=pk, owner=owner, removed_at=None).first()
    if view is None:
        raise errors.Unknown("没有找到这个视图，可能已经删除；别人的视图只能由本人改。")
    return view


def _shown_to(shared: str, owner: Any) -> dict[str, Any]:
    return {
        "shared_unit": owner.department if shared == TO_UNIT else None,
        "shared_role": owner.roles[0] if shared == TO_ROLE and owner.roles else "",
    }


def _saved(view: SavedView) -> SavedView:
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError as problem:
        raise errors.ViewNameTaken from problem
    return view
