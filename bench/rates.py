"""The scorecard over a year of cases, and one month recomputed from its events.

    python bench/rates.py [--cases 1000000] [--month-cases 100000] [--units 100] [--times 50] [--keep NAME]

Cases, marks, tallies and (for the month) events are made by SQL in bulk (rates.sql): the shape that the services write,
with figures that differ from unit to unit; chains of hashes are left out, since nothing here reads them. Pages are
asked for through Django's test client (middleware, view, template, PostgreSQL), each for the month with its 100,000
cases, warm. The recompute reads the month's events, folds them in one process, and must give exactly what the tally
says. --keep fills the database of DATABASE_URL instead of one of its own and leaves it.
"""

import argparse
import json
import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import scratch  # sets Django up, so it comes first
from django.db import connection
from django.test import Client

from petitions.insight import scorecard, windows
from petitions.models import Petition
from routing.models import Category, Department, Staff

MONTH = windows.month(date(2026, 10, 1))
YEAR_BEGINS = date(2025, 11, 1)
WARM = 5
LOADED = ("petitions_petition", "insight_mark", "insight_tally", "petitions_event")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--cases", type=int, default=1_000_000)
    options.add_argument("--month-cases", type=int, default=100_000)
    options.add_argument("--units", type=int, default=100)
    options.add_argument("--times", type=int, default=50)
    options.add_argument("--keep", action="store_true")
    chosen = options.parse_args()
    if not 0 < chosen.month_cases <= chosen.cases:
        raise SystemExit("--month-cases must be between 1 and --cases")
    with in_place() if chosen.keep else scratch.city():
        seconds = fill(chosen.cases, chosen.month_cases, chosen.units)
        results = {"fill": seconds, "rows": rows(), "pages": pages(chosen.times), "recompute": recompute()}
    report(results | {"asked": vars(chosen), "cores": os.cpu_count(), "load": os.getloadavg()})


@contextmanager
def in_place() -> Iterator[None]:
    """The database as it is; its city has to be there."""
    if not Department.objects.exists():
        raise SystemExit("No city in this database: load it first (manage.py seed_demo).")
    yield


# ── filling ──
def fill(cases: int, month_cases: int, unit_count: int) -> dict[str, float]:
    """All rows, by stage with the seconds each took."""
    scratch.file_cases(1)
    template = Petition.objects.order_by("-pk").values_list("pk", flat=True)[0]
    units = some_units(unit_count)
    leaves = list(Category.objects.active().leaves().order_by("pk").values_list("pk", flat=True)[:200])
    named = {
        "first_id": template,
        "cases": cases,
        "month_cases": month_cases,
        "units": ", ".join(map(str, units)),
        "count": len(units),
        "leaves": ", ".join(map(str, leaves)),
        "leaf_count": len(leaves),
        "month_begins": f"timestamptz '{MONTH.begins.isoformat()}'",
        "month_ends": f"timestamptz '{MONTH.ends.isoformat()}'",
        "year_begins": f"timestamptz '{YEAR_BEGINS.isoformat()} 00:00+08'",
        "actor": Staff.objects.values_list("pk", flat=True)[0],
    }
    seconds = {}
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # no triggers: what they guard is not measured here
        for stage, script in stages():
            began = time.perf_counter()
            for statement in filter(str.strip, script.split(";\n")):
                cursor.execute(filled(statement, named))
            if stage == "lives":
                seconds["cases"] = add_cases(cursor, template)
            seconds[stage] = round(time.perf_counter() - began, 1)
        cursor.execute("DROP TABLE bench_life")
        cursor.execute("SET session_replication_role = origin")
    return seconds


def some_units(count: int) -> list[int]:
    """Units that are scored; where the city has too few, more street offices are made."""
    missing = count - len(scorecard.units())
    Department.objects.bulk_create(
        Department(code=f"BENCH-{n}", name=f"第{n}街道办事处", kind_id="street.office") for n in range(max(0, missing))
    )
    return sorted(scorecard.units())[:count]


def stages() -> Iterator[tuple[str, str]]:
    """(name, statements) of rates.sql."""
    script = (Path(__file__).parent / "rates.sql").read_text(encoding="utf-8")
    parts = script.split("\n-- ")[1:]
    for part in parts:
        name, _, body = part.partition(" --\n")
        if name.isidentifier():
            yield name, body


def filled(statement: str, named: dict) -> str:
    """The longest names first: `:month_cases` before `:cases`."""
    for name in sorted(named, key=len, reverse=True):
        statement = statement.replace(f":{name}", str(named[name]))
    return statement


