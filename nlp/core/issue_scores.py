"""How well found issues agree with a hand-verified key.

The key names some issues of a collection, not all of them. A message that it marks `maybe` is neither right nor
wrong in its own issue. What a found issue holds beyond the key's counts as wrong there.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any

import numpy as np

# Two messages may meet by chance: figures on whole issues start at three.
LEAST_MESSAGES = 3
# An issue counts as found when its best match reaches this F1.
FOUND = 0.8
TOP = 5
DRAWS = 2_000


@dataclass(frozen=True)
class KeyIssue:
    """An issue of the key: message ids that surely belong to it, and those that may."""

    name: str
    core: frozenset[str]
    maybe: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Scores:
    """Figures between 0 and 1; `low` and `high` are the ends of the 95 % bootstrap interval over issues.

    `f1` is the mean best-match F1 over issues of at least three messages, `found` the share with .8 or more; B-cubed
    and pairs look at the key's own messages only; `top` is the mean F1 of the hottest found issues that touch the key.
    """

    issues: int
    messages: int
    f1: float
    f1_low: float
    f1_high: float
    found: float
    b_cubed: float
    pair_precision: float
    pair_recall: float
    top: float

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def read_key(rows: Iterable[Mapping[str, str]]) -> tuple[KeyIssue, ...]:
    """The key from rows with issue_id, message_id and, if given, status (core or maybe)."""
    core: dict[str, set[str]] = {}
    maybe: dict[str, set[str]] = {}
    for row in rows:
        of = maybe if row.get("status") == "maybe" else core
        of.setdefault(row["issue_id"], set()).add(row["message_id"])
    return tuple(KeyIssue(name, frozenset(ids), frozenset(maybe.get(name, ()))) for name, ids in core.items())


def issue_scores(
    found: Sequence[Collection[str]],
    key: Sequence[KeyIssue],
    *,
    heat: Mapping[int, float] | None = None,
    seed: int = 0,
) -> Scores:
    """Compare found issues (each a collection of message ids) with the key.

    `heat` says how hot each found issue (by position) is; without it the larger is the hotter.
    """
    groups = [frozenset(group) for group in found]
    best = np.array([best_f1(issue, groups) for issue in key if len(issue.core) >= LEAST_MESSAGES])
    drawn = np.random.default_rng(seed).choice(best, (DRAWS, len(best))).mean(axis=1) if len(best) else np.zeros(1)
    precision, recall = _pairs(groups, key)
    return Scores(
        issues=len(best),
        messages=len(set().union(*(issue.core for issue in key))),
        f1=float(best.mean()) if len(best) else 0.0,
        f1_low=float(np.quantile(drawn, 0.025)),
        f1_high=float(np.quantile(drawn, 0.975)),
        found=float((best >= FOUND).mean()) if len(best) else 0.0,
        b_cubed=b_cubed(groups, key),
        pair_precision=precision,
        pair_recall=recall,
        top=_top(groups, key, heat or {at: len(group) for at, group in enumerate(groups)}),
    )


def best_f1(issue: KeyIssue, groups: Iterable[frozenset[str]]) -> float:
    """The F1 of the found issue that agrees best with this one."""
    return max((_f1(issue, group) for group in groups if not issue.core.isdisjoint(group)), default=0.0)


def _f1(issue: KeyIssue, group: frozenset[str]) -> float:
    return 2 * len(issue.core & group) / (len(issue.core) + len(group - issue.maybe))


def b_cubed(groups: Iterable[frozenset[str]], key: Sequence[KeyIssue]) -> float:
    """Harmonic mean of B-cubed precision and recall over the messages of the key."""
    issue_of = {message: issue for issue in key for message in issue.core}
    group_of = {message: group for group in groups for message in group if message in issue_of}
    if not issue_of:
        return 0.0
    precision, recall = 0.0, 0.0
    for message, issue in issue_of.items():
        group = group_of.get(message, frozenset([message]))
        shared = len(group & issue.core)
        precision += shared / sum(other in issue_of for other in group - issue.maybe)
        recall += shared / len(issue.core)
    return 2 * precision * recall / (precision + recall) / len(issue_of)


def _pairs(groups: Iterable[frozenset[str]], key: Sequence[KeyIssue]) -> tuple[float, float]:
    """Precision and recall of "these two are the same" among the messages of the key."""
    known = frozenset().union(*(issue.core for issue in key))
    doubtful = {frozenset((one, other)) for issue in key for one in issue.maybe for other in issue.core}
    true = {frozenset(two) for issue in key for two in combinations(sorted(issue.core), 2)}
    said = {frozenset(two) for group in groups for two in combinations(sorted(group & known), 2)} - doubtful
    hits = len(said & true)
    return (hits / len(said) if said else 0.0), (hits / len(true) if true else 0.0)


def _top(groups: Sequence[frozenset[str]], key: Sequence[KeyIssue], heat: Mapping[int, float]) -> float:
    known = frozenset().union(*(issue.core for issue in key))
    touching = [at for at, group in enumerate(groups) if not group.isdisjoint(known)]
    hottest = sorted(touching, key=lambda at: (-heat[at], at))[:TOP]
    return float(np.mean([max(_f1(issue, groups[at]) for issue in key) for at in hottest])) if hottest else 0.0
