"""The coefficients of the pair model, learnt from a hand-verified key, and how well they do on issues left out."""

import csv
from collections import Counter
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from bench.topics.sources import Sources
from nlp.core.issue_scores import KeyIssue
from nlp.core.issues import likeness, neighbours
from nlp.core.issues.likeness import CONSTANT, FIGURES, PairModel
from nlp.core.issues.weights import Vectors


class Judged:
    """Neighbouring pairs of which the key says whether they are about the same.

    A pair of which one message is in the key and the other is not counts as different: the key holds all of an
    issue's messages. Pairs outside the key and those marked `maybe` are left out.
    """

    def __init__(self, sources: Sources):
        self.vectors = Vectors.of(sources.reads)
        one, other = neighbours.pairs(self.vectors, seed=0)
        figures = likeness.of_pairs(self.vectors, one, other)
        ids = [each.id for each in sources.reads]
        judged = [_judge(ids[a], ids[b], sources.key) for a, b in zip(one, other, strict=True)]
        kept = [at for at, said in enumerate(judged) if said is not None]
        self.figures = figures[kept][:, : len(FIGURES)]
        self.same = np.array([judged[at][0] for at in kept])
        self.issues = [judged[at][1] for at in kept]

    def fit(self, without: frozenset[str] = frozenset()) -> PairModel:
        """Learnt from the pairs that touch none of these issues. A large issue counts less than its many pairs."""
        rows = [at for at, issues in enumerate(self.issues) if not issues & without]
        often = Counter((name, bool(self.same[at])) for at in rows for name in self.issues[at])
        weights = [max(often[name, bool(self.same[at])] for name in self.issues[at]) ** -0.5 for at in rows]
        figures = self.figures[rows]
        means, scales = figures.mean(axis=0), figures.std(axis=0)
        model = LogisticRegression(max_iter=2_000)
        model.fit((figures - means) / scales, self.same[rows], sample_weight=weights)
        return PairModel(float(model.intercept_[0]), model.coef_[0], means, scales)


def _judge(one: str, other: str, key: tuple[KeyIssue, ...]) -> tuple[bool, frozenset[str]] | None:
    touched = [issue for issue in key if one in issue.core or other in issue.core]
    if not touched or any({one, other} <= issue.core | issue.maybe and {one, other} & issue.maybe for issue in touched):
        return None
    return any({one, other} <= issue.core for issue in touched), frozenset(issue.name for issue in touched)


def write(model: PairModel, path: Path = likeness.COEFFICIENTS) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("figure", "weight", "mean", "scale"))
        writer.writerow((CONSTANT, f"{model.constant:.4f}", "0", "1"))
        for row in zip(FIGURES, model.weights, model.means, model.scales, strict=True):
            writer.writerow((row[0], *(f"{value:.4f}" for value in row[1:])))
