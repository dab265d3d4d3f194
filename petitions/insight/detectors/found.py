"""The shapes that detectors share: what they are told, what they find, how strict they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from math import log10
from typing import Any

LOOKS_THAT_COUNT = 8


@dataclass(frozen=True)
class Thresholds:
    """How strict detectors are; each is the parameter `detect.<name>`.

    q: highest share of false findings per rule and period. ratio: how many times the others' share it takes.
    least: fewest cases a finding rests on. own_cases: from own numbers or networks. number_cases: from one number.
    network_share: a unit may have this share of its ratings from one network. late_share: "just before the limit".
    differ: how much honest units differ at least (tails.excess). rehandled_days: "soon after". burst_least: fewest
    perfect ratings on one day. history_days: own past looked at.
    """

    q: float = 0.01
    ratio: float = 2.0
    differ: float = 0.4
    least: int = 5
    own_cases: int = 4
    number_cases: int = 12
    network_share: float = 0.10
    late_share: float = 0.10
    rehandled_days: int = 10
    burst_least: int = 8
    history_days: int = 84

    @classmethod
    def of(cls, rules: Any) -> Thresholds:
        return cls(**{name: rules.parameter(f"detect.{name}", default) for name, default in asdict(cls()).items()})

    def per_look(self, looks: int) -> float:
        """A period is looked at every day: the chance of a false finding is shared out among its looks.

        Looks at a growing sum mostly agree: thirty cost about as much as eight independent ones (Pocock's boundary).
        """
        return self.q / min(max(looks, 1), LOOKS_THAT_COUNT)


@dataclass(frozen=True)
class Proof:
    """One case that a finding rests on, and when it happened."""

    case: int
    at: datetime


@dataclass(frozen=True)
class Found:
    """Something unusual about a unit (or, with `person`, about what one approver decided).

    observed of n, where `expected` would be usual; p is made good for the number of questions asked (None: a plain
    count against a threshold). `about` tells findings of one rule and unit apart.
    """

    rule: str
    unit: int | None
    observed: int
    n: int
    expected: float
    proofs: tuple[Proof, ...]
    p: float | None = None
    about: str = ""
    person: int | None = None
    more: Mapping[str, Any] = field(default_factory=dict)

    @property
    def strength(self) -> float:
        """0–16: minus the logarithm of p; for a plain count, how many times the threshold."""
        if self.p is None:
            return min(self.observed / max(self.expected, 1.0), 16.0)
        return min(-log10(max(self.p, 1e-16)), 16.0)
