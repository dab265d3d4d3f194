"""Similar cases: how long a search takes among N past cases, and how much of the exact answer it finds.

    python bench/similar.py [--cases 20000] [--queries 200] [--exact 60] [--seed 7] [--database NAME]
    python bench/similar.py --file messages.csv --key hot_issues.csv

Without a file: N synthetic cases (bench/synthetic_cases.py) in a database of their own; every query is a new case
of the same city. "Exact" compares a query with every single case by the same formula; recall@5 counts how many of
the exact five best were found (a case as good as the fifth counts, because copies tie).

`--database` names one that was filled so before (its cases are counted, not made): filling ten million takes hours.

With a file (id,title,body) and a key (issue_id,message_id): how often a proposal at each threshold is of the same
hand-verified issue. Proposals outside the key are of unknown truth and counted apart.
"""

import argparse
import csv
import json
import os
import random
import statistics
import time
from pathlib import Path

import scratch  # sets Django up, so it comes first
import synthetic_cases
from django.db import connection
from exact_similar import Query, best_scores

from nlp.core import corpus, similar
from nlp.core.search import index_terms
from petitions.queries import frequencies
from petitions.queries import similar as search
from petitions.queries.telling import UNSEEN

AT_ONCE = 5
# Recall is that of the search, not of a busy machine's deadline.
UNHURRIED_MS = 60_000


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--cases", type=int, default=20_000)
    options.add_argument("--queries", type=int, default=200)
    options.add_argument("--exact", type=int, default=60, help="queries that are compared with every case")
    options.add_argument("--seed", type=int, default=7)
    options.add_argument("--file", type=Path)
    options.add_argument("--key", type=Path)
    options.add_argument("--database")
    chosen = options.parse_args()
    with scratch.as_it_is(chosen.database) if chosen.database else scratch.city():
        weights = seed_weights()
        if chosen.file:
            found = {"what": "precision", "rows": precision(chosen.file, chosen.key, weights)}
        else:
            city = synthetic_cases.City(1)
            if not chosen.database:
                synthetic_cases.fill(city, chosen.cases)
            city.rng = random.Random(chosen.seed)
            found = {"what": "speed"} | sizes() | speed(city, chosen.queries, chosen.exact, weights)
    written = scratch.ROOT / "var" / "bench" / f"similar_{found['what']}.json"
    written.parent.mkdir(parents=True, exist_ok=True)
    written.write_text(json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8")


def seed_weights() -> dict[str, float]:
    """How telling each term is, by the shipped corpus: what the category model knows."""
    texts = [similar.Case(at, "", tuple(index_terms(s.text))) for at, s in enumerate(corpus.seed_samples())]
    return similar.rarity(texts)


def speed(city: synthetic_cases.City, count: int, compared: int, weights: dict[str, float]) -> dict:
    queries = [_new_case(city) for _ in range(count)]
    for query in queries[:AT_ONCE]:
        _search(query, weights)
    times, late = [], 0
    for query in queries:
        started = time.perf_counter()
        late += not _search(query, weights)
        times.append((time.perf_counter() - started) * 1000)
    cuts = statistics.quantiles(times, n=20)
    figures = {"queries": count, "p50_ms": cuts[9], "p95_ms": cuts[18], "max_ms": max(times)}
    figures |= {"cut_off_at_the_deadline": late, "load_average": os.getloadavg()[0]}
    figures |= recall(queries[:compared], weights) if compared else {}
    for name, value in figures.items():
        print(f"{name:20}{value:10.3f}" if isinstance(value, float) else f"{name:20}{value:10}")
    return figures


def _new_case(city: synthetic_cases.City) -> Query:
    sample, spot, text, _ = city.case()
    return text[:30], index_terms(text), spot.path, sample.label


def _search(query: Query, weights: dict[str, float], deadline_ms: int = search.DEADLINE_MS) -> tuple:
    title, terms, place, category = query
    return search.for_text(
        terms,
        title=title,
        area_path=place,
        category_code=category,
        weights=weights,
        at_least=0.0,
        deadline_ms=deadline_ms,
    )


def recall(queries: list[Query], weights: dict[str, float]) -> dict[str, float]:
    hits, shown, wanted_hits, wanted = 0, 0, 0, 0
    for query, best in zip(queries, best_scores(queries, weights, UNSEEN), strict=True):
        found = [case.score for case in _search(query, weights, UNHURRIED_MS)]
        hits += sum(score >= best[-1] - 1e-3 for score in found)
        shown += len(best)
        related = [score for score in best if score >= similar.SAME_FROM]
        wanted += len(related)
        wanted_hits += min(len(related), sum(score >= similar.SAME_FROM for score in found))
    return {
        "compared": len(queries),
        "recall_at_5": hits / shown,
        "recall_of_the_same": wanted_hits / wanted if wanted else 1.0,
    }


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
