"""What a simulation is made of: a city in plain values, and lives of cases as lists of steps. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


class PlanRefused(RuntimeError):
    """A planned step that the rules of the services refuse; says which step of which case."""


@dataclass(frozen=True)
class Unit:
    """A unit with somebody who handles and somebody who approves (user names)."""

    id: int
    code: str
    district: str
    handler: str
    head: str


@dataclass(frozen=True)
class Place:
    """A community: where something happens. `spots` are names of places in it."""

    id: int
    street: str
    district: str
    spots: tuple[str, ...]


@dataclass(frozen=True)
class City:
    """What a plan has to know. `hours` gives limits by (stage, tier), `route` the unit for (leaf, place id)."""

    units: Mapping[int, Unit]
    people: Mapping[str, tuple[str, ...]]
    places: tuple[Place, ...]
    tiers: Mapping[str, str]
    texts: Mapping[str, tuple[tuple[str, str], ...]]
    answers: Mapping[str, tuple[tuple[str, str], ...]]
    hours: Mapping[tuple[str, str], float]
    subtypes: Mapping[str, tuple[str, ...]]
    route: Callable[[str, int], int]


@dataclass(frozen=True)
class Step:
    """At this moment this person does this; `facts` are what it takes beside."""

    at: datetime
    do: str
    by: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Contact:
    """Somebody calls or writes: what about, from where, by which number."""

    at: datetime
    phone: str
    name: str
    leaf: str
    place: Place
    address: str
    text: str
    request_type: str
    channel: str
    is_case: bool
    confidential: bool = False
    burst: str = ""
    cheat: str = ""


@dataclass(frozen=True)
class Life:
    """One contact and all that follows from it until the simulation ends."""

    key: str
    contact: Contact
    steps: tuple[Step, ...]
