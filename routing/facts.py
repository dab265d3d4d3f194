"""The values a routing decision is made of and made from. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from routing.conditions import Conditions, SeasonWindow


@dataclass(frozen=True)
class Facts:
    """What the decision may look at. `at` is local time; `confidence` is None when a person chose the category."""

    category_code: str | None
    area_path: str
    at: datetime
    tags: frozenset[str] = frozenset()
    urgency: frozenset[str] = frozenset()
    confidence: float | None = None


@dataclass(frozen=True)
class Claim:
    """One catalogue entry."""

    entry_id: int
    category_code: str
    area_path: str
    conditions: Conditions
    main_kind: str | None
    main_department_id: int | None
    assisting_kinds: tuple[str, ...]
    tier: str
    assessment: str
    answer_template: str = ""

    @property
    def weight(self) -> tuple[int, int]:
        """The narrower claim wins: deeper area first, then more conditions."""
        return self.area_path.count("/"), self.conditions.weight


@dataclass(frozen=True)
class UnitRow:
    """An active unit; an empty path answers everywhere."""

    id: int
    name: str
    kind: str
    area_path: str


@dataclass(frozen=True)
class CategoryRow:
    name: str
    tier: str


@dataclass(frozen=True)
class Snapshot:
    """One edition of the catalogue with all that is needed to apply it."""

    number: int | None
    claims: Mapping[str, tuple[Claim, ...]]
    units: Mapping[str, tuple[UnitRow, ...]]
    kinds: Mapping[str, str]
    categories: Mapping[str, CategoryRow]
    areas: Mapping[str, str]
    seasons: tuple[SeasonWindow, ...] = ()
    home_path: str = ""
    fallback_kind: str = "district.government"
    category_floor: float = 0.0
    units_by_id: Mapping[int, UnitRow] = field(default_factory=dict)


@dataclass(frozen=True)
class Decision:
    """Who answers by which tier; without a main unit a person decides, and `reasons` says why.

    `candidates` are units worth offering to that person; `missing` names what was not known:
    category, confidence, place, claim, unit, catalogue.
    """

    main_department_id: int | None
    assisting_department_ids: tuple[int, ...]
    tier: str
    assessment: str
    entry_id: int | None
    version: int | None
    reasons: tuple[str, ...]
    ladder_step: str
    candidates: tuple[int, ...] = ()
    missing: tuple[str, ...] = ()
    answer_template: str = ""
