"""What one message costs, how many a second a batch reads on two cores, and what a worker process holds."""

import os
import statistics
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from bench.text.sources import Sources
from nlp.core import artefact, modelfile
from nlp.core.features import document
from nlp.core.topic import TopicModel

SINGLE, BATCH, PIECE = 2_000, 8_000, 250
_model: list[TopicModel] = []


def measure(sources: Sources, model: Path) -> dict[str, Any]:
    """Single messages in CPU milliseconds (normalise → cut → classify → evidence), batches in wall seconds."""
    messages = [(row["title"], row["body"]) for row in sources.unlabelled]
    return {
        "messages": len(messages),
        "cores": os.cpu_count(),
        "load average": os.getloadavg()[0],
        "model_mb": model.stat().st_size / 1e6,
        **single(messages, model),
        **batch(messages, model),
        **fresh_process(model),
    }


def single(messages: list[tuple[str, str]], path: Path) -> dict[str, float]:
    model = artefact.topic_from_bytes(modelfile.read(path))
    for title, text in messages[:100]:
        model.predict(document(text, title))
    times = []
    for title, text in messages[:SINGLE]:
        at = time.process_time_ns()
        model.predict(document(text, title))
        times.append((time.process_time_ns() - at) / 1e6)
    cuts = statistics.quantiles(times, n=20)
    return {"one_ms_mean": statistics.fmean(times), "one_ms_p50": cuts[9], "one_ms_p95": cuts[18]}


def batch(messages: list[tuple[str, str]], path: Path) -> dict[str, float]:
    chosen = (messages * (BATCH // len(messages) + 1))[:BATCH]
    pieces = [chosen[at : at + PIECE] for at in range(0, BATCH, PIECE)]
    with ProcessPoolExecutor(2, mp_context=get_context("spawn"), initializer=_load, initargs=(path,)) as pool:
        list(pool.map(_classify, pieces[:2]))
        started = time.perf_counter()
        cpu = sum(pool.map(_classify, pieces))
        seconds = time.perf_counter() - started
    return {"batch_per_second_two_processes": BATCH / seconds, "batch_per_cpu_second": BATCH / cpu}


def _load(path: Path) -> None:
    _model.append(artefact.topic_from_bytes(modelfile.read(path)))
    _model[0].predict(document("停水"))


def _classify(piece: list[tuple[str, str]]) -> float:
    started = time.process_time()
    _model[0].chances([document(text, title) for title, text in piece])
    return time.process_time() - started


def fresh_process(path: Path) -> dict[str, float]:
    """Dictionaries and model loaded by a new process: seconds, and megabytes more than without them."""
    said = subprocess.run(
        [sys.executable, "-m", "bench.text.speed", str(path)], capture_output=True, text=True, check=True
    ).stdout.split()
    return {"load_s": float(said[0]), "worker_mb": float(said[1]), "of_which_ours_mb": float(said[2])}


def _main() -> None:
    before = _peak_mb()
    started = time.perf_counter()
    _load(Path(sys.argv[1]))
    seconds = time.perf_counter() - started
    print(seconds, _peak_mb(), _peak_mb() - before)


def _peak_mb() -> float:
    """Of this program alone: getrusage remembers the program that started it."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


if __name__ == "__main__":
    _main()
