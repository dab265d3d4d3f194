"""What a deadline sweep costs: escalations per second, statements per escalation, and that only what is due counts.

    python bench/sweep.py [--open 10000 100000 1000000] [--due 10000]

For each number of open assignments the same number is due: half of them shortly before their limit, a quarter at it
(escalation, expiry to call-back, invitation to rate), the rest not signed in time or at twice their limit (yellow card
with a supervision). Each escalation is one row, one hashed event and, mostly, one outbox row, all really committed.
"""

import argparse
import json
import os
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import scratch  # sets Django up, so it comes first
from django.db import connection
from django.test.utils import CaptureQueriesContext

from petitions.models import Assignment, Escalation, Event, Outbox, Petition
from petitions.services import deadlines, dispatch, intake
from petitions.services.contact import Contact
from petitions.services.intake import Matter
from routing.models import Department, Staff

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
DAY = timedelta(days=1)
LIMIT = 7 * DAY
PARTS = 1_000_000_000  # keys of copied parts begin here
# Share, age of the assignment, whether it is signed and the citizen was contacted, what rings.
KINDS = (
    ("临近时限", 0.50, 0.75 * LIMIT, True),
    ("到期转回访", 0.25, LIMIT, True),
    ("未按时签收", 0.15, timedelta(hours=2), False),
    ("黄牌督办", 0.10, 2 * LIMIT, True),
)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--open", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    options.add_argument("--due", type=int, default=10_000)
    chosen = options.parse_args()
    results = []
    with scratch.city():
        model = a_case()
        heads = ("open", 10), ("due", 8), ("escalations", 13), ("seconds", 9), ("per second", 12)
        heads += ("CPU s", 9), ("PG CPU s", 9), ("statements", 12), ("empty ms", 10)
        print("".join(f"{word:>{width}}" for word, width in heads))
        for number in sorted(chosen.open):
            clone(model, number - Petition.objects.count() - chosen.due, age=timedelta(), signed=True)
            arm(model, chosen.due)
            vacuum()
            results.append(measure(number))
    written = scratch.ROOT / "var" / "bench" / "sweep.json"
    written.parent.mkdir(parents=True, exist_ok=True)
    written.write_text(json.dumps({"rows": results, "due": chosen.due, "cores": os.cpu_count()}, indent=1))


def measure(number: int) -> dict:
    """One sweep over everything that is due, then one over nothing."""
    before = Event.objects.count(), Outbox.objects.count()
    begun, cpu, server = time.perf_counter(), time.process_time(), cpu_of_server()
    swept = deadlines.sweep(now=NOW)
    seconds, cpu, server = time.perf_counter() - begun, time.process_time() - cpu, cpu_of_server() - server
    if swept.left:
        raise SystemExit(f"{swept.left} cases could not be swept")
    begun = time.perf_counter()
    deadlines.sweep(now=NOW)
    empty = time.perf_counter() - begun
    statements = statements_per_escalation()
    row = {
        "open": number,
        "visited": swept.visited,
        "escalations": swept.done,
        "seconds": round(seconds, 2),
        "per_second": round(swept.done / seconds),
        "cpu_seconds": round(cpu, 2),
        "server_cpu_seconds": round(server, 2),
        "statements_per_escalation": round(statements, 3),
        "empty_ms": round(empty * 1000, 2),
        "events": Event.objects.count() - before[0],
        "outbox": Outbox.objects.count() - before[1],
        "kinds": dict(Counter({str(kind): count for kind, count in swept.kinds.items()})),
    }
    print(
        f"{number:10}{swept.visited:8}{swept.done:13}{seconds:9.2f}{row['per_second']:12}{cpu:9.2f}{server:9.2f}"
        f"{statements:12.3f}{row['empty_ms']:10.2f}",
        flush=True,
    )
    return row


