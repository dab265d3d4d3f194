"""Similar cases: how long a search takes among N past cases, and how much of the exact answer it finds.

    python bench/similar.py [--cases 20000] [--queries 200] [--exact 60] [--seed 7]
    python bench/similar.py --multiply --cases 10000000 [--keep] [--added 3000] [--sheets 4]
    python bench/similar.py --multiply --cases 10000000 --database NAME …
    python bench/similar.py --file messages.csv --key hot_issues.csv

Without a file: N synthetic cases (bench/synthetic_cases.py) in a database of their own; every query is a new case
of the same city. "Exact" compares a query with every single case by the same formula; recall@5 counts how many of
the exact five best were found (a case as good as the fifth counts, because copies tie).

`--multiply` fills by bench/synthetic_many.py, which says how its cases differ from real ones: ten million in half an
hour. `--keep` leaves the database; `--database` names one that was kept, so that nothing is made (the same `--cases`
and `--multiply` ask the same city). `--added` puts new cases into the table one by one: how long the row and its
indexes take, and whether a search finds the case at once. `--sheets` compares only so many quarters of a million cases,
evenly drawn from all: what is better there than the fifth that was found is missing, and recall is estimated from it.

With a file (id,title,body) and a key (issue_id,message_id): how often a proposal at each threshold is of the same
hand-verified issue. Proposals outside the key are of unknown truth and counted apart.
"""

import argparse
import csv
import json
import os
import random
import resource
import statistics
import time
from pathlib import Path
from typing import Any

import scratch  # sets Django up, so it comes first
import synthetic_cases
import synthetic_many
from django.db import connection
from exact_similar import SHEET, Query, best_scores

from nlp.core import corpus, similar
from nlp.core.search import index_terms
from petitions.queries import frequencies
from petitions.queries import similar as search
from petitions.queries.telling import UNSEEN

