"""How much each control counts: weights that make the past of the controls follow that of a series. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log

HALF_A_CASE = 0.5  # keeps the logarithm of nothing finite


class Courses:
    """How the series went before a moment, as logarithms about their mean, and what each pair has in common."""

    def __init__(self, panel: list[Sequence[int]], since: int):
        courses = [_course(series[:since]) for series in panel]
        self.totals = [sum(series[:since]) + HALF_A_CASE for series in panel]
        self.dot = [[_dot(one, other) for other in courses] for one in courses]

    def weights(self, which: int, without: int | None = None) -> dict[int, float]:
        """Non-negative weights of the others that add up to one: fitted to the series, held near their precision.

        Those that come out negative are left out, and the rest is fitted again.
        """
        others = [k for k in range(len(self.totals)) if k not in (which, without)]
        middle = sorted(self.totals[k] for k in others)[len(others) // 2]
        while True:
            precision = {k: self.totals[k] / (self.totals[k] + middle) for k in others}
            whole = sum(precision.values())
            fitted = self._fitted(which, {k: value / whole for k, value in precision.items()})
            others = [k for k, weight in fitted.items() if weight > 0]
            if len(others) == len(fitted):
                return fitted

    def _fitted(self, which: int, start: Mapping[int, float]) -> dict[int, float]:
        """start + d with Σd = 0 that makes |y − Xw|² + penalty · Σ d²/start least."""
        names, dot = list(start), self.dot
        penalty = sum(dot[k][k] for k in names) / len(names) ** 2 or 1.0
        matrix = [[dot[j][k] + (penalty / start[j] if j == k else 0.0) for k in names] for j in names]
        rest = [dot[j][which] - sum(start[k] * dot[j][k] for k in names) for j in names]
        solved = _solved(matrix, rest)
        pull = sum(move for move, _ in solved) / sum(one for _, one in solved)
        return {k: start[k] + move - pull * one for k, (move, one) in zip(names, solved, strict=True)}


def _course(series: Sequence[int]) -> list[float]:
    logs = [log(count + HALF_A_CASE) for count in series]
    mean = sum(logs) / len(logs)
    return [value - mean for value in logs]


def _dot(a: Sequence[float], b: Sequence[float]) -> float:
    return sum(x * y for x, y in zip(a, b, strict=True))


def _solved(matrix: list[list[float]], right: list[float]) -> list[tuple[float, float]]:
    """x and z of matrix · x = right and matrix · z = (1, …, 1), positive definite (Gauss; no pivot is needed)."""
    rows = [[*row, value, 1.0] for row, value in zip(matrix, right, strict=True)]
    for i, row in enumerate(rows):
        for below in rows[i + 1 :]:
            factor = below[i] / row[i]
            below[i:] = [a - factor * b for a, b in zip(below[i:], row[i:], strict=True)]
    found: list[tuple[float, float]] = []
    for i, row in reversed(list(enumerate(rows))):
        known = row[i + 1 : -2]
        one, other = ((row[at] - _dot(known, [pair[at + 2] for pair in found])) / row[i] for at in (-2, -1))
        found.insert(0, (one, other))
    return found