def add_cases(cursor, template: int) -> float:
    """Each life as a closed case, a copy of one that the services made."""
    began = time.perf_counter()
    own = {
        "id": "life.petition_id",
        "no": "'BR' || life.petition_id",
        "idempotency_key": "NULL",
        "state": "'closed'",
        "outcome": "'solved'",
        "assessment": "life.assessment",
        "received_at": "life.received_at",
        "closed_at": "life.received_at + life.close_after + interval '25 hours'",
        "due_at": "NULL",
        "next_call_at": "NULL",
        "category_id": "life.category_id",
        "main_department_id": "life.department_id",
    }
    copy_cases(cursor, template, own)
    cursor.execute("ANALYZE petitions_petition")
    return round(time.perf_counter() - began, 1)


def copy_cases(cursor, template: int, own: dict[str, str]) -> None:
    """A copy of the case `template` for each row of bench_life; `own` are the columns that differ, as SQL over life."""
    cursor.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = 'petitions_petition'"
        " AND table_schema = current_schema()"
    )
    columns = [row[0] for row in cursor.fetchall()]
    values = ", ".join(own.get(name, f"made.{name}") for name in columns)
    cursor.execute(
        f"INSERT INTO petitions_petition ({', '.join(columns)}) OVERRIDING SYSTEM VALUE SELECT {values}"
        " FROM bench_life AS life, petitions_petition AS made WHERE made.id = %s",
        [template],
    )


def rows() -> dict[str, int]:
    found = {}
    with connection.cursor() as cursor:
        for table in LOADED:
            cursor.execute(f"SELECT count(*) FROM {table}")
            found[table] = cursor.fetchone()[0]
    return found


# ── measuring ──
def pages(times: int) -> list[dict]:
    person = Staff.objects.filter(username="bench-supervisor").first() or Staff.objects.create(
        username="bench-supervisor", name="甲", roles=["supervisor"]
    )
    client = Client()
    client.force_login(person)
    day, known = f"kind=month&day={MONTH.begins.date() + timedelta(days=9)}", scorecard.units()
    busiest = max(scorecard.from_tally(MONTH)["B"].items(), key=lambda line: line[1].received)[0]
    group = known[busiest].group
    addresses = {
        "sheet, calibre B": f"/scorecard/?{day}&group={group}",
        "sheet, calibre A": f"/scorecard/?{day}&group={group}&calibre=A",
        "a unit's page": f"/scorecard/unit/{busiest}/?{day}",
        "list of a unit": f"/scorecard/list/?{day}&unit={busiest}&figure=valid",
        "list of a group": f"/scorecard/list/?{day}&group={group}&figure=unsolved",
        "publishing": f"/scorecard/publish/?{day}",
        "formulas": "/scorecard/formulas/",
        "evaluation": f"/scorecard/evaluation/?{day}",
    }
    return [{"page": name} | timed(visit(client, address), times) for name, address in addresses.items()]


def visit(client: Client, address: str) -> Callable[[], None]:
    def act() -> None:
        answer = client.get(address)
        if answer.status_code != 200:
            raise SystemExit(f"{address} answered {answer.status_code}")

    return act


def timed(act: Callable[[], None], times: int) -> dict:
    for _ in range(WARM):
        act()
    statements = scratch.statements_of(act)[0]
    walls, cpu = [], time.process_time()
    for _ in range(times):
        began = time.perf_counter()
        act()
        walls.append(1000 * (time.perf_counter() - began))
    cpu = 1000 * (time.process_time() - cpu) / times
    ends = statistics.quantiles(walls, n=20)
    return {
        "statements": statements,
        "n": times,
        "p50_ms": round(statistics.median(walls), 1),
        "p95_ms": round(ends[-1], 1),
        "python_cpu_ms": round(cpu, 1),
    }


def recompute() -> dict:
    """The month from its events, and every figure of it that differs from the tally (there must be none)."""
    cpu, began = time.process_time(), time.perf_counter()
    told = scorecard.from_events(MONTH)
    wall, cpu = time.perf_counter() - began, time.process_time() - cpu
    kept = scorecard.from_tally(MONTH)
    differing = sum(told[c].get(u) != kept[c].get(u) for c in kept for u in {*told[c], *kept[c]})
    lines = sum(len(kept[calibre]) for calibre in kept)
    return {"seconds": round(wall, 1), "cpu_seconds": round(cpu, 1), "lines": lines, "differing": differing}


def report(results: dict) -> None:
    print(f"rows: {results['rows']}; filled in {results['fill']} s; load {results['load']}")
    print(f"{'':28}{'statements':>11}{'n':>5}{'p50 ms':>9}{'p95 ms':>9}{'CPU ms':>9}")
    for row in results["pages"]:
        print(
            f"{row['page']:28}{row['statements']:11}{row['n']:5}{row['p50_ms']:9}{row['p95_ms']:9}"
            f"{row['python_cpu_ms']:9}"
        )
    print(f"one month from its events: {results['recompute']}")
    written = scratch.ROOT / "var" / "bench" / "rates.json"
    written.parent.mkdir(parents=True, exist_ok=True)
    written.write_text(json.dumps(results, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
