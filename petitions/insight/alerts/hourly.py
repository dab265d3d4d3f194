"""异动, every hour: the hours that are over against what the same hours of the week and the season usually have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from petitions.insight import rollup
from petitions.insight.alerts import counts, judged, placing, raising
from petitions.insight.alerts.bursts import HIGHEST, WEEK, WINDOWS, Burst, Limits, Seen, look
from petitions.insight.alerts.places import Tree
from petitions.insight.alerts.raising import Signal, cases_of
from petitions.insight.alerts.rhythm import shares_of
from petitions.insight.alerts.usual import UNHEARD
from petitions.insight.alerts.usual import Usual as Known
from petitions.insight.models import Alert, Rhythm, Usual
from petitions.services.clock import local
from routing import rulebook
from routing.rulebook import Rulebook

HOUR = timedelta(hours=1)
Series = tuple[int, int]


def look_at_bursts(*, now: datetime) -> int:
    """Returns how many alerts are new. Looking twice at one hour changes nothing."""
    rollup.refresh_all()
    rules, until = rulebook.current(), counts.full_hour(now)
    eyes = _Eyes.open(rules, until)
    if not eyes.usual:
        return 0
    seen = counts.windows(until, WINDOWS, eyes.tree, rules)
    by_leaf: dict[int, dict[int, dict[int, int]]] = defaultdict(dict)
    for (place, leaf), counted in seen.items():
        if counted[WEEK] >= eyes.limits.least:
            by_leaf[leaf][place] = counted
    signals = [
        _burst(place, leaf, burst, eyes, rules)
        for leaf, counted in sorted(by_leaf.items())
        for place, burst in eyes.bursts(leaf, counted)
    ]
    return raising.keep(signals, now=now)


@dataclass(frozen=True)
class _Eyes:
    """All that one hourly look compares with: half a dozen statements, whatever the number of series."""

    until: datetime
    tree: Tree
    limits: Limits
    z: float
    usual: dict[Series, Known]
    hours: Callable[[int, int], float]  # (leaf, window) → what the last hours have of an average day
    strict: dict[int, float]
    answered: dict[Series, datetime]
    told: dict[int, set[int]]  # leaf → places with an open alert

    @classmethod
    def open(cls, rules: Rulebook, until: datetime) -> _Eyes:
        tree, limits = Tree.of(rules), Limits.of(rules)
        figures = Usual.objects.values_list("area_id", "category_id", "per_day", "spread", "weight")
        usual = {(place, leaf): Known(*rest) for place, leaf, *rest in figures.iterator(chunk_size=5000)}
        answered: dict[Series, datetime] = {}
        for (_, place, leaf, _), at in raising.answered_since(Alert.Kind.BURST, until - WEEK * HOUR).items():
            for near in tree.around(place):
                answered[near, leaf] = max(at, answered.get((near, leaf), at))
        told: dict[int, set[int]] = defaultdict(set)
        for place, leaf in Alert.objects.filter(kind=Alert.Kind.BURST, state__in=raising.OPEN).values_list(
            "area_id", "category_id"
        ):
            told[leaf].add(place)
        return cls(
            until,
            tree,
            limits,
            limits.z_among(each.per_day for each in usual.values()),
            usual,
            _hours(until, rules),
            judged.strictness_of(Alert.Kind.BURST, rules),
            answered,
            told,
        )

    def bursts(self, leaf: int, counted: dict[int, dict[int, int]]) -> Iterator[tuple[int, Burst]]:
        """The bursts of one matter, each in the place that it is told of. counted: place → window → cases."""
        asked = {place: self._windows(place, leaf, each) for place, each in counted.items()}
        found = {
            place: look(asked[place], self._known(place, leaf), self.limits, z=self.needed(place)) for place in asked
        }
        bursts = {place: burst for place, burst in found.items() if burst}
        excess = {
            place: {n: each.count - each.expected for n, each in windows.items()} for place, windows in asked.items()
        }
        return placing.place(self.tree.root.id, self.tree.children, bursts, excess, self.told[leaf])

    def needed(self, place: int) -> float:
        return min(self.z * self.strict.get(place, 1.0), HIGHEST)

    def _known(self, place: int, leaf: int) -> Known:
        return self.usual.get((place, leaf), UNHEARD)

    def _windows(self, place: int, leaf: int, counted: dict[int, int]) -> dict[int, Seen]:
        """Without those that reach back before an answer."""
        answered, per_day = self.answered.get((place, leaf)), self._known(place, leaf).per_day
        return {
            length: Seen(counted[length], per_day * self.hours(leaf, length))
            for length in WINDOWS
            if answered is None or self.until - length * HOUR >= answered
        }


def _hours(until: datetime, rules: Rulebook) -> Callable[[int, int], float]:
    """By the rhythm of the leaf's branch; an even one where none is known."""
    first = local(until - WEEK * HOUR).date()
    days, branches = WEEK // 24 + 1, counts.branches()
    end = round((until - counts.midnight(first)) / HOUR)
    runs = {}
    for branch, shares in Rhythm.objects.values_list("category_id", "shares"):
        hourly = shares_of(np.array(shares), first, days, rules.calendar.is_workday).ravel()
        runs[branch] = np.concatenate([[0.0], hourly.cumsum()])
    even = np.arange(days * 24 + 1) / 24

    def of(leaf: int, length: int) -> float:
        run = runs.get(branches.get(leaf), even)
        return float(run[end] - run[end - length])

    return of


def _burst(place: int, leaf: int, burst: Burst, eyes: _Eyes, rules: Rulebook) -> Signal:
    begins = eyes.until - burst.hours * HOUR
    return Signal(
        *(Alert.Kind.BURST, place, leaf, begins, eyes.until),
        seen=burst.count,
        expected=burst.expected,
        figure=burst.z,
        threshold=eyes.needed(place),
        strictness=eyes.strict.get(place, 1.0),
        cases=cases_of(place, leaf, begins, eyes.until, rules),
        figures={"hours": burst.hours},
    )
