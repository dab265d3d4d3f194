"""Whether what comes in still looks like what the model learnt from."""

from collections.abc import Mapping
from math import log

# The usual reading of the index: below .1 stable, up to .25 worth a look, above it another mix.
WORTH_A_LOOK, ANOTHER_MIX = 0.1, 0.25
# Half a text for what does not occur keeps the logarithm finite.
HALF = 0.5


def stability(before: Mapping[str, float], now: Mapping[str, float]) -> float | None:
    """Population stability index of two counts per label: Σ (now − before) · ln(now / before); None without counts.

    By chance alone it is about (labels − 1) · (1/n + 1/m), so small samples look unstable: show n beside it.
    """
    labels = sorted({*before, *now})
    if not sum(before.values()) or not sum(now.values()):
        return None
    old, new = _shares(before, labels), _shares(now, labels)
    return sum((new[label] - old[label]) * log(new[label] / old[label]) for label in labels)


def by_chance(labels: int, before: float, now: float) -> float:
    """What the index is on average when nothing changed but the draw."""
    return (labels - 1) * (1 / before + 1 / now) if before and now else 0.0


def _shares(counts: Mapping[str, float], labels: list[str]) -> dict[str, float]:
    whole = sum(counts.values()) + HALF * len(labels)
    return {label: (counts.get(label, 0) + HALF) / whole for label in labels}
