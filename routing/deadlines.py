"""How long a step may take, and until when: the deadline rules over the clock."""

from __future__ import annotations

from datetime import date, datetime

from routing.clock import Due, Limit
from routing.rulebook import Rulebook, current


def limit_for(stage: str, tier: str, on: date, *, rules: Rulebook | None = None) -> Limit:
    """The limit of that day for a stage and tier; raises rulebook.NoLimit. One statement without `rules`."""
    return (rules or current()).limit_for(stage, tier, on)


def due_for(stage: str, tier: str, start: datetime, *, rules: Rulebook | None = None) -> Due:
    """When the stage is due if its clock starts at `start` (aware)."""
    return (rules or current()).due(stage, tier, start)
