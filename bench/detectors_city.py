"""Detectors on a simulated city: which of the cheats that were planted they find, and what else they say.

    manage.py simulate_city --days 130 --scale 1 --cheats all --truth truth.json     (in a database of its own)
    python bench/detectors_city.py truth.json

Reads the database of DATABASE_URL as it is. Every assessment period that the simulated days cover is looked at once, on
the day after its last one, as the daily run would; nothing is written but the statistics' own rows. A cheat counts as
found when a rule that looks for its kind names its unit in a period that it ran in.
"""

import argparse
import json
from datetime import date, timedelta
from pathlib import Path

import scratch  # noqa: F401 - sets Django up, so it comes first

from petitions.insight import rollup, windows
from petitions.insight.detectors.facts import gather
from petitions.insight.detectors.found import Found, Thresholds
from petitions.insight.detectors.run import look
from routing import rulebook
from routing.models import Department

RULES = {
    "self_rating": {"own_number", "own_network", "one_network", "one_number"},
    "perfect_ratings": {"burst"},
    "last_minute": {"late_rehandled"},
    "picked_exclusions": {"exclusion_picked", "exclusion_share"},
    "one_number": {"one_number"},
}
DAY = timedelta(days=1)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("truth", type=Path)
    truth = json.loads(options.parse_args().truth.read_text(encoding="utf-8"))
    codes = dict(Department.objects.values_list("pk", "code"))
    rollup.refresh_all()
    first = date.fromisoformat(truth["first"])
    last = first + timedelta(days=truth["days"] - 1)
    explained: set[tuple[date, str, str]] = set()
    found: dict[date, list[Found]] = {}
    for begins, ends in periods(first, last):
        found[begins] = looked_at(begins, ends)
    for cheat in truth["cheats"]:
        hits = [
            (begins, each.rule, codes[each.unit])
            for begins, seen in found.items()
            for each in seen
            if each.unit and codes[each.unit] == cheat["unit"] and each.rule in RULES[cheat["kind"]]
        ]
        explained.update(hits)
        word = ", ".join(f"{rule} ({begins})" for begins, rule, _ in hits) or "not found"
        print(f"{cheat['kind']:20}{cheat['unit']:24}{cheat['begins'][:10]} – {cheat['ends'][:10]}  {word}")
    total = sum(map(len, found.values()))
    print(f"{len(found)} periods, {total} findings, of which {total - len(explained)} name no planted cheat:")
    for begins, seen in found.items():
        for each in seen:
            if (begins, each.rule, codes.get(each.unit, "")) not in explained:
                who = codes.get(each.unit, f"person {each.person}")
                print(
                    f"  {begins} {each.rule:20}{who:24}{each.observed}/{each.n}, usual {each.expected:.1f}, p {each.p}"
                )


def periods(first: date, last: date) -> list[tuple[date, date]]:
    """First and last day of every assessment period with simulated days, cut to these days."""
    start = int(rulebook.current().parameter("period.start_day", 19))
    found, day = [], first
    while day <= last:
        whole = windows.assessment_period(windows.assessment_period_of(day, start), start)
        found.append((max(whole.begins.date(), first), min(whole.last_day, last)))
        day = whole.last_day + DAY
    return found


def looked_at(begins: date, ends: date) -> list[Found]:
    limits = Thresholds.of(rulebook.current())
    return look(gather(windows.days(begins, ends), limits), begins, ends, limits, looks=(ends - begins).days + 1)


if __name__ == "__main__":
    main()
