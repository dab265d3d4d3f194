"""Counts what a draft would change: which units, which leaves, which limits, and how it agrees with what was done."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from petitions.queries.catalogue_impact import PastCase
from petitions.services.catalogue_proposals import urgency_of
from routing.facts import Decision, Facts
from routing.replay import Replay
from routing.rulebook import Rulebook

# A preview is read by a person; what stands below these is one case here and there.
MOST_MOVES, MOST_LEAVES, MOST_SAMPLES = 100, 5, 5
NOBODY = ""


class Tally:
    """Adds cases batch by batch; `result()` is what the page shows, as JSON."""

    def __init__(self, before: Replay, after: Replay, rules: Rulebook):
        self.before, self.after, self.rules = before, after, rules
        self.cases = self.moved = self.sent = self.right_before = self.right_after = 0
        self.moves: Counter[tuple[int | None, int | None]] = Counter()
        self.tiers: Counter[tuple[str, str]] = Counter()
        self.leaves: dict[tuple, Counter[str]] = defaultdict(Counter)
        self.samples: dict[tuple, list[str]] = defaultdict(list)

    def add(self, batch: Iterable[PastCase]) -> None:
        for case in batch:
            facts = self._facts(case)
            self._compare(case, self.before.decide(facts), self.after.decide(facts))

    def _facts(self, case: PastCase) -> Facts:
        area = self.rules.area(case.area_id)
        return Facts(
            case.category,
            area.path if area else "",
            case.received_at.astimezone(self.rules.calendar.zone),
            frozenset(case.tags),
            frozenset(urgency_of(case.urgency)),
        )

    def _compare(self, case: PastCase, before: Decision, after: Decision) -> None:
        self.cases += 1
        if case.main_department_id:
            self.sent += 1
            self.right_before += before.main_department_id == case.main_department_id
            self.right_after += after.main_department_id == case.main_department_id
        if before.tier != after.tier:
            self.tiers[before.tier, after.tier] += 1
        move = (before.main_department_id, after.main_department_id)
        if move[0] != move[1]:
            self.moved += 1
            self.moves[move] += 1
            self.leaves[move][case.category] += 1
            if len(self.samples[move]) < MOST_SAMPLES:
                self.samples[move].append(case.no)

    def result(self, *, stamp: int | None) -> dict[str, Any]:
        return {
            "stamp": stamp,
            "cases": self.cases,
            "moved": self.moved,
            "moves": sorted(map(self._move, self._most()), key=lambda move: (-move["count"], move["from"], move["to"])),
            "more_moves": max(len(self.moves) - MOST_MOVES, 0),
            "tiers": [[one, other, count] for (one, other), count in self.tiers.most_common()],
            "sent": self.sent,
            "right_before": self.right_before,
            "right_after": self.right_after,
            "questions": self.before.questions + self.after.questions,
        }

    def _most(self) -> list[tuple[int | None, int | None]]:
        return [move for move, _count in self.moves.most_common(MOST_MOVES)]

    def _move(self, move: tuple[int | None, int | None]) -> dict[str, Any]:
        one, other = (self._name(pk) for pk in move)
        leaves = [
            [self.after.snapshot.categories[code].name, times]
            for code, times in self.leaves[move].most_common(MOST_LEAVES)
        ]
        return {"from": one, "to": other, "count": self.moves[move], "leaves": leaves, "cases": self.samples[move]}

    def _name(self, pk: int | None) -> str:
        """Empty for "a person decides"."""
        unit = self.after.snapshot.units_by_id.get(pk) if pk else None
        return unit.name if unit else NOBODY
