"""A simulated period, published and recomputed from its events: every difference is counted, none is allowed.

    python bench/rates_golden.py [--cases 10000] [--seed 1]

Lives are planned and played in bulk (petitions/management/simulate) until so many cases of units are there; then the
statistics are brought up to date, the period is published, and everything is counted once more from the events. Says
how fast the simulator was, too: contacts and cases a second, with the time of this process alone beside it.
"""

import argparse
import time
from collections.abc import Iterator
from datetime import date, timedelta

import scratch  # sets Django up, so it comes first

from petitions.insight import publish, rollup, scorecard, windows
from petitions.insight.models import Period
from petitions.management.simulate.cast import cast
from petitions.management.simulate.in_bulk import InBulk
from petitions.management.simulate.life import Life
from petitions.management.simulate.parameters import read_parameters
from petitions.management.simulate.plan import Plan
from petitions.models import Event
from petitions.services import clock, seal
from routing.models import Staff

FIRST, DAYS, SHARE = date(2026, 3, 2), 60, 0.36  # of the contacts become cases of their own


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--cases", type=int, default=10_000)
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    with scratch.city():
        _compared(_simulated(given.cases, given.seed))


def _simulated(cases: int, seed: int) -> Plan:
    figures = read_parameters()
    stage = cast(longest_text=60, at=clock.now())
    plan = Plan(stage.city, figures, FIRST, DAYS, seed, scale=cases / (SHARE * DAYS * 1000))
    lives = list(plan.lives())
    player = InBulk(stage, until=plan.ends)
    begun = time.perf_counter()
    for text in _texts(lives):
        player.read(text)
    read = time.perf_counter()
    cpu = time.process_time()
    player.play(lives)
    seconds, own = time.perf_counter() - read, time.process_time() - cpu
    of_units = sum(life.contact.is_case for life in lives)
    print(
        f"contacts {len(lives)}, cases {of_units}, events {Event.objects.count()}; texts read in {read - begun:.1f} s"
    )
    print(f"played in {seconds:.1f} s: {len(lives) / seconds:.0f} contacts/s, {of_units / seconds:.0f} cases/s;")
    print(f"this process alone {own:.1f} s: {len(lives) / own:.0f} contacts/s, {of_units / own:.0f} cases/s")
    return plan


def _texts(lives: list[Life]) -> Iterator[str]:
    for life in lives:
        yield life.contact.text
        yield from (step.facts["text"] for step in life.steps if step.do == "again")


def _compared(plan: Plan) -> None:
    window = windows.days(FIRST, plan.ends.date())
    period = Period.objects.create(kind="custom", name="模拟", first_half=window.first, end_half=window.end)
    supervisor = Staff.objects.filter(roles__contains=["supervisor"]).first()
    publication = publish.publish(period, actor=supervisor, now=plan.ends + timedelta(days=2))
    tallied, recomputed = scorecard.from_tally(window), scorecard.from_events(window)
    lines = {(calibre, unit) for side in (tallied, recomputed) for calibre in side for unit in side[calibre]}
    unlike = [key for key in lines if tallied[key[0]].get(key[1]) != recomputed[key[0]].get(key[1])]
    print(f"lines compared {len(lines)}: {len(unlike)} differ from the tally;")
    print(f"published lines {publication.scores.count()}: {len(list(publish.verify(publication)))} differ;")
    print(f"tally against marks: {'equal' if rollup.tally_kept() == rollup.tally_of_marks() else 'DIFFERENT'};")
    print(f"broken chains: {len(list(seal.verify()))}")


if __name__ == "__main__":
    main()
