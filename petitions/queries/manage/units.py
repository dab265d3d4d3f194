"""单位: the units that answer, and what would be left without somebody if one of them were closed."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from petitions.models import Assignment, KnowledgeItem
from petitions.queries.keyset import Page
from petitions.states import ACTIVE
from routing.models import Area, CatalogueEntry, Department, Staff

SIZE = 30
STATES = {"active": Q(is_active=True), "closed": Q(is_active=False), "idle": Q(is_active=True, people=0)}
MOST_NAMED = 3


@dataclass(frozen=True)
class Filters:
    """`area` is the path of a place: units of the place and of all inside it."""

    q: str = ""
    kind: str = ""
    area: str = ""
    state: str = ""


@dataclass(frozen=True)
class Holds:
    """What hangs on a unit; `heirs` are active units of its kind that could take its work."""

    open_parts: int
    people: int
    below: Sequence[Department]
    entries: int
    items: int
    heirs: Sequence[Department]

    @property
    def is_free(self) -> bool:
        """Nothing would be left without somebody: texts of the knowledge base stay with a unit that is closed."""
        return not (self.open_parts or self.people or self.below or self.entries)


def page(filters: Filters, *, after: str = "") -> Page:
    """In the order of codes, each with `open_parts` and `people`. One statement."""
    rows = _counted().select_related("kind", "area", "parent").filter(_wanted(filters))
    rows = rows.filter(code__gt=after) if after else rows
    found = list(rows.order_by("code")[: SIZE + 1])
    return Page(found[:SIZE], found[SIZE - 1].code if len(found) > SIZE else "")


def holds(unit: Department) -> Holds:
    return Holds(
        open_parts=Assignment.objects.active().of_unit(unit.pk).count(),
        people=Staff.objects.active().of_department(unit.pk).count(),
        below=unit.children.active().order_by("code"),
        entries=in_force().filter(main_department=unit).count(),
        items=KnowledgeItem.objects.filter(owner=unit).count(),
        heirs=_heirs(unit),
    )


def in_force() -> QuerySet[CatalogueEntry]:
    """Entries of the edition that holds."""
    return CatalogueEntry.objects.filter(version__effective_to=None, version__published_at__isnull=False)


def parents_for(unit: Department | None) -> QuerySet[Department]:
    """Active units that are not the unit itself nor below it."""
    rows = Department.objects.active().order_by("code")
    return rows.exclude(pk__in=[unit.pk, *_below(unit)]) if unit else rows


def areas_for() -> QuerySet[Area]:
    """Where a unit may answer: grids have no unit of their own."""
    return Area.objects.active().exclude(level=Area.Level.GRID).order_by("path")


def without_people() -> int:
    """Active units with work and nobody who could come in and do it."""
    people = Staff.objects.active().filter(department=OuterRef("pk"))
    work = Assignment.objects.filter(department=OuterRef("pk"), state__in=ACTIVE)
    return Department.objects.active().filter(~Exists(people), Exists(work)).count()


def closed_with_work() -> int:
    work = Assignment.objects.filter(department=OuterRef("pk"), state__in=ACTIVE)
    return Department.objects.filter(Exists(work), is_active=False).count()


def _counted() -> QuerySet[Department]:
    return Department.objects.annotate(
        open_parts=_count(Assignment.objects.filter(state__in=ACTIVE)),
        people=_count(Staff.objects.active()),
    )


def _count(rows: QuerySet) -> Coalesce:
    """How many of these rows belong to the unit, counted for the rows of one page only."""
    counted = rows.filter(department=OuterRef("pk")).order_by().values("department").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), Value(0))


def _wanted(filters: Filters) -> Q:
    wanted = STATES.get(filters.state, Q())
    if filters.q:
        named = Q(name__icontains=filters.q) | Q(short_name__icontains=filters.q) | Q(code__icontains=filters.q)
        wanted &= named
    if filters.kind:
        wanted &= Q(kind=filters.kind)
    if filters.area:
        wanted &= Q(area__path__startswith=filters.area)
    return wanted


def _below(unit: Department) -> set[int]:
    """Keys of all units below; a tree of units has a handful of levels, so one statement for each."""
    found: set[int] = set()
    level = {unit.pk}
    while level:
        level = set(Department.objects.filter(parent__in=level).values_list("pk", flat=True)) - found
        found |= level
    return found


def _heirs(unit: Department) -> Sequence[Department]:
    """The unit above it first, then those of its kind."""
    others = Department.objects.active().exclude(pk=unit.pk)
    above = list(others.filter(pk=unit.parent_id)) if unit.parent_id else []
    alike = others.filter(kind=unit.kind_id).exclude(pk=unit.parent_id).order_by("code")
    return [*above, *alike[: MOST_NAMED - len(above)]]