# Recall is that of the search, not of a busy machine's deadline.
UNHURRIED_MS = 60_000
# After so many cases put in one by one the last is looked for.
EVERY = 10


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--cases", type=int, default=20_000)
    options.add_argument("--queries", type=int, default=200)
    options.add_argument("--exact", type=int, default=60, help="queries that are compared with every case")
    options.add_argument("--seed", type=int, default=7)
    options.add_argument("--file", type=Path)
    options.add_argument("--key", type=Path)
    options.add_argument("--multiply", action="store_true", help="cases put together inside PostgreSQL")
    options.add_argument("--keep", action="store_true", help="leave the database")
    options.add_argument("--database", help="one that was kept")
    options.add_argument("--added", type=int, default=0, help="cases put in one by one")
    options.add_argument("--sheets", type=int, default=0, help="compare with so many quarters of a million, not all")
    chosen = options.parse_args()
    with scratch.as_it_is(chosen.database) if chosen.database else scratch.city(keep=chosen.keep):
        weights = seed_weights()
        if chosen.file:
            found = {"what": "precision", "rows": precision(chosen.file, chosen.key, weights)}
        else:
            found = {"what": "speed"} | measured(chosen, weights)
    written = scratch.ROOT / "var" / "bench" / f"similar_{found['what']}.json"
    written.parent.mkdir(parents=True, exist_ok=True)
    written.write_text(json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8")


def measured(chosen: argparse.Namespace, weights: dict[str, float]) -> dict[str, Any]:
    count = chosen.cases
    city = synthetic_many.city(count) if chosen.multiply else synthetic_cases.City(1)
    found: dict[str, Any] = {}
    if not chosen.database:
        started = time.perf_counter()
        (synthetic_many if chosen.multiply else synthetic_cases).fill(city, count)
        found["filled_in_s"] = time.perf_counter() - started
    city.rng = random.Random(chosen.seed)
    found |= sizes()
    queries = [_new_case(city) for _ in range(chosen.queries)]
    found |= speed(queries, count, weights)
    if chosen.added:
        found |= added(city, chosen.added, weights)
    if chosen.exact:
        found |= recall(queries[: chosen.exact], weights, min(1.0, chosen.sheets * SHEET / count) or 1.0)
    for name, value in found.items():
        print(f"{name:24}{value:12.3f}" if isinstance(value, float) else f"{name:24}{value:12}")
    return found


def seed_weights() -> dict[str, float]:
    """How telling each term is, by the shipped corpus: what the category model knows."""
    texts = [similar.Case(at, "", tuple(index_terms(s.text))) for at, s in enumerate(corpus.seed_samples())]
    return similar.rarity(texts)


def speed(queries: list[Query], count: int, weights: dict[str, float]) -> dict:
    """Each question is asked twice: the second time what it reads is in memory, as most of a busy city's is."""
    callers = random.Random(count)
    asked = [(query, synthetic_many.caller(callers.random(), count)) for query in queries]
    _search(*asked[0], weights)
    statements, _, _ = scratch.statements_of(lambda: _search(*asked[0], weights))
    figures: dict[str, Any] = {"queries": len(queries), "statements": statements}
    for run in ("first", "warm"):
        times, late = [], 0
        for query, caller in asked:
            started = time.perf_counter()
            late += not _search(query, caller, weights)
            times.append((time.perf_counter() - started) * 1000)
        cuts = statistics.quantiles(times, n=100)
        figures |= {f"{run}_p{at}_ms": cuts[at - 1] for at in (50, 95, 99)} | {f"{run}_max_ms": max(times)}
        figures |= {f"{run}_without_answer": late}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return figures | {"load_average": os.getloadavg()[0], "process_peak_mb": peak}


def _new_case(city: synthetic_cases.City) -> Query:
    sample, spot, text, _ = city.case()
    return text[:30], index_terms(text), spot.path, sample.label


def _search(
    query: Query, caller: int | None, weights: dict[str, float], deadline_ms: int = search.DEADLINE_MS
) -> tuple:
    title, terms, place, category = query
    return search.for_text(
        terms,
        title=title,
        area_path=place,
        category_code=category,
        caller_id=caller,
        weights=weights,
        at_least=0.0,
        deadline_ms=deadline_ms,
    )


def added(city: synthetic_cases.City, count: int, weights: dict[str, float]) -> dict:
    """New cases one by one, each its own commit: row and indexes, without what a registration does besides."""
    times, sought, seen = [], 0, 0
    usual = synthetic_cases.usual_row()
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(id) + 1 FROM petitions_petition")
        first = cursor.fetchone()[0]
        cursor.execute("SET session_replication_role = replica")
        for pk in range(first, first + count):
            row, query = synthetic_cases.row_and_query(city, pk)
            started = time.perf_counter()
            synthetic_cases.put(cursor, "petitions_petition", iter([usual | row]))
            times.append((time.perf_counter() - started) * 1000)
            if pk % EVERY == 0:
                sought += 1
                seen += any(case.petition_id == pk for case in _search(query, None, weights, UNHURRIED_MS))
        cursor.execute("SET session_replication_role = origin")
    cuts = statistics.quantiles(times, n=100)
    figures = {"added": count, "added_p50_ms": cuts[49], "added_p99_ms": cuts[98], "added_max_ms": max(times)}
    return figures | {"found_at_once": seen / sought if sought else 1.0}


def recall(queries: list[Query], weights: dict[str, float], share: float) -> dict[str, float]:
    """With a share of the cases below 1 only those are compared: each that is missing there stands for 1/share."""
    hits, shown, wanted_hits, wanted = 0.0, 0, 0, 0
    for query, best in zip(queries, best_scores(queries, weights, UNSEEN, share=share), strict=True):
        found = [case.score for case in _search(query, None, weights, UNHURRIED_MS)]
        shown += len(best)
        if share < 1:
            fifth = found[len(best) - 1] if len(found) >= len(best) else 0.0
            hits += max(0.0, len(best) - sum(score > fifth + 1e-3 for score in best) / share)
            continue
        hits += sum(score >= best[-1] - 1e-3 for score in found)
        related = [score for score in best if score >= similar.SAME_FROM]
        wanted += len(related)
        wanted_hits += min(len(related), sum(score >= similar.SAME_FROM for score in found))
    figures = {"compared": len(queries), "compared_share": share, "recall_at_5": hits / shown}
    return figures | ({"recall_of_the_same": wanted_hits / wanted} if wanted else {})


def sizes() -> dict:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), pg_total_relation_size('petitions_petition') >> 20,"
            " pg_relation_size('petition_search') >> 20 FROM petitions_petition"
        )
        rows, table, index = cursor.fetchone()
    known = frequencies.read()
    print(
        f"{rows} cases, {table} MB with indexes, {index} MB search index, {len(known.shares)} terms known by frequency"
    )
    return {"cases": rows, "table_mb": table, "index_mb": index}


# ── precision on hand-verified issues ──
def precision(file: Path, key: Path, weights: dict[str, float]) -> list[dict]:
    """Every message of the key is looked for among all messages; only proposals inside the key can be judged."""
    texts = {row["id"]: (row["title"], f"{row['title']}\n{row['body']}") for row in _table(file)}
    issue_of = {row["message_id"]: row["issue_id"] for row in _table(key) if row["message_id"] in texts}
    synthetic_cases.fill_with([(title, index_terms(text)) for title, text in texts.values()])
    ids = dict(zip(range(1, len(texts) + 1), texts, strict=True))
    numbers = {message: pk for pk, message in ids.items()}
    judged = []
    for message, issue in issue_of.items():
        title, text = texts[message]
        found = search.for_text(index_terms(text), title=title, weights=weights, but=numbers[message], at_least=0.0)
        judged += [(case.score, issue, issue_of.get(ids[case.petition_id])) for case in found]
    rows = [_at(threshold, judged) for threshold in (0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5)]
    print(f"{'from':>6}{'proposals':>11}{'in the key':>12}{'the same':>10}{'precision':>11}{'outside':>9}")
    for row in rows:
        print("{from:6.2f}{proposals:11}{judged:12}{same:10}{precision:11.3f}{outside:9}".format(**row))
    return rows


def _at(threshold: float, judged: list[tuple]) -> dict:
    over = [(issue, other) for score, issue, other in judged if score >= threshold]
    inside = [issue == other for issue, other in over if other]
    return {
        "from": threshold,
        "proposals": len(over),
        "judged": len(inside),
        "same": sum(inside),
        "precision": sum(inside) / len(inside) if inside else 0.0,
        "outside": len(over) - len(inside),
    }


def _table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


if __name__ == "__main__":
    main()
