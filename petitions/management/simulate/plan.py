"""The plan of a simulation: every case with all its steps, and what was done on purpose. Pure: one seed, one plan."""

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any

from petitions.management.simulate.calendar import ZONE, moment
from petitions.management.simulate.contacts import Burst, Crowd, bursts
from petitions.management.simulate.course import Course
from petitions.management.simulate.life import City, Contact, Life, Place
from petitions.management.simulate.parameters import Parameters

OF_CASES = ("self_rating", "one_number")  # cheats that need cases of their own
TRIES = 400


@dataclass(frozen=True)
class Cheat:
    """What one unit does for some days; `phone` is the number that files or answers, where there is one."""

    kind: str
    unit: int
    begins: datetime
    ends: datetime
    phone: str = ""

    def runs(self, at: datetime) -> bool:
        return self.begins <= at < self.ends


@dataclass
class Plan:
    """Lives in the order in which they begin. Read once: `truth()` knows what was planned so far."""

    city: City
    parameters: Parameters
    first: date
    days: int
    seed: int
    scale: float = 1.0
    cheats: tuple[str, ...] = ()
    bursts: bool = True
    planned: list[tuple[str, Contact]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.prefix = f"sim:{self.seed}:{self.first:%Y%m%d}:"
        self.rng = random.Random(self.seed)  # noqa: S311 - repeatable on purpose
        self.quality = {unit: self.rng.gauss(0, 1) for unit in sorted(self.city.units)}
        self.crowd = Crowd(self.rng, self.city, self.parameters, days=self.days, scale=self.scale)
        self.outbreaks = bursts(self.rng, self.crowd, self.first, self.days) if self.bursts else []
        self.begins = datetime.combine(self.first, time(), tzinfo=ZONE)
        self.ends = self.begins + timedelta(days=self.days)
        self.played: list[Cheat] = []
        for kind in self.cheats:
            self.played.append(self._cheat(kind))

    def lives(self) -> Iterator[Life]:
        """All lives; what would happen after the last day is left out."""
        for number, contact in enumerate(self._contacts(), start=1):
            key = f"{self.prefix}{number}"
            if contact.burst or contact.cheat:
                self.planned.append((key, contact))
            yield self._life(key, contact)

    def truth(self) -> dict[str, Any]:
        """What a detector should find: bursts and cheats with their times, units, places, and the keys of cases."""
        return {
            "seed": self.seed,
            "first": self.first.isoformat(),
            "days": self.days,
            "scale": self.scale,
            "bursts": [self._told_burst(burst) for burst in self.outbreaks],
            "cheats": [self._told_cheat(cheat) for cheat in self.played],
            "quality": {self.city.units[unit].code: round(value, 4) for unit, value in self.quality.items()},
        }

    # ── lives ──
    def _life(self, key: str, contact: Contact) -> Life:
        running: dict[int, set[str]] = defaultdict(set)
        for cheat in self.played:
            if cheat.runs(contact.at):
                running[cheat.unit].add(cheat.kind)
        cheats = {unit: frozenset(kinds) for unit, kinds in running.items()}
        # Each life has chance of its own: what one case draws does not change the next.
        rng = random.Random(f"{self.seed}:{key}")  # noqa: S311
        course = Course(rng, self.city, self.parameters, contact, self.quality, cheats)
        return Life(key, contact, tuple(step for step in course.told() if step.at < self.ends))

    def _contacts(self) -> Iterator[Contact]:
        extra: dict[date, list[Contact]] = defaultdict(list)
        for contact in self._special():
            extra[contact.at.astimezone(ZONE).date()].append(contact)
        for number in range(self.days):
            day = self.first + timedelta(days=number)
            yield from sorted([*self.crowd.day(day), *extra[day]], key=lambda contact: contact.at)

    def _special(self) -> Iterator[Contact]:
        for burst in self.outbreaks:
            yield from (contact for contact in self.crowd.outbreak(burst) if contact.at < self.ends)
        for cheat in self.played:
            if cheat.kind in OF_CASES:
                yield from self._cases_of(cheat)

    # ── cheats ──
    def _cheat(self, kind: str) -> Cheat:
        """A unit that has no part in another cheat, for some days in the middle of the time."""
        table = self.parameters.cheats[kind]
        taken = {cheat.unit for cheat in self.played}
        unit = self.rng.choice([pk for pk in self._busy_units if pk not in taken])
        length = min(table["days"], max(1, self.days // 2))
        start = self.rng.randint(0, max(0, (self.days - length) // 2))
        begins = self.begins + timedelta(days=start)
        phone = f"1009{self.rng.randrange(10**7):07d}" if kind in OF_CASES else ""
        return Cheat(kind, unit, begins, begins + timedelta(days=length), phone)

    @cached_property
    def _busy_units(self) -> list[int]:
        """Units that cases really go to."""
        found = set()
        for _ in range(TRIES):
            at = self.begins + timedelta(days=self.rng.random() * self.days)
            found.add(self.city.route(self.crowd.leaf(at), self.rng.choice(self.city.places).id))
        return sorted(found & self.city.units.keys())

    def _cases_of(self, cheat: Cheat) -> Iterator[Contact]:
        matters = self._matters_of(cheat)
        days = (cheat.ends - cheat.begins).days
        for _ in range(self.parameters.cheats[cheat.kind]["cases"] if matters else 0):
            day = cheat.begins.date() + timedelta(days=self.rng.randrange(days))
            at = moment(self.rng, day, self.parameters.volume["hours"])
            leaf, place = self.rng.choice(matters)
            yield self.crowd.contact(
                at, leaf=leaf, place=place, phone=cheat.phone, name="", is_case=True, channel="app", cheat=cheat.kind
            )

    def _matters_of(self, cheat: Cheat) -> list[tuple[str, Place]]:
        """Leaves and places that the unit answers for."""
        pairs = [(self.crowd.leaf(cheat.begins), self.rng.choice(self.city.places)) for _ in range(TRIES)]
        return [pair for pair in pairs if self.city.route(pair[0], pair[1].id) == cheat.unit]

    # ── told ──
    def _told_burst(self, burst: Burst) -> dict[str, Any]:
        cases = [key for key, contact in self.planned if contact.burst == burst.kind and _is_of(contact, burst)]
        return {
            "kind": burst.kind,
            "begins": burst.begins.isoformat(),
            "ends": burst.ends.isoformat(),
            "leaves": list(burst.leaves),
            "streets": sorted({place.street for place in burst.places}),
            "object": burst.object,
            "cases": cases,
        }

    def _told_cheat(self, cheat: Cheat) -> dict[str, Any]:
        cases = [key for key, contact in self.planned if contact.cheat == cheat.kind]
        return {
            "kind": cheat.kind,
            "unit": self.city.units[cheat.unit].code,
            "begins": cheat.begins.isoformat(),
            "ends": cheat.ends.isoformat(),
            "phone": cheat.phone,
            "cases": cases,
        }


def _is_of(contact: Contact, burst: Burst) -> bool:
    return burst.begins <= contact.at <= burst.ends and (not burst.object or contact.address == burst.object)
