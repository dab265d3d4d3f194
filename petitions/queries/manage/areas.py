"""地区与网格: one level of the tree at a time, and what points at a place."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from petitions.models import Petition
from petitions.states import ENDED
from routing.models import Area, CatalogueEntry, Department

MOST_FOUND = 50
MOST_COUNTED = 10_000  # a whole city's cases are not counted for one line of a page


@dataclass(frozen=True)
class Uses:
    """What would be touched if the place changed: `inside` counts the places below it, itself not.

    Cases are counted up to MOST_COUNTED and one.
    """

    inside: int
    open_cases: int
    all_cases: int
    entries: int
    units: Sequence[Department]

    @property
    def open_said(self) -> str:
        return _said(self.open_cases)

    @property
    def all_said(self) -> str:
        return _said(self.all_cases)


def children(area: Area | None) -> Sequence[Area]:
    """The next level, each with how many it holds and the unit that answers for it. Two statements."""
    return _rows(Q(parent=area)).order_by("-is_active", "path")


def parents(area: Area) -> Sequence[Area]:
    """From the root down to the one above."""
    codes = area.path.strip("/").split("/")[:-1]
    return Area.objects.filter(code__in=codes).order_by("path")


def found(words: str) -> Sequence[Area]:
    """Places by name, code or one of their other names. Two statements."""
    named = Q(name__icontains=words) | Q(code__iexact=words) | Q(aliases__contains=[words])
    return _rows(named).order_by("path")[:MOST_FOUND]


def uses(area: Area) -> Uses:
    inside = Area.objects.under(area)
    cases = Petition.objects.filter(area__path__startswith=area.path)
    return Uses(
        inside=inside.active().exclude(pk=area.pk).count(),
        open_cases=cases.exclude(state__in=ENDED)[: MOST_COUNTED + 1].count(),
        all_cases=cases[: MOST_COUNTED + 1].count(),
        entries=CatalogueEntry.objects.filter(area__path__startswith=area.path)
        .filter(Q(version__effective_to=None), version__published_at__isnull=False)
        .count(),
        units=Department.objects.active().filter(area=area).order_by("code"),
    )


def without_unit() -> int:
    """Active streets and communities for which no active unit answers."""
    own = Department.objects.active().filter(area=OuterRef("pk"))
    levels = (Area.Level.STREET, Area.Level.COMMUNITY)
    return Area.objects.active().filter(level__in=levels).filter(~Exists(own)).count()


def new_parents(area: Area) -> Sequence[Area]:
    """Where the place may be moved to: active places of the level that it hangs under now, not inside itself."""
    if area.parent is None:
        return []
    rows = Area.objects.active().filter(level=area.parent.level).exclude(path__startswith=area.path)
    return rows.order_by("path")


def _rows(wanted: Q) -> QuerySet[Area]:
    return Area.objects.filter(wanted).annotate(below=Count("children")).prefetch_related("departments")


def _said(count: int) -> str:
    return f"{MOST_COUNTED}+" if count > MOST_COUNTED else str(count)
