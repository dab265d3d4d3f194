"""The board over a year of cases, a hundred thousand of them in the last month, about ten thousand still open.

    python bench/board.py [--cases 1000000] [--month-cases 100000] [--units 100] [--times 50]

Cases, hour counters and tallies are made by SQL in bulk (board.sql): the shape that the services and the refreshes
leave, spread over a year, the city's streets, all leaves, channels and units. Pages are asked for through Django's
test client (middleware, view, PostgreSQL). "Warm" is with the days before today kept (petitions/insight/board/flow.py),
"cold" with nothing kept. At the end a new case is filed through the services, and a refresh must count it.
"""

import argparse
import json
import os
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import rates
import scratch
from django.core.cache import cache
from django.db import connection
from django.db.models import Sum
from django.test import Client
from django.utils import timezone

from petitions.insight import rollup, scorecard, windows
from petitions.insight.models import CountedCase, HourCount
from petitions.models import Petition
from routing.models import Area, Category, Staff


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--cases", type=int, default=1_000_000)
    options.add_argument("--month-cases", type=int, default=100_000)
    options.add_argument("--units", type=int, default=100)
    options.add_argument("--times", type=int, default=50)
    chosen = options.parse_args()
    with scratch.city():
        seconds = fill(chosen.cases, chosen.month_cases, chosen.units)
        results = {
            "fill": seconds,
            "rows": {"cases": CountedCase.objects.count(), "hours": HourCount.objects.count()},
            "pages": pages(chosen.times),
            "new_case_ms": new_case(),
        }
    report(results | {"asked": vars(chosen), "cores": os.cpu_count(), "load": os.getloadavg()})


def fill(cases: int, month_cases: int, unit_count: int) -> dict[str, float]:
    """All rows, by stage with the seconds each took."""
    scratch.file_cases(1)
    rollup.refresh_all()
    template = Petition.objects.order_by("-pk").values_list("pk", flat=True)[0]
    named = {
        "first_id": template,
        "cases": cases,
        "month_cases": month_cases,
        "units": rates.some_units(unit_count),
        "leaves": list(Category.objects.active().leaves().values_list("pk", flat=True)),
        "streets": list(Area.objects.filter(level=Area.Level.STREET).values_list("pk", flat=True)),
        "now": timezone.now(),
    }
    seconds = {}
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # no triggers: what they guard is not measured here
        for stage, script in stages():
            began = time.perf_counter()
            for statement in filter(str.strip, script.split(";\n")):
                cursor.execute(statement, named)
            if stage == "lives":
                add_cases(cursor, template)
            seconds[stage] = round(time.perf_counter() - began, 1)
        cursor.execute("DROP TABLE bench_life")
        cursor.execute("SET session_replication_role = origin")
    return seconds


def stages() -> list[tuple[str, str]]:
    """(name, statements) of board.sql."""
    parts = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8").split("\n-- ")[1:]
    return [(name, body) for name, _, body in (part.partition(" --\n") for part in parts)]


def add_cases(cursor, template: int) -> None:
    """Each life as a case, a copy of one that the services made; its words are not searched here."""
    own = {name: f"life.{name}" for name in ("received_at", "closed_at", "category_id", "area_id", "channel")} | {
        "id": "life.petition_id",
        "no": "'BB' || life.petition_id",
        "idempotency_key": "NULL",
        "search": "NULL",
        "state": "CASE WHEN life.result = 'open' THEN 'in_progress' ELSE 'closed' END",
        "outcome": "CASE WHEN life.result = 'open' THEN '' ELSE 'solved' END",
        "due_at": "CASE WHEN life.result = 'open' THEN life.received_at + interval '4 days' END",
        "next_check_at": "CASE WHEN life.result = 'open' THEN life.received_at + interval '4 days' END",
        "main_department_id": "life.department_id",
    }
    rates.copy_cases(cursor, template, own)
    cursor.execute("SELECT setval(pg_get_serial_sequence('petitions_petition', 'id'), max(id)) FROM petitions_petition")
    cursor.execute("ANALYZE petitions_petition")


def pages(times: int) -> list[dict]:
    person = Staff.objects.create(username="bench-supervisor", name="甲", roles=["supervisor"])
    client = Client()
    client.force_login(person)
    today = timezone.localdate()
    month = windows.days(today - timedelta(days=29), today)
    busiest = max(scorecard.from_tally(month)["B"].items(), key=lambda line: line[1].received)[0]
    addresses = {
        "the city today": "/board/",
        "the city, 30 days": "/board/?range=month",
        "one district": "/board/?area=LJ02",
        "one unit": f"/board/?unit={busiest}",
        "a list, 30 days": f"/board/list/?first={today - timedelta(days=29)}&last={today}&category=06",
    }
    found = [{"page": f"{name}, warm"} | rates.timed(rates.visit(client, to), times) for name, to in addresses.items()]
    return found + [{"page": "the city, cold"} | rates.timed(cold(rates.visit(client, "/board/")), max(5, times // 5))]


def cold(act: Callable[[], None]) -> Callable[[], None]:
    def anew() -> None:
        cache.clear()
        act()

    return anew


def new_case() -> float:
    """Milliseconds that a refresh takes until the counters know a case (the bell rings once a second)."""
    before = received()
    scratch.file_cases(1, since=77)
    began = time.perf_counter()
    rollup.refresh()
    wall = 1000 * (time.perf_counter() - began)
    if received() != before + 1:
        raise SystemExit(f"the counters say {received()} where they said {before}")
    return round(wall, 1)


def received() -> int:
    return (
        HourCount.objects.filter(hour__gte=timezone.now() - timedelta(hours=2)).aggregate(n=Sum("received"))["n"] or 0
    )


def report(results: dict) -> None:
    print(
        f"rows: {results['rows']}; load {results['load']}; counters know a new case after {results['new_case_ms']} ms"
    )
    print(f"{'':28}{'statements':>11}{'n':>5}{'p50 ms':>9}{'p95 ms':>9}{'CPU ms':>9}")
    for row in results["pages"]:
        print(
            f"{row['page']:28}{row['statements']:11}{row['n']:5}{row['p50_ms']:9}{row['p95_ms']:9}"
            f"{row['python_cpu_ms']:9}"
        )
    written = scratch.ROOT / "var" / "bench" / "board.json"
    written.parent.mkdir(parents=True, exist_ok=True)
    written.write_text(json.dumps(results, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
