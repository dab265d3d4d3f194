"""The installation as a simulation sees it: people, units, places, limits, and what is said there."""

import csv
import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from nlp.core.corpus import seed_samples
from petitions.errors import PetitionError
from petitions.management.simulate.life import City, Place, Unit
from petitions.services import requests
from petitions.states import RequestType
from routing import catalogue, rulebook
from routing.models import Area, Department, Staff, Tier
from routing.rulebook import Rulebook

REPLIES = Path(__file__).resolve().parent.parent.parent / "data" / "replies.csv"
TYPES = {str(kind.label): kind.value for kind in RequestType}
STAGES = ("handle", "sign", "first_contact", "return_window", "rehandle", "reply_review")
ROLES = ("operator", "reviewer", "dispatcher", "callback", "center", "supervisor")
KINDS = ("exclusion", "not_counted", "appeal", "ledger")


class NobodyHere(PetitionError):
    """这里还没有人员或单位可供模拟；请先装入默认配置(manage.py load_defaults)。"""


@dataclass(frozen=True)
class Cast:
    """The plain city for the plan, and the rows behind it for the one who carries it out."""

    city: City
    people: dict[str, Staff]
    rules: Rulebook


def cast(*, longest_text: int, at: datetime) -> Cast:
    """The city by the catalogue of this moment. Raises NobodyHere."""
    rules = rulebook.current()
    people = {person.username: person for person in Staff.objects.active().select_related("department")}
    by_role: dict[str, list[str]] = defaultdict(list)
    for name in sorted(people):
        for role in people[name].roles:
            by_role[role].append(name)
    units = _units(people)
    if not units or not all(by_role[role] for role in ROLES):
        raise NobodyHere
    tiers = {code: leaf.tier for code, leaf in rules.leaves.items()}
    city = City(
        units=units,
        people={role: tuple(by_role[role]) for role in ROLES},
        places=tuple(_places()),
        tiers=tiers,
        texts=_texts(longest_text),
        answers=_answers(),
        hours=_hours(rules),
        subtypes={kind: tuple(sorted(requests.known_subtypes(rules, kind))) for kind in KINDS},
        route=_route(rules, units, at),
    )
    return Cast(city, people, rules)


def _units(people: dict[str, Staff]) -> dict[int, Unit]:
    found: dict[int, dict[str, Staff]] = defaultdict(dict)
    for person in people.values():
        for role in person.roles:
            if person.department_id:
                found[person.department_id].setdefault(role, person)
    units = {}
    for pk, roles in sorted(found.items()):
        if {"handler", "unit_head"} <= roles.keys() and roles["handler"].department.is_active:
            code = roles["handler"].department.code
            units[pk] = Unit(pk, code, code[:4], roles["handler"].username, roles["unit_head"].username)
    return units


def _places() -> list[Place]:
    found = []
    for area in Area.objects.filter(level=Area.Level.COMMUNITY).order_by("path"):
        codes = area.path.split("/")
        spots = tuple(alias for alias in area.aliases if alias) or (area.name,)
        found.append(Place(area.pk, codes[2], codes[1], spots))
    return found


def _texts(longest: int) -> dict[str, tuple[tuple[str, str], ...]]:
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for sample in seed_samples():
        if len(sample.text) <= longest:
            found[sample.label].append((sample.text, TYPES[sample.request_type]))
    return {leaf: tuple(said) for leaf, said in found.items()}


def _answers() -> dict[str, tuple[tuple[str, str], ...]]:
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    with REPLIES.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found[row["branch"]].append((row["measures"], row["public_answer"]))
    return {branch: tuple(said) for branch, said in found.items()}


def _hours(rules: Rulebook) -> dict[tuple[str, str], float]:
    """How long each limit is, counted from a Monday morning."""
    monday = datetime(2026, 9, 7, 2, tzinfo=UTC)
    return {
        (stage, tier): (rules.due(stage, tier, monday).at - monday).total_seconds() / 3600
        for stage in STAGES
        for tier in Tier.values
    }


def _route(rules: Rulebook, units: dict[int, Unit], at: datetime) -> Callable[[str, int], int]:
    """Whom the catalogue names for a leaf and a place; somebody of the district where it names nobody with people."""
    governments = {
        code[:4]: pk
        for pk, code in Department.objects.filter(kind="district.government").values_list("pk", "code")
        if pk in units
    }
    everybody = sorted(units)

    @cache
    def named(leaf: str, street: str) -> int:
        decided = catalogue.decide_for(leaf, street, at=at, said_at=at, tags=frozenset(), rules=rules)
        if decided.main_department_id in units:
            return decided.main_department_id
        district = street.split("/")[1]
        return governments.get(district) or random.Random(district).choice(everybody)  # noqa: S311

    # Streets are what the catalogue tells apart; asking for each of their communities would take long.
    return lambda leaf, place: named(leaf, rules.area(place).path.rpartition("/")[0])
