"""What a draft changes against a published edition: added, removed, and changed field by field."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, fields

from routing.drafts import Wording
from routing.models import CatalogueEntry, CatalogueVersion

# In the order in which an editor reads them.
FIELDS = tuple(field.name for field in fields(Wording) if field.name != "category_id")


@dataclass(frozen=True)
class Change:
    """One entry before and after; one of the two is None for what was added or removed. `fields` differ."""

    before: CatalogueEntry | None
    after: CatalogueEntry | None
    fields: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        if self.before is None:
            return "added"
        return "removed" if self.after is None else "changed"

    @property
    def entry(self) -> CatalogueEntry:
        """The entry as it is now, or as it was."""
        found = self.after or self.before
        assert found is not None, "a change has at least one side"
        return found


def between(old: CatalogueVersion | None, new: CatalogueVersion) -> list[Change]:
    """By leaf. Two statements."""
    return compare(_entries(old), _entries(new))


def _entries(version: CatalogueVersion | None) -> list[CatalogueEntry]:
    return list(with_words(CatalogueEntry.objects.filter(version=version))) if version else []


def with_words(entries):
    """With the rows that a page needs to name them."""
    return entries.select_related("category", "area", "main_kind", "main_department")


def compare(old: Iterable[CatalogueEntry], new: Iterable[CatalogueEntry]) -> list[Change]:
    """Entries are the same by leaf, area and conditions; one that only moved within its leaf counts as changed."""
    before, after = {key(entry): entry for entry in old}, {key(entry): entry for entry in new}
    same = before.keys() & after.keys()
    changes = [Change(before[k], after[k], differing(before[k], after[k])) for k in same]
    gone, come = _by_leaf(before, same), _by_leaf(after, same)
    for leaf in gone.keys() | come.keys():
        changes += _paired(gone[leaf], come[leaf])
    found = [change for change in changes if change.kind != "changed" or change.fields]
    return sorted(found, key=lambda change: (change.entry.category.code, key(change.entry)[1:]))


def key(entry: CatalogueEntry) -> tuple[int, int, str]:
    return entry.category_id, entry.area_id or 0, json.dumps(entry.conditions, sort_keys=True)


def differing(one: CatalogueEntry, other: CatalogueEntry) -> tuple[str, ...]:
    return tuple(name for name in FIELDS if getattr(one, name) != getattr(other, name))


def _by_leaf(entries: dict[tuple, CatalogueEntry], same: Iterable[tuple]) -> dict[int, list[CatalogueEntry]]:
    found = defaultdict(list)
    for k, entry in entries.items():
        if k not in same:
            found[entry.category_id].append(entry)
    return found


def _paired(gone: list[CatalogueEntry], come: list[CatalogueEntry]) -> list[Change]:
    """A leaf that lost one entry and got one had it moved; anything else is said as what it is."""
    if len(gone) == len(come) == 1:
        return [Change(gone[0], come[0], differing(gone[0], come[0]))]
    return [Change(entry, None) for entry in gone] + [Change(None, entry) for entry in come]
