"""How fast messages become cases: read, classified, routed, suggested, with events in their hash chain.

    python bench/import_messages.py [--file CSV] [--rows 2000] [--processes 1 2] [--dispatch]

Needs a database with rules and a model (manage.py load_routing_defaults, train); it adds cases, so give it one of its
own by DATABASE_URL. Without a file the seed corpus is used. The raw limit of the same run is COPY of the same number
of case-sized rows into a table without index. On a busy machine look at CPU-milliseconds per row.
"""

import argparse
import csv
import io
import json
import os
import platform
import resource
import sys
import tempfile
import time
from itertools import cycle, islice
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import django  # noqa: E402

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings")
django.setup()

from django.db import connection, transaction  # noqa: E402

from nlp.core.corpus import seed_samples  # noqa: E402
from petitions.services import clock  # noqa: E402
from petitions.services.importing.batches import Orders  # noqa: E402
from petitions.services.importing.reading import reader  # noqa: E402
from petitions.services.importing.run import Report, run_import, table_and_columns  # noqa: E402
from routing.models import Staff  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--file", type=Path)
    parser.add_argument("--rows", type=int, default=2_000)
    parser.add_argument("--processes", type=int, nargs="+", default=[1, os.cpu_count() or 1])
    parser.add_argument("--dispatch", action="store_true")
    parser.add_argument("--json", type=Path, default=ROOT / "var" / "bench" / "import_messages.json")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = options.file or made_file(Path(folder) / "messages.csv", options.rows)
        found = [measured(file, options, processes, Path(folder)) for processes in dict.fromkeys(options.processes)]
    limit = raw_limit(options.rows)
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, COPY limit {limit:,.0f} rows/s"
    )
    print(f"{'processes':>9} {'rows':>7} {'rows/s':>8} {'CPU-ms/row':>11} {'of COPY':>8} {'routed':>7}")
    for row in found:
        share = row["rows_per_s"] / limit
        print(
            f"{row['processes']:>9} {row['rows']:>7} {row['rows_per_s']:>8.0f} {row['cpu_ms_per_row']:>11.2f} "
            f"{share:>8.2%} {row['routed']:>7.1%}"
        )
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps({"copy_rows_per_s": limit, "runs": found}, indent=1))


def made_file(path: Path, rows: int) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "user", "time", "body"])
        for number, sample in enumerate(islice(cycle(seed_samples()), rows)):
            writer.writerow([number, f"U{number % 1000}", "2019-08-01 10:00", sample.text])
    return path


def measured(file: Path, options: argparse.Namespace, processes: int, folder: Path) -> dict:
    table, columns = table_and_columns(file, None)
    person = Staff.objects.get(username="dispatcher1") if options.dispatch else None
    orders = Orders(f"bench-{processes}-{time.time_ns()}", person, options.dispatch)
    before = cpu_seconds()
    with reader(processes) as read:
        report: Report = run_import(
            table, columns, orders, read=read, problems_to=folder / "p.csv", now=clock.now(), limit=options.rows
        )
    used = cpu_seconds() - before
    return {
        "processes": processes,
        "rows": report.rows,
        "rows_per_s": report.rows / report.seconds,
        "cpu_ms_per_row": 1000 * used / report.rows,
        "routed": report.routed / max(report.new, 1),
    }


def cpu_seconds() -> float:
    """Of this process and its finished children; the database's own time is not in it."""
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def raw_limit(rows: int) -> float:
    lines = io.StringIO("".join(f"{n}\t{'诉求内容' * 100}\n" for n in range(rows)))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE raw_limit (id bigint, words text) ON COMMIT DROP")
        started = time.perf_counter()
        cursor.copy_expert("COPY raw_limit FROM STDIN", lines)
        return rows / (time.perf_counter() - started)


if __name__ == "__main__":
    main()
