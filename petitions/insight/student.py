"""Student's t with whole degrees of freedom: how likely so large a value is by chance, and how wide an interval is."""

from __future__ import annotations

from math import atan, cos, pi, sin, sqrt


def chance(t: float, freedom: int) -> float:
    """P(|T| ≥ |t|), by the finite series for whole degrees of freedom (Abramowitz and Stegun 26.7.3–4)."""
    angle = atan(abs(t) / sqrt(freedom))
    odd = freedom % 2
    term = total = cos(angle) if odd else 1.0
    for k in range(3 if odd else 2, freedom, 2):
        term *= cos(angle) ** 2 * (k - 1) / k
        total += term
    if not odd:
        within = sin(angle) * total
    elif freedom == 1:
        within = 2 * angle / pi
    else:
        within = 2 / pi * (angle + sin(angle) * total)
    return min(max(1.0 - within, 0.0), 1.0)


def reach(share: float, freedom: int) -> float:
    """The t that |T| stays below with this probability; 0 < share < 1."""
    low, high = 0.0, 1.0
    while chance(high, freedom) > 1 - share:
        high *= 2
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if chance(middle, freedom) > 1 - share else (low, middle)
    return high
