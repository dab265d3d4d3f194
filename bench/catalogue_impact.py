"""How long an impact preview of the catalogue takes: past cases decided again by two editions.

    python bench/catalogue_impact.py [--cases 100000] [--days 9 90] [--times 3]

Cases are invented (synthetic_cases.py) and spread over the last 90 days, day and night; the draft gives thirty leaves
to another kind of unit and adds an entry for the night to each. Every case is decided twice, none is sampled.
"""

import argparse
import json
import os
import time
from dataclasses import asdict

import scratch  # sets Django up, so it comes first
import synthetic_cases
from django.db import connection

from petitions.models import Job
from petitions.services import catalogue, catalogue_impact
from routing.drafts import Wording
from routing.models import CatalogueEntry, Parameter, Staff

CHANGED = 30
SPREAD = """
SET session_replication_role = replica;
UPDATE petitions_petition SET received_at = now() - random() * interval '89 days',
    main_department_id = (SELECT id FROM routing_department d WHERE d.kind_id = 'district.urban' LIMIT 1);
SET session_replication_role = origin;
VACUUM ANALYZE petitions_petition;
"""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--cases", type=int, default=100_000)
    options.add_argument("--days", type=int, nargs="+", default=[9, 90])
    options.add_argument("--times", type=int, default=3)
    chosen = options.parse_args()
    with scratch.city():
        synthetic_cases.fill(synthetic_cases.City(seed=7), chosen.cases)
        with connection.cursor() as cursor:
            for statement in filter(str.strip, SPREAD.split(";")):
                cursor.execute(statement)
        Parameter.objects.filter(key="catalogue.preview_at_once").update(value=0)
        draft_id = a_draft()
        rows = [measured(draft_id, days, chosen.times) for days in chosen.days]
    print(
        f"{'cases':>10}{'seconds':>10}{'CPU s':>8}{'cases/s':>10}"
        f"{'statements':>12}{'decided':>9}{'moved':>9}{'moves':>7}"
    )
    for row in rows:
        print(
            f"{row['cases']:10}{row['seconds']:10.2f}{row['cpu_seconds']:8.2f}{row['per_second']:10.0f}"
            f"{row['statements']:12}{row['questions']:9}{row['moved']:9}{row['moves']:7}"
        )
    written = scratch.ROOT / "var" / "bench" / "catalogue_impact.json"
    written.parent.mkdir(parents=True, exist_ok=True)
    written.write_text(json.dumps({"rows": rows, "cores": os.cpu_count()}, indent=1), encoding="utf-8")


def measured(draft_id: int, days: int, times: int) -> dict:
    """The median of so many previews, from the waiting job to the result on its row."""
    chief, taken = the_chief(), []
    for _ in range(times):
        catalogue_impact.start(draft_id, days=days, actor=chief)
        began, busy = time.perf_counter(), time.process_time()
        catalogue_impact.run_waiting()
        taken.append((time.perf_counter() - began, time.process_time() - busy))
    job = catalogue_impact.start(draft_id, days=days, actor=chief)
    statements, _commits, _savepoints = scratch.statements_of(catalogue_impact.run_waiting)
    result = Job.objects.get(pk=job.pk).result
    if result["cases"] != job.total:
        raise SystemExit(f"{result['cases']} of {job.total} cases were decided")
    seconds, cpu = sorted(taken)[len(taken) // 2]
    return {
        "days": days,
        "cases": result["cases"],
        "seconds": round(seconds, 2),
        "cpu_seconds": round(cpu, 2),
        "per_second": result["cases"] / seconds,
        "statements": statements,
        "questions": result["questions"],
        "moved": result["moved"],
        "moves": len(result["moves"]) + result["more_moves"],
    }


def a_draft() -> int:
    chief = the_chief()
    draft = catalogue.start(actor=chief)
    plain = CatalogueEntry.objects.filter(version=draft, area=None, conditions={})
    for entry in list(plain.exclude(main_kind="street.office").order_by("category__code")[:CHANGED]):
        wording = Wording.of(entry)
        other = asdict(wording) | {"main_kind_id": "street.office"}
        catalogue.keep(draft.pk, Wording(**other), entry_id=entry.pk, actor=chief)
        night = asdict(wording) | {"conditions": {"hours": "22:00-06:00"}, "main_kind_id": "district.police"}
        if not draft.entries.filter(category=entry.category, area=None, conditions=night["conditions"]).exists():
            catalogue.keep(draft.pk, Wording(**night), actor=chief)
    return draft.pk


def the_chief() -> Staff:
    return Staff.objects.with_role("admin").order_by("pk").first()


if __name__ == "__main__":
    main()
