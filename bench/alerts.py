"""How soon a burst of complaints is seen, how many are missed, and how often the alarm is false.

    python bench/alerts.py [--years 6] [--seed 9000] [--forecasts 4]

Made-up cities of 4 districts × 5 streets × 40 leaves (bench/alerting/city.py): two years of hourly counts with
weekdays, days off, seasons that start on other days each year, slow moods and over-dispersion. The second year is
watched hour by hour with the default parameters. Bursts of 3, 5 and 10 times the usual are put into it in a street, a
district or the whole city; an alarm is true if it is raised for the same leaf in the same place, a part of it or the
place around it, while the burst runs or in the day after. False alarms are those of years without any burst. Intervals:
Wilson (recall), exact Poisson (alarms), 95 %.

Forecasts: four years of weekly counts of the city and its districts, forecast 1 to 8 weeks ahead every sixth week from
what was known then. Compared with the same week a year ago (seasonal-naive) by mean absolute error.

Seeds below 9000 were looked at while the defaults were chosen; figures to be told are those of other seeds.
"""

import argparse
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402

from bench.alerting import city as made  # noqa: E402
from bench.alerting.city import DISTRICTS, LEAVES, STREETS, Injected  # noqa: E402
from bench.alerting.watching import watch  # noqa: E402
from nlp.core.agreement import Share  # noqa: E402
from petitions.insight.alerts.bursts import Limits  # noqa: E402

DURATIONS = {3: (72, 168), 5: (24, 96), 10: (12, 48)}
# Cases a day that the place usually has of the matter.
SIZES = ((4, 8), (8, 16), (16, 40), (40, 200))
BURSTS = 60
BEGINS = {"when people call (hours weighted by their cases)": made.HOURS, "at any hour": np.full(24, 1 / 24)}
GRACE = 24


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--years", type=int, default=6)
    options.add_argument("--seed", type=int, default=9000)
    options.add_argument("--forecasts", type=int, default=4)
    options.add_argument("--z", type=float, default=Limits().z)
    options.add_argument("--budget", type=float, default=Limits().false_per_week)
    chosen = options.parse_args()
    limits = Limits(z=chosen.z, false_per_week=chosen.budget)
    started = time.process_time()
    outcomes, false = {word: [] for word in BEGINS}, []
    for seed in range(chosen.seed, chosen.seed + chosen.years):
        city, means = made.city(seed)
        false += watch(city, first_day=366, last_day=city.days, limits=limits)
        for word, hours in BEGINS.items():
            bursts = list(some_bursts(city, np.random.default_rng(seed + 1_000_000), hours))
            raised = watch(made.inject(city, means, bursts, seed), first_day=366, last_day=city.days, limits=limits)
            outcomes[word] += [(burst, delay_of(burst, raised)) for burst in bursts]
    for word, found in outcomes.items():
        print(f"\nbursts that begin {word}")
        told_bursts(found)
    told_false(false, chosen.years * 364 / 7)
    print(f"\nCPU {time.process_time() - started:.0f} s", flush=True)
    if chosen.forecasts:
        from bench.alerting.forecasting import told_forecasts

        told_forecasts(range(chosen.seed, chosen.seed + chosen.forecasts))


def some_bursts(city: made.City, chance: np.random.Generator, hours_of_begin: np.ndarray):
    """Bursts that do not touch each other, of every size and level."""
    days = city.counts.reshape(*city.counts.shape[:2], -1, 24).sum(axis=3)[:, :, 366:].mean(axis=2)
    places = {
        "street": days,
        "district": days.reshape(DISTRICTS, STREETS, LEAVES).sum(axis=1),
        "city": days.sum(axis=0)[None],
    }
    fitting = {
        size: [
            (level, p, leaf, float(table[p, leaf]))
            for level, table in places.items()
            for p, leaf in np.argwhere((table >= size[0]) & (table < size[1]))
        ]
        for size in SIZES
    }
    busy: dict[int, list[tuple[int, int]]] = {}
    count = 0
    while count < BURSTS:
        size, times = SIZES[count % len(SIZES)], (3, 5, 10)[(count // len(SIZES)) % 3]
        level, place, leaf, per_day = fitting[size][chance.integers(len(fitting[size]))]
        hours = int(chance.integers(*DURATIONS[times], endpoint=True))
        start = int(chance.integers(380, city.days - 12)) * 24 + int(chance.choice(24, p=hours_of_begin))
        if any(start < end + 500 and begin < start + hours + 500 for begin, end in busy.get(int(leaf), [])):
            continue
        busy.setdefault(int(leaf), []).append((start, start + hours))
        count += 1
        yield Injected(level, int(place), int(leaf), start, hours, times, per_day)


def delay_of(burst: Injected, raised) -> int | None:
    """Hours from its begin to the first alarm for it."""
    true = [
        alarm.at - burst.start
        for alarm in raised
        if alarm.leaf == burst.leaf
        and burst.start < alarm.at <= burst.start + burst.hours + GRACE
        and touches(burst, alarm)
    ]
    return min(true, default=None)


def touches(burst: Injected, alarm) -> bool:
    rows = made.rows_of(burst)
    streets = set(range(rows.start, rows.stop))
    return bool(
        streets
        & set(range(*made.rows_of(Injected(alarm.level, alarm.place, 0, 0, 0, 0, 0)).indices(DISTRICTS * STREETS)))
    )


def told_bursts(outcomes) -> None:
    print(f"{'burst':8}{'usual a day':>14}{'n':>6}{'seen':>22}{'delay h: median':>18}{'90 %':>8}")
    for times in DURATIONS:
        for size in (*SIZES, (8, 200), (4, 200)):
            delays = [delay for burst, delay in outcomes if burst.times == times and size[0] <= burst.per_day < size[1]]
            told_line(f"{times}x", f"{size[0]}–{size[1]}", delays)
    for size in ((8, 200), (4, 200)):
        told_line(
            "all", f"{size[0]}–{size[1]}", [delay for burst, delay in outcomes if size[0] <= burst.per_day < size[1]]
        )


def told_line(word: str, size: str, delays) -> None:
    seen = sorted(delay for delay in delays if delay is not None)
    share = Share(len(seen), len(delays))
    if delays:
        # Those never seen count as an endless delay.
        every = [*seen, *[float("inf")] * (len(delays) - len(seen))]
        print(
            f"{word:8}{size:>14}{len(delays):>6}{share.value:>8.3f} [{share.low:.3f}, {share.high:.3f}]"
            f"{every[len(every) // 2]:>12.0f}{every[int(0.9 * (len(every) - 1))]:>14.0f}"
        )


def told_false(false, weeks: float) -> None:
    from scipy.stats import chi2

    def rate(count: int, time: float) -> str:
        low = chi2.ppf(0.025, 2 * count) / 2 / time if count else 0.0
        return f"{count / time:.3f} [{low:.3f}, {chi2.ppf(0.975, 2 * count + 2) / 2 / time:.3f}]"

    print(f"\nfalse alarms in {weeks:.0f} city-weeks without a burst: {len(false)}")
    print(f"  a week, the whole city: {rate(len(false), weeks)}")
    below = [alarm for alarm in false if alarm.level != "city"]
    print(f"  a month and district (its streets with it): {rate(len(below), weeks * 7 / 30.4 * DISTRICTS)}")
    for level in ("city", "district", "street"):
        zs = [f"{alarm.z:.1f}/{alarm.hours}h" for alarm in false if alarm.level == level]
        print(f"  {level:9}{len(zs):>4}  {' '.join(zs[:12])}")


if __name__ == "__main__":
    main()
