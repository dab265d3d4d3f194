"""What reading one message costs, and how many a second a batch classifies.

    python bench/nlp_read.py [--file CSV]

Without a file the seed corpus is read (short and clean); a CSV with title and body gives the real mix.
CPU-milliseconds of this process: normalise → cut → classify → evidence → redact → urgency → place.
"""

import argparse
import json
import os
import platform
import resource
import statistics
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import django  # noqa: E402

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings")
django.setup()

from nlp import serve  # noqa: E402
from nlp.core import corpus, labels  # noqa: E402
from nlp.core.features import document  # noqa: E402

BATCH, HEAP = 3_000, 50


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--file", type=Path)
    options.add_argument("--json", type=Path, default=ROOT / "var" / "bench" / "nlp_read.json")
    chosen = options.parse_args()
    messages = read_messages(chosen.file)
    started = time.perf_counter()
    serve.warm()
    load_seconds = time.perf_counter() - started
    if serve.in_use().category is None:
        sys.exit(serve.NO_MODEL)
    found = {
        "messages": len(messages),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "load_s": load_seconds,
    }
    found |= single(messages) | heap(messages) | batch(messages)
    found["load_average"] = os.getloadavg()[0]
    found["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    for name, value in found.items():
        print(f"{name:24} {value:.2f}" if isinstance(value, float) else f"{name:24} {value}")
    chosen.json.parent.mkdir(parents=True, exist_ok=True)
    chosen.json.write_text(json.dumps(found, indent=1), encoding="utf-8")


def read_messages(file: Path | None) -> list[tuple[str, str]]:
    if file is None:
        return [("", sample.text) for sample in corpus.seed_samples()]
    return [(row["title"], row["body"]) for row in labels.rows(file, needed=("title", "body"))]


def single(messages: list[tuple[str, str]]) -> dict[str, float]:
    for title, text in messages[:50]:
        serve.read(text, title)
    times = []
    for title, text in messages[:1000]:
        at = time.process_time_ns()
        serve.read(text, title)
        times.append((time.process_time_ns() - at) / 1e6)
    cuts = statistics.quantiles(times, n=20)
    return {"read_ms_mean": statistics.fmean(times), "read_ms_p50": cuts[9], "read_ms_p95": cuts[18]}


def heap(messages: list[tuple[str, str]]) -> dict[str, float]:
    """What an import asks: everything but facts, units and the words for the second and third leaf."""
    texts = [(text, title) for title, text in messages[:1000]]
    serve.read_many(texts[:HEAP])
    started = time.process_time()
    for at in range(0, len(texts), HEAP):
        serve.read_many(texts[at : at + HEAP])
    return {"read_many_ms_mean": 1000 * (time.process_time() - started) / len(texts)}


def batch(messages: list[tuple[str, str]]) -> dict[str, float]:
    """Category only, one process: cut, features and one matrix product for all."""
    model = serve.in_use().category
    chosen = (messages * (BATCH // len(messages) + 1))[:BATCH]
    started = time.process_time()
    model.linear.chances_of_all([document(text, title) for title, text in chosen])
    return {"batch_per_cpu_second": len(chosen) / (time.process_time() - started)}


if __name__ == "__main__":
    main()
