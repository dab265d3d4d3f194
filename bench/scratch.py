"""A database of its own for a measurement, with the fictional city; how a request's cost is counted and reported."""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import django  # noqa: E402

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.test.utils import CaptureQueriesContext, setup_test_environment  # noqa: E402

from backend import embedded_postgres  # noqa: E402
from nlp import serve  # noqa: E402
from nlp.core import corpus  # noqa: E402
from petitions.services import intake  # noqa: E402
from petitions.services.contact import Contact  # noqa: E402
from petitions.services.intake import Matter  # noqa: E402
from routing.loading.defaults import load_defaults  # noqa: E402

CITY_MADE = datetime(2026, 1, 1, tzinfo=UTC)
MANAGEMENT = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")


@dataclass(frozen=True)
class Cost:
    """What one request took: statements without transaction management, commits, CPU of this process."""

    statements: int
    commits: int
    savepoints: int
    cpu_ms: float
    wall_ms: float


@contextmanager
def city(*, keep: bool = False) -> Iterator[None]:
    """An empty city in a database called bench_…, which is dropped at the end unless it is to be kept."""
    usual = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = f"bench_{usual}"
    setup_test_environment()
    with embedded_postgres.in_use_if(settings.EMBEDDED_DATABASE):
        connection.creation.create_test_db(verbosity=0, autoclobber=True)
        try:
            load_defaults(now=CITY_MADE)
            serve.warm()
            yield
        finally:
            if keep:
                print(f"The database stays: {connection.settings_dict['NAME']}")
            else:
                connection.creation.destroy_test_db(usual, verbosity=0)


@contextmanager
def as_it_is(name: str) -> Iterator[None]:
    """A city that an earlier run has filled; it is left as it is."""
    connection.close()
    connection.settings_dict["NAME"] = name
    serve.warm()
    yield


def statements_of(act: Callable) -> tuple[int, int, int]:
    with CaptureQueriesContext(connection) as captured:
        act()
    sql = [query["sql"] for query in captured.captured_queries]
    count = sum(not text.startswith(MANAGEMENT) for text in sql)
    return count, sum(text.startswith("COMMIT") for text in sql), sum(text.startswith("SAVEPOINT") for text in sql)


def cost_of(act: Callable, *, times: int) -> Cost:
    """Statements of one call, CPU and wall time as the mean of `times` calls without counting."""
    act()
    statements, commits, savepoints = statements_of(act)
    cpu, wall = time.process_time(), time.perf_counter()
    for _ in range(times):
        act()
    cpu, wall = (time.process_time() - cpu) / times, (time.perf_counter() - wall) / times
    return Cost(statements, commits, savepoints, round(cpu * 1000, 1), round(wall * 1000, 1))


def file_cases(count: int, *, since: int = 0) -> None:
    """Texts of the seed corpus, over and over, each from a number of its own."""
    samples = corpus.seed_samples()
    for number in range(since, since + count):
        sample = samples[number % len(samples)]
        matter = Matter(text=sample.text, category_code=sample.label)
        intake.submit(matter, Contact(phone=f"139{number:08}"), key=f"bench-{number}")


def report(name: str, rows: Sequence[tuple[str, Cost]], **facts) -> None:
    """Print the table and write var/bench/<name>.json."""
    print(f"{'':44}{'statements':>11}{'commits':>9}{'savepoints':>11}{'CPU ms':>8}{'wall ms':>9}")
    for label, cost in rows:
        print(
            f"{label:44}{cost.statements:11}{cost.commits:9}{cost.savepoints:11}{cost.cpu_ms:8.1f}{cost.wall_ms:9.1f}"
        )
    written = ROOT / "var" / "bench" / f"{name}.json"
    written.parent.mkdir(parents=True, exist_ok=True)
    results = {"rows": [{"what": label} | asdict(cost) for label, cost in rows], "cores": os.cpu_count()} | facts
    written.write_text(json.dumps(results, ensure_ascii=False, indent=1), encoding="utf-8")
