"""An entry of the catalogue in words: its scope, and what a draft changed in it, field by field."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from routing.conditions import parse
from routing.differences import FIELDS, Change
from routing.models import CatalogueEntry, Season, UnitKind

LABELS = {
    "area_id": gettext_lazy("适用区域"),
    "conditions": gettext_lazy("条件"),
    "main_kind_id": gettext_lazy("主办单位类别"),
    "main_department_id": gettext_lazy("指定单位"),
    "assisting_kinds": gettext_lazy("协办"),
    "tier": gettext_lazy("时限档位"),
    "assessment": gettext_lazy("考核类型"),
    "answer_template": gettext_lazy("答复模板"),
}
KINDS = {
    "added": gettext_lazy("新增"),
    "changed": gettext_lazy("改动"),
    "removed": gettext_lazy("删去"),
}
NOTHING = "—"
LOOKS = {"added": "done", "changed": "doing", "removed": "soon"}


@dataclass(frozen=True)
class Names:
    """What codes are called in this city. Two statements, once a page."""

    seasons: Mapping[str, str]
    kinds: Mapping[str, str]

    @classmethod
    def read(cls) -> "Names":
        seasons = dict(Season.objects.values_list("code", "name"))
        return cls(seasons, dict(UnitKind.objects.values_list("code", "name")))

    def conditions(self, entry: CatalogueEntry) -> list[str]:
        asked = parse(entry.conditions)
        said = [self.seasons.get(asked.season, asked.season)]
        said += [f"{asked.hours[0]:%H:%M}—{asked.hours[1]:%H:%M}"] if asked.hours else []
        return [word for word in (*said, *sorted(asked.tags)) if word]

    def assisting(self, entry: CatalogueEntry) -> list[str]:
        return [self.kinds.get(kind, kind) for kind in entry.assisting_kinds]

    def text(self, entry: CatalogueEntry, field: str) -> str:
        said: dict[str, Any] = {
            "area_id": entry.area or _("全市"),
            "conditions": "、".join(self.conditions(entry)) or _("无条件"),
            "main_kind_id": entry.main_kind or NOTHING,
            "main_department_id": entry.main_department or NOTHING,
            "assisting_kinds": "、".join(self.assisting(entry)) or NOTHING,
            "tier": entry.get_tier_display(),
            "assessment": entry.get_assessment_display(),
            "answer_template": entry.answer_template or NOTHING,
        }
        return str(said[field])


@dataclass(frozen=True)
class Line:
    """One field before and after; of an added or removed entry only one side is said."""

    label: Any
    before: str
    after: str


@dataclass(frozen=True)
class Said:
    """One change as the page shows it."""

    change: Change
    word: Any
    look: str
    scope: list[str]
    lines: tuple[Line, ...]


def said(change: Change, names: Names) -> Said:
    fields = change.fields or FIELDS
    lines = (
        Line(LABELS[field], _side(change.before, field, names), _side(change.after, field, names)) for field in fields
    )
    shown = tuple(line for line in lines if line.before or line.after)
    scope = [names.text(change.entry, "area_id"), *names.conditions(change.entry)]
    return Said(change, KINDS[change.kind], LOOKS[change.kind], scope, shown)


def _side(entry: CatalogueEntry | None, field: str, names: Names) -> str:
    """Nothing is said of what is not there."""
    text = names.text(entry, field) if entry else ""
    return "" if text == NOTHING else text
