"""The case list and Ctrl K over many cases: statements, CPU and time of a page, by filter and order.

    python bench/listing.py [--cases 100000] [--times 10]

The cases are invented past ones (synthetic_cases.py), of which one in thirty is made to be open with a clock. Pages are
asked for through Django's test client: middleware, view, template, PostgreSQL; no socket, no ASGI server.
"""

import argparse
from collections.abc import Callable

import scratch  # sets Django up, so it comes first
from django.db import connection
from django.test import Client
from list_pages import clients_by_role, visit
from synthetic_cases import City, fill

from routing.models import Area

OPEN = """
UPDATE petitions_petition
SET state = 'in_progress', outcome = '', closed_at = NULL,
    due_at = now() + (id % 300 - 100) * interval '1 hour', next_check_at = now()
WHERE id % 30 = 0
"""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--cases", type=int, default=100_000)
    options.add_argument("--times", type=int, default=10)
    chosen = options.parse_args()
    with scratch.city():
        fill(City(seed=1), chosen.cases)
        open_some()
        client = clients_by_role()["analyst"]
        rows = [(label, scratch.cost_of(act, times=chosen.times)) for label, act in pages(client, chosen.cases)]
    scratch.report("listing", rows, cases=chosen.cases, times=chosen.times)


def open_some() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(OPEN)
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("VACUUM ANALYZE petitions_petition")


def pages(client: Client, cases: int) -> list[tuple[str, Callable[[], None]]]:
    district = Area.objects.filter(level=Area.Level.DISTRICT).first().path
    lists = {
        "first page": "view=all",
        "in the middle": f"view=all&after={cases // 2}",
        "oldest first": "sort=old",
        "open": "state=open",
        "by clock": "sort=due",
        "overdue": "lamp=over",
        "a branch of categories": "category=02",
        "a district": f"area={district}",
        "a day": "since=2024-01-01&until=2024-01-01",
        "common word 物业": "q=物业",
        "two words 电梯 停电": "q=电梯+停电",
        "a word nobody said": "q=鲸鱼搁浅",
        "a tag that nobody gave": "tag=无",
    }
    typed = {"word 停水": "停水", "rare words": "鲸鱼搁浅", "end of a number": f"{cases // 3:06}"[-4:], "nothing": ""}
    return [
        *((f"list, {label}", visit(client, f"/cases/?{query}")) for label, query in lists.items()),
        *((f"Ctrl K, {label}", ask(client, words)) for label, words in typed.items()),
    ]


def ask(client: Client, words: str) -> Callable[[], None]:
    def act() -> None:
        answer = client.post("/search/found/", {"q": words})
        if answer.status_code != 200:
            raise SystemExit(f"Ctrl K answered {answer.status_code}")

    return act


if __name__ == "__main__":
    main()
