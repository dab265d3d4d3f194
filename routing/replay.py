"""The same decisions again for very many cases: each question that differs is decided once. Pure."""

from __future__ import annotations

from routing.decide import LIFE_AND_PROPERTY, decide
from routing.facts import Decision, Facts, Snapshot


class Replay:
    """Decides by one edition and remembers. Two cases ask the same when leaf, place, danger and conditions agree."""

    def __init__(self, snapshot: Snapshot):
        self.snapshot = snapshot
        self._known: dict[tuple, Decision] = {}
        self._conditional = {
            code: [claim.conditions for claim in claims if claim.conditions.weight]
            for code, claims in snapshot.claims.items()
        }

    def decide(self, facts: Facts) -> Decision:
        code = facts.category_code or ""
        seasons = self.snapshot.seasons
        held = tuple(conditions.hold(facts.at, facts.tags, seasons) for conditions in self._conditional.get(code, ()))
        question = (code, facts.area_path, held, LIFE_AND_PROPERTY in facts.urgency, facts.confidence)
        if question not in self._known:
            self._known[question] = decide(facts, self.snapshot)
        return self._known[question]

    @property
    def questions(self) -> int:
        """How many different ones were asked."""
        return len(self._known)
