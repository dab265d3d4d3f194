"""Hot issues on a hand-verified key: group, the online way, and other ways to do it, in one run.

The pair model that scores an issue has not seen it: it was learnt without that issue's fold.
"""

import os
import resource
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np

from bench.topics import peers
from bench.topics.learn import Judged
from bench.topics.sources import Sources
from nlp.core import evaluate
from nlp.core.issues import Read, Weights, group, join

SEED, FOLDS = 7, 5
# What the online way compares with: the issues of the nearest earlier messages, and of each its newest messages.
NEAR, MEMBERS = 40, 8

Found = list[list[str]]


def measure(sources: Sources) -> Iterator[tuple[str, dict[str, Any]]]:
    reads, key = sources.reads, sources.key
    yield "issues, left-out folds", _left_out(sources)
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
        figures = evaluate.issue_scores(groups, key, heat=_heat(groups, reads), seed=SEED).as_dict()
        yield name, figures | spent


def _peer(way: peers.Way, reads: Sequence[Read]) -> Found:
    return _ids(reads, way(reads, SEED))


def _left_out(sources: Sources) -> dict[str, Any]:
    """Each issue scored in a grouping whose pair model was learnt from the other folds' issues."""
    judged, reads = Judged(sources), sources.reads
    order = np.random.default_rng(SEED).permutation(len(sources.key))
    parts: list[dict[str, Any]] = []
    for fold in range(FOLDS):
        held = tuple(sources.key[at] for at in order[fold::FOLDS])
        model = judged.fit(frozenset(issue.name for issue in held))
        issues = group(reads, seed=SEED, model=model)
        parts.append(evaluate.issue_scores(_ids(reads, (issue.members for issue in issues)), held).as_dict())
    names = ("f1", "found", "b_cubed", "pair_precision", "pair_recall")
    return {"issues": sum(part["issues"] for part in parts)} | {
        name: float(np.average([part[name] for part in parts], weights=[part["issues"] for part in parts]))
        for name in names
    }


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
