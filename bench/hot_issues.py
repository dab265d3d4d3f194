"""Hot issues in a running city: what a new case costs among N past ones, and what a night costs.

    python bench/hot_issues.py [--cases 100000] [--new 200] [--seed 7] [--database NAME]

N synthetic cases (bench/synthetic_cases.py) of the last thirty days in a database of their own, with the shipped
category model. First a night that takes all of them in and groups them, then a second one that finds nothing to move;
then new cases of the same city come in through intake, and the ring that joins them is measured: statements, CPU of
this process (not of the database) and wall time for each case. Memory is the most that this process ever held.

`--database` names one that is migrated and empty: it is filled, and left as it is.
"""

import argparse
import json
import os
import random
import resource
import time
from collections.abc import Callable
from typing import Any

import scratch  # sets Django up, so it comes first
import synthetic_cases
from django.db import connection
from django.utils import timezone

from nlp import serve, shipped, store
from nlp.core import artefact
from nlp.models import TrainedModel
from petitions.insight.issues import joining, nightly
from petitions.insight.models import HotIssue, IssueMember, Unread
from petitions.services import intake
from petitions.services.contact import Contact
from petitions.services.intake import Matter
from routing.loading.defaults import load_defaults

SPREAD_SQL = "UPDATE petitions_petition SET received_at = now() - (1 - id / %s::float8) * interval '29 days'"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--cases", type=int, default=100_000)
    options.add_argument("--new", type=int, default=200)
    options.add_argument("--seed", type=int, default=7)
    options.add_argument("--database")
    chosen = options.parse_args()
    with scratch.as_it_is(chosen.database) if chosen.database else scratch.city():
        load_defaults(now=scratch.CITY_MADE)
        use_shipped_model()
        city = synthetic_cases.City(1)
        synthetic_cases.fill(city, chosen.cases)
        spread(chosen.cases)
        say("first night", measured(lambda: nightly.run(now=timezone.now())))
        say("second night", measured(lambda: nightly.run(now=timezone.now())))
        say("issues of three citizens or more", HotIssue.objects.filter(citizens__gt=2).count())
        city.rng = random.Random(chosen.seed)
        say("joining, for each new case", joined(city, chosen.new))
    say("load average", os.getloadavg()[0])


def say(what: str, found: Any) -> None:
    """At once: a long run that is cut off has told something."""
    print(f"{what}: {json.dumps(found, ensure_ascii=False, default=str)}", flush=True)


def spread(cases: int) -> None:
    """Over the last month, and the next case gets the next number."""
    with connection.cursor() as cursor:
        cursor.execute(SPREAD_SQL, [cases])
        cursor.execute("SELECT setval(pg_get_serial_sequence('petitions_petition', 'id'), %s)", [cases])
        cursor.execute("VACUUM ANALYZE petitions_petition")


def use_shipped_model() -> None:
    content = artefact.category_to_bytes(shipped.category_model())
    kind = TrainedModel.Kind.CATEGORY
    store.activate(store.keep(kind, content, scores={}, trained_on={"source": "bench"}, now=timezone.now()))
    serve.look_again()
    serve.warm()


def measured(act: Callable[[], Any]) -> dict[str, Any]:
    cpu, wall = time.process_time(), time.perf_counter()
    result = act()
    return {
        "result": result,
        "cpu_s": round(time.process_time() - cpu, 1),
        "wall_s": round(time.perf_counter() - wall, 1),
        "memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def joined(city: synthetic_cases.City, count: int) -> dict[str, Any]:
    """The first half warms up; statements are counted over one full ring of the second."""
    come_in(city, count // 2, since=0)
    joining.ring_until_quiet(now=timezone.now())
    come_in(city, count // 2, since=count)
    waiting = Unread.objects.count()
    statements, commits, _ = scratch.statements_of(lambda: joining.ring(now=timezone.now()))
    taken = waiting - Unread.objects.count()
    come_in(city, count // 2, since=2 * count)
    waiting, cpu, wall = Unread.objects.count(), time.process_time(), time.perf_counter()
    joining.ring_until_quiet(now=timezone.now())
    new = IssueMember.objects.order_by("-pk")[:waiting]
    return {
        "statements": round(statements / taken, 1),
        "commits": round(commits / taken, 1),
        "cpu_ms": round(1000 * (time.process_time() - cpu) / waiting, 1),
        "wall_ms": round(1000 * (time.perf_counter() - wall) / waiting, 1),
        "share that joined": round(sum(member.how == "joined" for member in new) / waiting, 2),
    }


def come_in(city: synthetic_cases.City, count: int, *, since: int) -> None:
    for number in range(since, since + count):
        sample, spot, text, _ = city.case()
        matter = Matter(text=text, category_code=sample.label, area_id=spot.area_id)
        intake.submit(matter, Contact(phone=f"138{number:08}"), key=f"bench-{number}")


if __name__ == "__main__":
    main()
