"""Where a burst is said to be: in the smallest place that holds most of it, once and not at every level. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TypeVar

from petitions.insight.alerts.bursts import Burst

P = TypeVar("P")
MOST = 0.7  # of the excess; a child with that much is where it happens


def place(
    root: P,
    children: Mapping[P, Sequence[P]],
    bursts: Mapping[P, Burst],
    counts: Mapping[P, Mapping[int, float]],
    told: Collection[P] = (),
) -> Iterator[tuple[P, Burst]]:
    """The bursts to tell, from the whole city down.

    bursts: those that reached their threshold. counts: place → window → cases above the usual. told: places with an
    alert that is still open; what is mostly theirs is not told again of the place around them.
    """
    burst = bursts.get(root)
    below = children.get(root, ())
    if burst is None:
        for child in below:
            yield from place(child, children, bursts, counts, told)
        return
    most = max(below, key=lambda child: counts.get(child, {}).get(burst.hours, 0.0), default=None)
    share = counts.get(most, {}).get(burst.hours, 0.0) / max(burst.excess, 1e-9) if most is not None else 0.0
    if most is not None and share >= MOST and (most in bursts or most in told):
        yield from place(most, children, bursts, counts, told)
    else:
        yield root, burst
