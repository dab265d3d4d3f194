"""Forecasts tried on made-up years: against the same week a year ago, and how often the interval holds."""

from __future__ import annotations

import time
from collections.abc import Iterable

import numpy as np

from bench.alerting.city import city
from nlp.core.agreement import Share
from petitions.insight.alerts.forecast import AHEAD, YEAR, Path, forecast

SPANS = {
    "one season (60–100 weeks)": (60, 100),
    "two seasons (104–150 weeks)": (104, 150),
    "three seasons (156–200 weeks)": (156, 200),
}
STEP = 6  # weeks between two trials
LEAST_PER_WEEK = 5.0


def told_forecasts(seeds: Iterable[int]) -> None:
    started = time.process_time()
    results: dict[str, list] = {span: [] for span in SPANS}
    for seed in seeds:
        made, _ = city(seed, years=4)
        weekly = (
            made.counts.reshape(*made.counts.shape[:2], -1)[:, :, : 208 * 168]
            .reshape(*made.counts.shape[:2], 208, 168)
            .sum(axis=3)
        )
        districts = weekly.reshape(4, 5, *weekly.shape[1:]).sum(axis=1)
        pool = weekly.sum(axis=0)
        for series, own in [
            *((pool[leaf], pool[leaf]) for leaf in range(len(pool))),
            *((districts[d, leaf], pool[leaf]) for d in range(4) for leaf in range(len(pool))),
        ]:
            if series.mean() >= LEAST_PER_WEEK:
                for word, (first, last) in SPANS.items():
                    results[word].append(tried(series, own, first, last))
    for word, found in results.items():
        told(word, found)
    print(f"CPU {time.process_time() - started:.0f} s")


def tried(series: np.ndarray, pool: np.ndarray, first: int, last: int):
    """(error ÷ seasonal-naive's, hits, of, drawn) of one series."""
    ours = naive = 0.0
    hits = of = drawn = 0
    for known in range(first, last, STEP):
        path: Path = forecast(series[:known], pool[:known])
        truth = series[known : known + AHEAD]
        ours += np.abs(truth - np.array(path.expected)).sum()
        naive += np.abs(truth - series[known - YEAR : known - YEAR + AHEAD]).sum()
        hits += int(((truth >= np.floor(path.low)) & (truth <= np.ceil(path.high))).sum())
        of, drawn = of + AHEAD, drawn + path.is_drawn
    return ours / max(naive, 1e-9), hits, of, drawn / len(range(first, last, STEP))


def told(word: str, found: list) -> None:
    ratios = np.array([ratio for ratio, *_ in found])
    better = Share(int((ratios < 1).sum()), len(found))
    cover = np.array([hits / of for _, hits, of, _ in found])
    whole = sum(hits for _, hits, _, _ in found) / sum(of for _, _, of, _ in found)
    wide, narrow = np.quantile(cover, 0.9), np.quantile(cover, 0.1)
    print(f"{word}, n={len(found)} series")
    print(f"  better than the same week a year ago: {better.value:.3f} [{better.low:.3f}, {better.high:.3f}]", end="")
    print(f", median ratio {np.median(ratios):.2f}; a line is drawn in {np.mean([each[3] for each in found]):.0%}")
    print(f"  the 90 % interval covers {whole:.3f} (eight series in ten: {narrow:.2f}–{wide:.2f})", flush=True)
