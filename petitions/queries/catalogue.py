"""派单目录: the entries of one edition by leaf, in pages by key, each marked with what a draft changed."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from petitions.row_keys import row_key
from routing.differences import Change, compare, with_words
from routing.models import CatalogueEntry, CatalogueVersion

PAGE = 30
MOST_EDITIONS = 50


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to; empty values narrow nothing. `branch` is the start of a code, `area` a path."""

    q: str = ""
    branch: str = ""
    kind: str = ""
    area: str = ""

    def apply(self, entries: QuerySet) -> QuerySet:
        wanted = {"category__code__startswith": self.branch, "area__path__startswith": self.area}
        entries = entries.filter(**{field: value for field, value in wanted.items() if value})
        if self.kind:
            entries = entries.filter(Q(main_kind=self.kind) | Q(main_department__kind=self.kind))
        words = self.q.split()
        for word in words:
            entries = entries.filter(self._says(word))
        return entries

    @staticmethod
    def _says(word: str) -> Q:
        return (
            Q(category__full_name__icontains=word)
            | Q(category__code__startswith=word)
            | Q(area__full_name__icontains=word)
            | Q(main_kind__name__icontains=word)
            | Q(main_department__name__icontains=word)
            | Q(conditions__tags__contains=[word])
        )


@dataclass(frozen=True)
class Row:
    entry: CatalogueEntry
    change: Change | None  # against the edition that the draft is measured by


@dataclass(frozen=True)
class Page:
    rows: tuple[Row, ...]
    next: str


def page(version: CatalogueVersion, filters: Filters, *, base: CatalogueVersion | None, after: str = "") -> Page:
    """By the code of the leaf: one statement, two for a draft. A cursor that makes no sense starts from the top."""
    entries = filters.apply(with_words(CatalogueEntry.objects.filter(version=version)))
    code, _, key = after.partition("~")
    if (last_seen := row_key(key)) is not None:
        entries = entries.filter(Q(category__code__gt=code) | Q(category__code=code, pk__gt=last_seen))
    found = list(entries.order_by("category__code", "pk")[: PAGE + 1])
    shown = found[:PAGE]
    changes = _changes(shown, version, base)
    rows = tuple(Row(entry, changes.get(entry.pk)) for entry in shown)
    last = shown[-1] if len(found) > PAGE else None
    return Page(rows, f"{last.category.code}~{last.pk}" if last else "")


def _changes(shown: Iterable[CatalogueEntry], version: CatalogueVersion, base: CatalogueVersion | None) -> dict:
    """What the draft changed in the leaves on this page, by the key of the draft's entry."""
    if base is None or version.published_at:
        return {}
    leaves = {entry.category_id for entry in shown}
    both = with_words(CatalogueEntry.objects.filter(version__in=[version, base], category__in=leaves))
    sides: dict[int, list[CatalogueEntry]] = {version.pk: [], base.pk: []}
    for entry in both:
        sides[entry.version_id].append(entry)
    found = compare(sides[base.pk], sides[version.pk])
    return {change.after.pk: change for change in found if change.after}


def editions() -> list[CatalogueVersion]:
    """The newest first, each with its number of entries: one statement."""
    versions = CatalogueVersion.objects.select_related("created_by", "published_by")
    return list(versions.annotate(size=Count("entries")).order_by("-number")[:MOST_EDITIONS])


def edition(number: str) -> CatalogueVersion | None:
    if not (number.isdecimal() and len(number) < 10):
        return None
    return CatalogueVersion.objects.filter(number=int(number)).first()
