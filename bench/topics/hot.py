"""Hot issues on a hand-verified key: group, the online way, and other ways to do it, in one run.

The pair model that scores an issue has not seen it: it was learnt without that issue's fold.
"""

import os
import resource
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np

from bench.topics import peers
from bench.topics.learn import Judged
from bench.topics.sources import Sources
from nlp.core import evaluate
from nlp.core.issue_scores import FOUND, LEAST_MESSAGES, TOP, KeyIssue, best_f1
from nlp.core.issues import Read, Weights, group, join

SEED, FOLDS, DRAWS, RESAMPLES = 7, 5, 3, 2_000
# What the online way compares with: the issues of the nearest earlier messages, and of each its newest messages.
NEAR, MEMBERS = 40, 8

Found = list[list[str]]


def measure(sources: Sources) -> Iterator[tuple[str, dict[str, Any]]]:
    reads = sources.reads
    for name, figures in _left_out(sources).items():
        yield f"left out: {name}", figures
    ways: dict[str, Callable[[], Found]] = {
        "issues": lambda: _ids(reads, (issue.members for issue in group(reads, seed=SEED, processes=1))),
        "issues, joined online": lambda: online(reads, Weights.of(reads)),
        "every message alone": lambda: [[each.id] for each in reads],
        **{name: partial(_peer, way, reads) for name, way in peers.WAYS.items()},
    }
    for name, way in ways.items():
        started, cpu = time.perf_counter(), time.process_time()
        groups = way()
        spent = {"seconds": time.perf_counter() - started, "cpu_seconds": time.process_time() - cpu}
        spent |= {"peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "load": os.getloadavg()[0]}
        heat = _heat(groups, reads)
        for key, issues in sources.keys.items():
            yield f"{name}: {key}", evaluate.issue_scores(groups, issues, heat=heat, seed=SEED).as_dict()
        both = evaluate.issue_scores(groups, sources.key, heat=heat, seed=SEED).as_dict()
        yield name, both | {"top_all": _top_of_all(groups, sources.key, heat)} | spent


def _peer(way: peers.Way, reads: Sequence[Read]) -> Found:
    return _ids(reads, way(reads, SEED))


def _left_out(sources: Sources) -> dict[str, dict[str, Any]]:
    """By key, each issue scored in groupings whose pair model was learnt without the issues of its fold: means of
    DRAWS draws. The hot lists are those of the same groupings, on the issues of all keys."""
    judged, reads, every = Judged(sources), sources.reads, sources.key
    scores: dict[str, list[float]] = defaultdict(list)
    lists: list[tuple[float, float]] = []
    for held in _folds(every):
        model = judged.fit(frozenset(issue.name for issue in held))
        groups = _ids(reads, (issue.members for issue in group(reads, seed=SEED, processes=1, model=model)))
        sets = [frozenset(group) for group in groups]
        for issue in held:
            scores[issue.name].append(best_f1(issue, sets))
        heat = _heat(groups, reads)
        lists.append((evaluate.issue_scores(groups, every, heat=heat).top, _top_of_all(groups, every, heat)))
    top, top_of_all = (float(np.mean(figures)) for figures in zip(*lists, strict=True))
    named = sources.keys if len(sources.keys) == 1 else {**sources.keys, "all keys": every}
    return {
        name: _summed([scores[issue.name] for issue in issues if len(issue.core) >= LEAST_MESSAGES])
        | {"top": top, "top_all": top_of_all}
        for name, issues in named.items()
    }


def _folds(key: tuple[KeyIssue, ...]) -> Iterator[tuple[KeyIssue, ...]]:
    for draw in range(DRAWS):
        order = np.random.default_rng(SEED + draw).permutation(len(key))
        yield from (tuple(key[at] for at in order[fold::FOLDS]) for fold in range(FOLDS))


def _summed(scores: list[list[float]]) -> dict[str, Any]:
    """Of the F1 of each issue in each draw; the interval is a bootstrap over issues."""
    f1 = np.array(scores)
    each = f1.mean(axis=1)
    drawn = np.random.default_rng(SEED).choice(each, (RESAMPLES, len(each))).mean(axis=1)
    low, high = np.quantile(drawn, (0.025, 0.975))
    return {
        "issues": len(each),
        "f1": float(each.mean()),
        "f1_low": float(low),
        "f1_high": float(high),
        "found": float((f1 >= FOUND).mean()),
    }


def _top_of_all(groups: Found, key: tuple[KeyIssue, ...], heat: dict[int, float]) -> float:
    """As `top`, but of the hottest groups whatever they are: one that no issue of the key agrees with counts as 0."""
    hottest = sorted(heat, key=lambda at: (-heat[at], at))[:TOP]
    return float(np.mean([max(best_f1(issue, [frozenset(groups[at])]) for issue in key) for at in hottest]))


def online(reads: Sequence[Read], weights: Weights) -> Found:
    """One message after the other joins an issue or starts one; candidates are the nearest earlier messages."""
    reads = sorted(reads, key=lambda each: (str(each.when), each.id))
    earlier_of = peers.nearest_earlier(reads, NEAR)
    issue_of: dict[int, int] = {}
    issues: list[list[int]] = []
    for at, each in enumerate(reads):
        keys = dict.fromkeys(issue_of[other] for other in earlier_of[at])
        joining = join(each, {issue: [reads[m] for m in issues[issue][-MEMBERS:]] for issue in keys}, weights)
        if joining is None:
            issues.append([])
        issue_of[at] = joining.key if joining else len(issues) - 1
        issues[issue_of[at]].append(at)
    return _ids(reads, issues)


def _ids(reads: Sequence[Read], groups: Iterable[Sequence[int]]) -> Found:
    return [[reads[at].id for at in group] for group in groups]


def _heat(groups: Found, reads: Sequence[Read]) -> dict[int, float]:
    """Citizens first, then messages: a heavy filer counts once."""
    user_of = {each.id: each.user or each.id for each in reads}
    return {at: len({user_of[name] for name in group}) + len(group) / 10_000 for at, group in enumerate(groups)}
