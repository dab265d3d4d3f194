"""How often the interval of a measured effect holds, and how often an effect is claimed where there is none.

    python bench/effects.py [--runs 500] [--seed 20261]

Simulated weeks or months of one treated series and its controls. Every run draws from the lists in DRAWN: how long
before and after, how many controls, cases per period, over-dispersion (variance of the log rate beside chance) and how
long it lasts (correlation from one period to the next), a trend, a season that each series follows more or less
strongly, and the size of the intervention. The placebo runs are the same worlds without it. Intervals: Wilson, 95 %.
The method was set up on other seeds (1–8).
"""

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from nlp.core.agreement import Share  # noqa: E402
from petitions.insight import effects  # noqa: E402
from petitions.insight.effects import Effect  # noqa: E402

DRAWN: dict[str, tuple[float, ...]] = {
    "before": (8, 12, 20, 30, 44),
    "after": (2, 3, 4, 6, 8, 13),
    "controls": (3, 4, 6, 10, 16, 25),
    "mean": (6, 15, 40, 120, 500),
    "dispersion": (0.0, 0.01, 0.04, 0.1),
    "lasting": (0.0, 0.3, 0.6),
    "trend": (0.0, 0.1, 0.3),
    "season": (0.0, 0.1, 0.3),
    "change": (-0.5, -0.3, -0.2, -0.1, 0.2),
}
LEVELS = 0.5  # standard deviation of the controls' log levels
UNLIKE = 0.15  # how unlike the series follow trend and season
Run = tuple[dict[str, float], Effect, Effect]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--runs", type=int, default=500)
    options.add_argument("--seed", type=int, default=20261)
    chosen = options.parse_args()
    started = time.process_time()
    runs = [one(chosen.seed, number) for number in range(chosen.runs)]
    spent = time.process_time() - started
    rows = [told("all", runs)]
    for name, values in DRAWN.items():
        rows += [told(f"{name} {value:g}", [run for run in runs if run[0][name] == value]) for value in values]
    print(f"{2 * chosen.runs} comparisons, {spent:.0f} CPU-s")
    written = ROOT / "var" / "bench" / "effects.json"
    written.parent.mkdir(parents=True, exist_ok=True)
    written.write_text(json.dumps({"rows": rows, **vars(chosen)}, indent=1))


def one(seed: int, number: int) -> Run:
    """What was drawn, the effect found with the intervention, and without."""
    chance = np.random.default_rng([seed, number])
    drawn = {name: float(chance.choice(values)) for name, values in DRAWN.items()}
    found = (measured(drawn | {"change": change}, seed, number) for change in (drawn["change"], 0.0))
    return drawn, *found


def measured(drawn: dict[str, float], seed: int, number: int) -> Effect:
    treated, *others = world(drawn, np.random.default_rng([seed, number, 1])).tolist()
    return effects.compare(treated, {f"{k:02}": row for k, row in enumerate(others)}, since=int(drawn["before"]))


def world(drawn: dict[str, float], chance: np.random.Generator) -> np.ndarray:
    """Counts, series × periods; the first series is the treated one."""
    before, series = int(drawn["before"]), int(drawn["controls"]) + 1
    periods = np.arange(before + int(drawn["after"]))
    levels = drawn["mean"] * np.exp(chance.normal(0, LEVELS, series))
    levels[0] = drawn["mean"]
    season = drawn["season"] * np.sin(2 * np.pi * periods / 12 + chance.uniform(0, 2 * np.pi))
    common = season + drawn["trend"] * chance.choice([-1, 1]) * (periods - before) / 12
    followed = common * (1 + chance.normal(0, UNLIKE, (series, 1)))
    rates = levels[:, None] * np.exp(followed + moods(drawn, (series, len(periods)), chance))
    rates[0, before:] *= 1 + drawn["change"]
    return chance.poisson(rates)


def moods(drawn: dict[str, float], shape: tuple[int, int], chance: np.random.Generator) -> np.ndarray:
    """What each series does by itself: autoregressive, of mean rate one."""
    spread, lasting = drawn["dispersion"] ** 0.5, drawn["lasting"]
    found = np.empty(shape)
    found[:, 0] = chance.normal(0, spread, shape[0])
    for period in range(1, shape[1]):
        fresh = chance.normal(0, spread * (1 - lasting**2) ** 0.5, shape[0])
        found[:, period] = lasting * found[:, period - 1] + fresh
    return found - drawn["dispersion"] / 2


def told(name: str, runs: list[Run]) -> dict[str, Any]:
    """One printed line; runs with too few data are counted apart."""
    able = [run for run in runs if run[1].low is not None and run[2].low is not None]
    holds = Share(sum(real.low <= 100 * drawn["change"] <= real.high for drawn, real, _ in able), len(able))
    claimed = Share(sum(placebo.is_shown for *_, placebo in able), len(able))
    seen = Share(sum(real.is_shown for _, real, _ in able), len(able))
    width = float(np.median([real.high - real.low for _, real, _ in able]))
    print(
        f"{name:16} n {len(able):4} too few {len(runs) - len(able):3}  holds {said(holds)}"
        f"  claimed of nothing {said(claimed)}  seen {seen.value:.0%}  width {width:.0f} points",
        flush=True,
    )
    return {"name": name, "n": len(able), "holds": holds.hits, "claimed": claimed.hits, "seen": seen.hits}


def said(share: Share) -> str:
    return f"{share.value:.1%} [{share.low:.1%}, {share.high:.1%}]" if share.of else "—"


if __name__ == "__main__":
    main()