def cpu_of_server() -> float:
    """CPU seconds of our connection's server process, where it is on this machine; else 0."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        stat = Path(f"/proc/{cursor.fetchone()[0]}/stat")
    if not stat.exists():
        return 0.0
    user, system = stat.read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def statements_per_escalation() -> float:
    """Counted on another 500 cases, so that counting does not slow the measurement."""
    model = Petition.objects.order_by("pk").first()
    arm(model, 500)
    with CaptureQueriesContext(connection) as captured:
        swept = deadlines.sweep(now=NOW)
    sql = [query["sql"] for query in captured.captured_queries]
    return sum(not text.startswith(scratch.MANAGEMENT) for text in sql) / swept.done


# ── a city of open cases ──
def a_case() -> Petition:
    """One real case with a unit, by the services: all others are copies of it."""
    people = {role: Staff.objects.with_role(role).first() for role in ("reviewer", "dispatcher")}
    matter = Matter(text="小区北门外的路灯坏了三天。", category_code="01.01.01")
    case = intake.submit(matter, Contact(phone="13900000000"), key="model", now=NOW)
    dispatch.pass_review(case.pk, actor=people["reviewer"], category_code="01.01.01", now=NOW)
    unit = Department.objects.order_by("pk").first()
    dispatch.dispatch(case.pk, dispatch.Order(main_id=unit.pk), actor=people["dispatcher"], now=NOW)
    return Petition.objects.get(pk=case.pk)


def arm(model: Petition, count: int) -> None:
    """Cases of which each has something due at NOW."""
    for _, share, age, signed in KINDS:
        clone(model, round(count * share), age=age, signed=signed)


def clone(model: Petition, count: int, *, age: timedelta, signed: bool) -> None:
    """Copies of the case and its part, dispatched `age` ago; triggers and foreign keys are not asked."""
    if count <= 0:
        return
    begun, late = NOW - age, age > LIMIT
    first = (Petition.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1
    ids = f"generate_series({first}, {first + count - 1}) AS n"
    case = {
        "id": "n",
        "no": "'S' || lpad(n::text, 15, '0')",
        "idempotency_key": "NULL",
        "external_id": "''",
        "state": "'pending_callback'" if late else "'in_progress'",
        "due_at": at(NOW + DAY if late else begun + LIMIT),
        "promised_at": at(begun + LIMIT),
        "dispatched_at": at(begun),
        "next_check_at": at(NOW if age else NOW + DAY),
        "event_seq": "0",
        "event_hash": "''",
    }
    part = {
        "id": f"n + {PARTS}",
        "petition_id": "n",
        "state": "'signed'" if signed else "'pending_sign'",
        "assigned_at": at(begun),
        "limit_at": at(begun + LIMIT),
        "due_at": at(begun + LIMIT),
        "sign_by": at(begun + timedelta(hours=2)),
        "signed_at": at(begun) if signed else "NULL",
        "contact_by": at(begun + DAY),
        "contacted_at": at(begun) if signed else "NULL",
    }
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        copy(cursor, Petition, case, ids, model.pk)
        copy(cursor, Assignment, part, ids, Assignment.objects.filter(petition=model).values_list("pk", flat=True)[0])
        rang_before(cursor, ids, begun, NOW)
        cursor.execute("SET session_replication_role = origin")
        for table in ("petitions_petition", "petitions_escalation"):
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), greatest(1, (SELECT max(id) FROM {table})))"
            )


def copy(cursor, model: type, changes: dict[str, str], ids: str, key: int) -> None:
    columns = [field.column for field in model._meta.concrete_fields]
    values = ", ".join(changes.get(column, f'm."{column}"') for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    table = model._meta.db_table
    cursor.execute(f'INSERT INTO "{table}" ({names}) SELECT {values} FROM "{table}" m, {ids} WHERE m.id = {key}')


def rang_before(cursor, ids: str, begun: datetime, now: datetime) -> None:
    """What had to ring earlier has been noticed in its time."""
    limit = begun + LIMIT
    columns = "petition_id, subject, subject_id, kind, limit_at, step, due_at, noticed_at"
    for kind, moment in (("due_soon", begun + 0.75 * LIMIT), ("overdue", limit)):
        if moment < now:
            values = f"n, 'assignment', n + {PARTS}, '{kind}', {at(limit)}, 0, {at(moment)}, {at(moment)}"
            cursor.execute(f"INSERT INTO petitions_escalation ({columns}) SELECT {values} FROM {ids}")


def at(moment: datetime) -> str:
    return f"'{moment.isoformat()}'::timestamptz"


def vacuum() -> None:
    with connection.cursor() as cursor:
        for model in (Petition, Assignment, Event, Outbox, Escalation):
            cursor.execute(f"VACUUM ANALYZE {model._meta.db_table}")


if __name__ == "__main__":
    main()
