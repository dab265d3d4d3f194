"""How often each anti-gaming detector finds a cheat, and how often it finds one where there is none.

    python bench/detectors.py [--clean 300] [--seeds 100] [--daily 20] [--first 0]

A simulated district of 16 streets (bench/dishonest.py): 31 days and the 84 before them, about eight cases a day each;
honest units differ from one another. False alarms: honest periods with at least one finding of a rule, looked at once
at the end (clean) and once a day (daily). Detection: one unit cheats, lightly, plainly or brazenly. Intervals: Wilson,
95 %. Thresholds are the defaults of the parameters `detect.…`; they were chosen with the seeds from 0 on, so figures to
rely on come from others (--first 500000).
"""

import argparse
import json
import os
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings")

from bench import dishonest  # noqa: E402
from nlp.core.agreement import Share  # noqa: E402


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--clean", type=int, default=300)
    options.add_argument("--seeds", type=int, default=100)
    options.add_argument("--daily", type=int, default=20)
    options.add_argument("--first", type=int, default=0, help="the first of the seeds")
    chosen = options.parse_args()
    first = chosen.first
    clean = false_alarms(range(first, first + chosen.clean))
    daily = daily_alarms(range(first + 10_000, first + 10_000 + chosen.daily))
    print(f"{'rule':20}{'false, one look':>24}{'false, daily looks':>24}{'dose: detected':>16}")
    rows = []
    for rule in dishonest.RULES:
        caught = {dose: detected(rule, dose, first + 20_000, chosen.seeds) for dose in dishonest.DOSES[rule]}
        words = "   ".join(f"{dose:g}: {said(Share(count, chosen.seeds))}" for dose, count in caught.items())
        alone, looked = Share(clean[rule], chosen.clean), Share(daily[rule], chosen.daily)
        print(f"{rule:20}{said(alone):>24}{said(looked):>24}   {words}", flush=True)
        rows.append({"rule": rule, "false": clean[rule], "false_daily": daily[rule], "detected": caught})
    print(f"any rule: {said(Share(clean['any'], chosen.clean))} of honest periods; daily looks: ", end="")
    print(said(Share(daily["any"], chosen.daily)))
    print(f"n: {chosen.clean} honest periods, {chosen.daily} of {dishonest.DAYS} looks, {chosen.seeds} seeds per dose")
    written = ROOT / "var" / "bench" / "detectors.json"
    written.parent.mkdir(parents=True, exist_ok=True)
    written.write_text(json.dumps({"rows": rows, **vars(chosen)}, indent=1))


def false_alarms(seeds: range) -> Counter:
    """Honest periods in which each rule found something; 'any': in which any did."""
    return _counted({each.rule for each in dishonest.look(dishonest.make(seed))} for seed in seeds)


def daily_alarms(seeds: range) -> Counter:
    return _counted(_found_on_any_day(seed) for seed in seeds)


def _found_on_any_day(seed: int) -> set[str]:
    world = dishonest.make(seed)
    return {each.rule for day in dishonest.looks() for each in dishonest.look(world.until(day), last=day)}


def _counted(periods) -> Counter:
    total: Counter = Counter()
    for rules in periods:
        total.update({*rules, "any"} if rules else ())
    return total


def detected(rule: str, dose: float, first: int, seeds: int) -> int:
    """Periods in which the very unit (or approver) is found by the very rule."""
    worlds = (dishonest.make(first + seed, cheat=rule, dose=dose) for seed in range(seeds))
    return sum(dishonest.is_caught(dishonest.look(world), rule) for world in worlds)


def said(share: Share) -> str:
    return f"{share.value:.1%} [{share.low:.1%}, {share.high:.1%}]" if share.of else "—"


if __name__ == "__main__":
    main()
