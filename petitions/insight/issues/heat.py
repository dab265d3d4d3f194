"""How hot an issue is: a sum of named terms, each of which can be read and checked. Pure.

Everything counts people, not messages: somebody who writes twenty times counts once in every term.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from math import log1p
from typing import Any

DAY = timedelta(days=1)
TENTH = Decimal("0.1")
TERMS = ("citizens", "growth", "returning", "recency", "unhappy")


@dataclass(frozen=True)
class Limits:
    """How issues are found and weighed; each is the parameter `issues.<name>`.

    weights: points of each term at its most; together 100. full_citizens: this many people bring all points of
    `citizens`. span_days: growth compares so many days with as many before. half_life_days: after so many days without
    a new case recency is worth half. prior: so many people without anything unusual are added to every share, so that
    one angry person is not 100 %. least_citizens: what fewer people said is not listed. window_days: how far the
    nightly run looks back. join_days: an issue that was silent for longer is not joined.
    """

    weights: Mapping[str, float] = field(
        default_factory=lambda: {"citizens": 40, "growth": 25, "returning": 10, "recency": 15, "unhappy": 10}
    )
    full_citizens: int = 50
    span_days: int = 7
    half_life_days: float = 7.0
    prior: float = 3.0
    least_citizens: int = 3
    window_days: int = 30
    join_days: int = 180

    @classmethod
    def of(cls, rules: Any) -> Limits:
        return cls(**{name: rules.parameter(f"issues.{name}", default) for name, default in asdict(cls()).items()})

    @property
    def span(self) -> timedelta:
        return timedelta(days=self.span_days)


@dataclass(frozen=True)
class Told:
    """What is known of an issue. All are people, each counted once; `last_at` is its newest case."""

    citizens: int
    recent: int
    before: int
    returning: int
    judged: int
    unhappy: int
    last_at: datetime


@dataclass(frozen=True)
class Term:
    """`share` (0 to 1) of the `weight` that this term can bring at most; `points` is what it brings."""

    name: str
    weight: float
    share: float
    points: Decimal


@dataclass(frozen=True)
class Heat:
    """Points (0 to the sum of the weights) in tenths: exactly the sum of the terms as they are shown."""

    terms: tuple[Term, ...]

    @property
    def points(self) -> Decimal:
        return sum((term.points for term in self.terms), Decimal("0.0"))


def heat(told: Told, limits: Limits, now: datetime) -> Heat:
    """The heat of an issue at a moment."""
    shares = {
        "citizens": min(1.0, log1p(told.citizens) / log1p(limits.full_citizens)),
        "growth": max(0, told.recent - told.before) / (told.recent + told.before + limits.prior),
        "returning": told.returning / (told.citizens + limits.prior),
        "recency": 0.5 ** (max(now - told.last_at, timedelta()) / DAY / limits.half_life_days),
        "unhappy": told.unhappy / (told.judged + limits.prior),
    }
    return Heat(tuple(_term(name, limits.weights.get(name, 0), shares[name]) for name in TERMS))


def _term(name: str, weight: float, share: float) -> Term:
    return Term(name, weight, round(share, 4), Decimal(weight * share).quantize(TENTH))
