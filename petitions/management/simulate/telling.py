"""What a story is told with: chance, time, people, and the steps so far. Pure."""

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from petitions.management.simulate.calendar import minutes
from petitions.management.simulate.life import City, Contact, Step, Unit
from petitions.management.simulate.parameters import Parameters

HURRIED = ("E", "U")


@dataclass
class Telling:
    """One case on its way; `at` is where its story has come to."""

    rng: random.Random
    city: City
    parameters: Parameters
    contact: Contact
    quality: Mapping[int, float]
    cheats: Mapping[int, frozenset[str]]
    steps: list[Step] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.at = self.sent_at = self.contact.at
        self.tier = self.city.tiers[self.contact.leaf]
        self.rounds, self.is_signed = 0, False
        self.helper: Unit | None = None

    # ── small words ──
    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def likely(self, share: float, unit: Unit) -> bool:
        """The same for a unit that is better or worse than others."""
        odds = math.log(share / (1 - share)) + self.parameters.answers["spread"] * self.quality.get(unit.id, 0.0)
        return self.rng.random() < 1 / (1 + math.exp(-odds))

    def hours(self, stage: str) -> float:
        return self.city.hours[stage, self.tier]

    def somebody(self, role: str) -> str:
        return self.rng.choice(self.city.people[role])

    def later(self, least: float, most: float) -> datetime:
        """So many minutes go by."""
        self.at += minutes(self.rng, least, most)
        return self.at

    def until(self, begins: datetime, ends: datetime, least: float, most: float) -> datetime:
        """A moment in this part of a stretch, not before the last step."""
        part = timedelta(seconds=round((ends - begins).total_seconds() * self.rng.uniform(least, most)))
        self.at = max(self.at + timedelta(seconds=1), begins + part)
        return self.at

    def do(self, what: str, by: str, at: datetime | None = None, **facts: Any) -> None:
        self.steps.append(Step(at or self.at, what, by, facts))

    def cheats_of(self, unit: Unit) -> frozenset[str]:
        return self.cheats.get(unit.id, frozenset()) if self.rounds <= 1 else frozenset()
