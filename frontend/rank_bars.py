"""Units by the share of cases that they close in time, each as a bar of its distance to the target."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from frontend.charts import Deviation, deviations
from petitions.insight.rates import Counts, Rate
from petitions.insight.scorecard import Unit


@dataclass(frozen=True)
class Bar:
    """`href`: the cases behind the figure, '' where this person may not list them; `board`: the unit's own page."""

    name: str
    place: str
    percent: str
    n: int
    bar: Deviation
    href: str
    board: str


def ranked(
    lines: Mapping[int | None, Counts],
    units: Mapping[int, Unit],
    *,
    least: int,
    target: float,
    address: Callable[[int], tuple[str, str]],
) -> tuple[list[Bar], int]:
    """The best first, and how many have a place: units with fewer than `least` cases come last and have none."""
    rates = {unit: Rate(c.closed_in_time, c.closed) for unit, c in lines.items() if c.closed and unit in units}
    enough = [unit for unit, rate in rates.items() if rate.n >= least]
    order = sorted(enough, key=lambda unit: (-(rates[unit].value or 0.0), -rates[unit].n, unit))
    order += sorted(set(rates) - set(enough), key=lambda unit: (-rates[unit].n, unit))
    scaled = deviations([rates[unit].value or 0.0 for unit in order], target)
    found = [
        Bar(
            units[unit].name,
            str(at) if at <= len(enough) else "–",
            percent(rates[unit]),
            rates[unit].n,
            bar,
            *address(unit),
        )
        for at, (unit, bar) in enumerate(zip(order, scaled, strict=True), start=1)
    ]
    return found, len(enough)


def percent(rate: Rate) -> str:
    return "—" if rate.value is None else f"{100 * rate.value:.1f}%"
