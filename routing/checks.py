"""What is wrong with an edition of the catalogue before it is published.

Errors stop publication: a leaf nobody owns. Shown only: rival entries, kinds of unit that nobody has, and places
where the kind is missing, so that the district would have to answer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import combinations

from routing.conditions import Conditions
from routing.facts import Claim, Snapshot
from routing.models import Area, CatalogueVersion, Category, UnitKind
from routing.refusals import Problem
from routing.snapshots import read_version

# A kind should have a unit in every area of this level. Companies may serve the whole city or a district each.
EXPECTED_IN = {
    UnitKind.Level.COMMUNITY: Area.Level.COMMUNITY,
    UnitKind.Level.STREET: Area.Level.STREET,
    UnitKind.Level.DISTRICT: Area.Level.DISTRICT,
    UnitKind.Level.COMPANY: Area.Level.DISTRICT,
    UnitKind.Level.CITY: Area.Level.CITY,
}
MOST_NAMED = 3


def problems(version: CatalogueVersion) -> tuple[Problem, ...]:
    """Errors first. A constant number of statements."""
    snapshot = read_version(version, {})
    names = dict(Category.objects.leaves().active().values_list("code", "full_name"))
    unowned = [
        Problem(f"“{name}”没有单位负责。", True, code) for code, name in names.items() if not _owned(snapshot, code)
    ]
    return (*unowned, *_closed_units(snapshot, names), *_missing_kinds(snapshot), *_rivals(snapshot, names))


def _owned(snapshot: Snapshot, code: str) -> bool:
    """A leaf is owned when some claim holds everywhere and always."""
    return any(not c.area_path and not c.conditions.weight for c in snapshot.claims.get(code, ()))


def _closed_units(snapshot: Snapshot, names: dict[str, str]) -> list[Problem]:
    return [
        Problem(
            f"“{names.get(code, code)}”指定的单位已停用，将按区兜底派单。",
            False,
            code,
            (claim.entry_id,),
        )
        for code, claims in snapshot.claims.items()
        for claim in claims
        if claim.main_department_id is not None and claim.main_department_id not in snapshot.units_by_id
    ]


# ── kinds of unit ──
def _missing_kinds(snapshot: Snapshot) -> list[Problem]:
    """For each kind that the catalogue sends to: places in its scope that no unit of it covers."""
    wanted: dict[str, list[Claim]] = defaultdict(list)
    for claims in snapshot.claims.values():
        for claim in claims:
            if claim.main_department_id is None and claim.main_kind:
                wanted[claim.main_kind].append(claim)
    levels = dict(UnitKind.objects.values_list("code", "level"))
    places = _places_by_level()
    said = []
    for kind, claims in sorted(wanted.items()):
        name = snapshot.kinds.get(kind, kind)
        if kind not in snapshot.units:
            said.append(Problem(f"没有一家“{name}”，目录却有{len(claims)}条派给它。", False))
        else:
            said += _uncovered(snapshot, kind, claims, places[EXPECTED_IN[UnitKind.Level(levels[kind])]])
    return said


def _places_by_level() -> dict[str, list[str]]:
    found = defaultdict(list)
    for level, path in Area.objects.order_by("path").values_list("level", "path"):
        found[level].append(path)
    return found


def _uncovered(snapshot: Snapshot, kind: str, claims: list[Claim], places: Iterable[str]) -> list[Problem]:
    scopes = tuple({claim.area_path for claim in claims})
    units = tuple(unit.area_path for unit in snapshot.units[kind])
    bare = [place for place in places if place.startswith(scopes) and not place.startswith(units)]
    if not bare:
        return []
    shown = "、".join(snapshot.areas[place] for place in bare[:MOST_NAMED])
    more = f"等{len(bare)}处" if len(bare) > MOST_NAMED else ""
    name = snapshot.kinds.get(kind, kind)
    return [Problem(f"{shown}{more}没有“{name}”，目录有{len(claims)}条派给它，那里将按区兜底派单。", False)]


# ── rivals ──
def _rivals(snapshot: Snapshot, names: dict[str, str]) -> list[Problem]:
    """Claims of equal weight that may hold at one moment, so that a person would have to decide: both are shown."""
    return [
        Problem(
            f"“{names.get(code, code)}”有两条可能同时适用，须由人工选定："
            f"{_said(one, snapshot)}；{_said(other, snapshot)}。",
            False,
            code,
            (one.entry_id, other.entry_id),
        )
        for code, claims in snapshot.claims.items()
        for one, other in combinations(claims, 2)
        if _are_rivals(one, other, snapshot) and not _settled(one, other, claims)
    ]


def _said(claim: Claim, snapshot: Snapshot) -> str:
    unit = snapshot.units_by_id.get(claim.main_department_id or 0)
    wanted = unit.name if unit else snapshot.kinds.get(claim.main_kind or "", "已停用的单位")
    return f"“{claim.conditions.words(snapshot.seasons)}”由{wanted}负责"


def _are_rivals(one: Claim, other: Claim, snapshot: Snapshot) -> bool:
    same_unit = (one.main_kind, one.main_department_id) == (other.main_kind, other.main_department_id)
    if same_unit or one.weight != other.weight or one.area_path != other.area_path:
        return False
    return _seasons_meet(one, other, snapshot) and _hours_meet(one.conditions, other.conditions)


def _seasons_meet(one: Claim, other: Claim, snapshot: Snapshot) -> bool:
    """Whether some day lies in both: the heating season and the one against unpaid wages share the winter."""
    asked = {one.conditions.season, other.conditions.season} - {""}
    if len(asked) < 2:
        return True
    windows = [[w for w in snapshot.seasons if w.code == code] for code in asked]
    return any(a.starts_on <= b.ends_on and b.starts_on <= a.ends_on for a in windows[0] for b in windows[1])


def _hours_meet(one: Conditions, other: Conditions) -> bool:
    """Whether some minute of the day fits both: the first minute of either lies in the other."""
    if one.hours is None or other.hours is None:
        return True
    return one.is_at(other.hours[0]) or other.is_at(one.hours[0])


def _settled(one: Claim, other: Claim, claims: Iterable[Claim]) -> bool:
    """A third entry asks for what both ask for, and so wins wherever they meet."""
    if _differ(one.conditions.season, other.conditions.season) or _differ(one.conditions.hours, other.conditions.hours):
        return False  # no entry can ask for two seasons, or for two stretches of the day
    season = one.conditions.season or other.conditions.season
    hours = one.conditions.hours or other.conditions.hours
    both = Conditions(season, hours, one.conditions.tags | other.conditions.tags)
    return any(claim.area_path == one.area_path and claim.conditions == both for claim in claims)


def _differ(one: object, other: object) -> bool:
    return bool(one) and bool(other) and one != other
