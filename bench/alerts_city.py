"""The alert rules of the clock at the size of a big city: how long, how much memory, how many statements.

    python bench/alerts_city.py [--cases 1000000] [--days 365] [--districts 16] [--streets 336]

Hour counters made by SQL in bulk: cases spread over the days with the rhythm of the day, over the streets evenly and
over the leaves by rank (the first leaf has a tenth of all). One burst of a leaf in a street stands in the last hours.
Measured in the order of the clock: what is usual (nightly), the forecasts (weekly), the hourly look at bursts and the
minutely one. Seconds are wall clock with the CPU of this process beside it; the database runs on the same machine.
Memory is what the look added to the process at its most.
"""

import argparse
import json
import os
import resource
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import scratch
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from petitions.insight.alerts import counts, expecting, hourly, listening, watching
from petitions.insight.models import Alert, Forecast, HourCount, Usual
from routing.models import Area, Category

FILL = """
INSERT INTO insight_hourcount (hour, area_id, category_id, channel, department_id, result, received, closed, overdue)
SELECT hour, area, leaf, 'phone', NULL, 'open', count(*), 0, 0 FROM (
    SELECT date_trunc('day', %(until)s - make_interval(days => (1 + floor(random() * %(days)s))::int), 'Asia/Shanghai')
               + make_interval(hours => 8 + floor((random() + random()) * 6)::int) AS hour,
           (%(streets)s::bigint[])[1 + floor(random() * cardinality(%(streets)s::bigint[]))::int] AS area,
           (%(leaves)s::bigint[])[1 + floor(%(kinds)s * random() * random() * random())::int] AS leaf
    FROM generate_series(1, %(cases)s)
) made GROUP BY hour, area, leaf
"""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--cases", type=int, default=1_000_000)
    options.add_argument("--days", type=int, default=365)
    options.add_argument("--districts", type=int, default=16)
    options.add_argument("--streets", type=int, default=336)
    chosen = options.parse_args()
    with scratch.city():
        now = counts.full_hour(timezone.now())
        filled = timed(lambda: fill(chosen, now))
        burst(now)
        looks = {
            "usual, every night": timed(lambda: expecting.renew_usual(now=now)),
            "forecasts, once a week": timed(lambda: expecting.renew_forecasts(now=now)),
            "bursts, every hour": timed(lambda: hourly.look_at_bursts(now=now)),
            "bursts, the same hour again": timed(lambda: hourly.look_at_bursts(now=now)),
            "tops, every night": timed(lambda: watching.look_at_tops(now=now)),
            "people and words, every minute": timed(lambda: listening.listen(now=now)),
        }
        rows = {
            "hours": HourCount.objects.count(),
            "usual": Usual.objects.count(),
            "forecasts": Forecast.objects.count(),
            "alerts": Alert.objects.count(),
        }
    report({"fill": filled, "looks": looks, "rows": rows, "asked": vars(chosen), "load": os.getloadavg()})


def fill(chosen: argparse.Namespace, now: datetime) -> int:
    city = Area.objects.get(level=Area.Level.CITY)
    districts = [_place(city, f"区{n:02}", Area.Level.DISTRICT) for n in range(chosen.districts)]
    for number in range(chosen.streets):
        _place(districts[number % len(districts)], f"街道{number:03}", Area.Level.STREET)
    said = {
        "until": now,
        "days": chosen.days,
        "cases": chosen.cases,
        "streets": list(
            Area.objects.filter(level=Area.Level.STREET, code__startswith="街道").values_list("pk", flat=True)
        ),
        "leaves": list(Category.objects.active().leaves().values_list("pk", flat=True)),
    }
    with connection.cursor() as cursor:
        cursor.execute(FILL, said | {"kinds": len(said["leaves"])})
        cursor.execute("ANALYZE insight_hourcount")
    return HourCount.objects.count()


def _place(above: Area, name: str, level: str) -> Area:
    area = Area(code=name, name=name, level=level)
    area.parent = above
    area.place_under(above)
    area.save()
    return area


def burst(now: datetime) -> None:
    """Forty cases of one matter in one street within two hours."""
    street = Area.objects.filter(level=Area.Level.STREET, code__startswith="街道").first()
    leaf = Category.objects.active().leaves().first()
    HourCount.objects.update_or_create(
        hour=now - timedelta(hours=2),
        area=street,
        category=leaf,
        channel="phone",
        department=None,
        result="open",
        defaults={"received": 40},
    )


def timed(work: Callable[[], Any]) -> dict[str, Any]:
    before, cpu, began = resident(), time.process_time(), time.perf_counter()
    with Peak() as peak, CaptureQueriesContext(connection) as seen:
        found = work()
    return {
        "found": found,
        "seconds": round(time.perf_counter() - began, 2),
        "cpu_seconds": round(time.process_time() - cpu, 2),
        "more_memory_mb": round((peak.most - before) / 1e6),
        "statements": sum(not each["sql"].startswith(scratch.MANAGEMENT) for each in seen.captured_queries),
    }


class Peak:
    """The most memory that the process had meanwhile, looked at every 20 ms."""

    def __enter__(self) -> "Peak":
        self.most, self._over = resident(), threading.Event()
        self._watch = threading.Thread(target=self._look, daemon=True)
        self._watch.start()
        return self

    def _look(self) -> None:
        while not self._over.wait(0.02):
            self.most = max(self.most, resident())

    def __exit__(self, *problem: object) -> None:
        self._over.set()
        self._watch.join()


def resident() -> int:
    """Bytes."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def report(found: dict[str, Any]) -> None:
    print(json.dumps(found, ensure_ascii=False, indent=1, default=str))


if __name__ == "__main__":
    main()
