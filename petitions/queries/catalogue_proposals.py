"""改动建议: open proposals that ask for the same change stand together, the most frequent first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, QuerySet

from petitions.models import CatalogueProposal
from routing.models import Area, Category, UnitKind

MOST_GROUPS = 50
MOST_ROWS = 20
MOST_DECIDED = 20


@dataclass(frozen=True)
class Group:
    """One leaf, from one kind of unit to another; `named` is empty where the catalogue named nobody."""

    category: str
    named: str
    to: str

    @property
    def key(self) -> str:
        return f"{self.category}~{self.named}~{self.to}"

    @classmethod
    def parse(cls, key: str) -> "Group | None":
        parts = key.split("~")
        return cls(*parts) if len(parts) == 3 else None


@dataclass(frozen=True)
class Line:
    """A group with the words that a page needs."""

    group: Group
    leaf: str
    named: str
    to: str
    count: int
    latest: datetime


def groups() -> list[Line]:
    """Three statements, whatever the number of proposals."""
    found = (
        CatalogueProposal.objects.filter(verdict="")
        .values_list("category__code", "named__kind", "to__kind")
        .annotate(count=Count("pk"), latest=Max("made_at"))
        .order_by("-count", "-latest")[:MOST_GROUPS]
    )
    rows = list(found)
    leaves = dict(Category.objects.filter(code__in=[row[0] for row in rows]).values_list("code", "full_name"))
    kinds = dict(UnitKind.objects.values_list("code", "name"))
    return [
        Line(Group(code, named or "", to), leaves[code], kinds.get(named or "", ""), kinds[to], count, latest)
        for code, named, to, count, latest in rows
    ]


def of_group(group: Group, *, area_path: str = "") -> QuerySet:
    """The open proposals of one group, those inside an area where one is given."""
    rows = CatalogueProposal.objects.filter(
        verdict="", category__code=group.category, named__kind=group.named or None, to__kind=group.to
    )
    return rows.filter(area__path__startswith=area_path) if area_path else rows


def rows_of(group: Group) -> list[CatalogueProposal]:
    """The newest of a group with their cases: one statement."""
    rows = of_group(group).select_related("petition", "area", "named", "to", "category")
    return list(rows.defer("petition__text", "petition__search").order_by("-pk")[:MOST_ROWS])


def scopes(group: Group) -> list[Area]:
    """Where the change could hold: each district, street and community that holds one of the cases. Two statements."""
    paths = of_group(group).exclude(area=None).values_list("area__path", flat=True).distinct()[:MOST_ROWS]
    codes = {code for path in paths for code in path.strip("/").split("/")}
    levels = (Area.Level.DISTRICT, Area.Level.STREET, Area.Level.COMMUNITY)
    return list(Area.objects.filter(code__in=codes, level__in=levels).order_by("path"))


def decided() -> list[Any]:
    """What was decided last: one statement."""
    rows = CatalogueProposal.objects.exclude(verdict="").select_related(
        "petition", "category", "named", "to", "decided_by", "edition"
    )
    return list(rows.defer("petition__text", "petition__search").order_by("-decided_at", "-pk")[:MOST_DECIDED])
