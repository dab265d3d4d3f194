"""A report of how good a model is, as a page that needs nothing else: figures, leaves, confusions with examples."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from html import escape
from typing import Any

import numpy as np

from nlp.core import evaluate
from nlp.core.category import ANSWER_PRECISION
from nlp.core.linear import Scores
from nlp.core.redact import redact

EXAMPLES, EXAMPLE_LENGTH = 3, 80
MOST_CONFUSIONS = 40


@dataclass(frozen=True)
class Confusion:
    """Texts of one label that were taken for another; examples are redacted."""

    true: str
    guessed: str
    texts: int
    examples: tuple[str, ...]


@dataclass(frozen=True)
class Bin:
    """Guesses of one tenth of the confidence scale: how sure the model was, and how often it was right."""

    texts: int
    confidence: float
    right: float


@dataclass(frozen=True)
class FullReport:
    """All that is said about a model's held-out guesses."""

    name: str
    figures: evaluate.Report
    bins: tuple[Bin, ...]
    confusions: tuple[Confusion, ...]
    milliseconds: float  # CPU for one message, mean
    surest: evaluate.Surest

    @property
    def verdict(self) -> str:
        """Whether its guesses may be acted upon without a person."""
        share = self.figures.coverage[f"{ANSWER_PRECISION:.2f}"]
        if share:
            return f"精度 {ANSWER_PRECISION:.0%}（95% 置信下限）下可自动采纳 {share:.1%} 的文本。"
        return (
            f"任何把握度都达不到精度 {ANSWER_PRECISION:.0%}（95% 置信下限），不能据此自动派单。"
            f"最有把握的 {self.surest.share:.1%} 精度为 {self.surest.precision:.1%}，下限 {self.surest.low:.1%}。"
        )

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def full(
    name: str,
    chances: Scores,
    labels: Sequence[str],
    truth: Sequence[str],
    texts: Sequence[str],
    *,
    milliseconds: float,
) -> FullReport:
    """`chances` has the shape (texts, labels)."""
    guessed = [labels[at] for at in chances.argmax(axis=1)]
    right = np.array([guess == true for guess, true in zip(guessed, truth, strict=True)])
    figures = evaluate.measure(chances, labels, truth)
    sure = chances.max(axis=1)
    mixed = _confusions(guessed, truth, texts)
    return FullReport(name, figures, _bins(sure, right), mixed, milliseconds, evaluate.surest(sure, right))


def _bins(confidence: Scores, right: Any) -> tuple[Bin, ...]:
    place = np.minimum((confidence * evaluate.BINS).astype(int), evaluate.BINS - 1)
    filled = [place == at for at in range(evaluate.BINS) if (place == at).any()]
    return tuple(Bin(int(some.sum()), float(confidence[some].mean()), float(right[some].mean())) for some in filled)


def _confusions(guessed: Sequence[str], truth: Sequence[str], texts: Sequence[str]) -> tuple[Confusion, ...]:
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for guess, true, text in zip(guessed, truth, texts, strict=True):
        if guess != true:
            found[true, guess].append(text)
    often = sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))[:MOST_CONFUSIONS]
    return tuple(
        Confusion(true, guess, len(those), tuple(map(_example, those[:EXAMPLES]))) for (true, guess), those in often
    )


def _example(text: str) -> str:
    return redact(text).text[:EXAMPLE_LENGTH]


def as_html(report: FullReport, names: Mapping[str, str]) -> str:
    """The page; `names` says what a label is called."""
    figures = report.figures
    called = {label: f"{label} {names[label]}" if label in names else label for label in figures.per_label}
    leaves = [
        (called[label], int(row["texts"]), row["precision"], row["recall"], row["f1"])
        for label, row in sorted(figures.per_label.items(), key=lambda item: item[1]["f1"])
    ]
    mixed = [
        (
            called.get(each.true, each.true),
            names.get(each.guessed, each.guessed),
            each.texts,
            " ／ ".join(each.examples),
        )
        for each in report.confusions
    ]
    summary = [
        ("文本", figures.texts),
        ("标签", figures.labels),
        ("准确率", figures.accuracy),
        ("宏平均 F1", figures.macro_f1),
        ("前三命中", figures.top_3),
        ("校准误差", figures.calibration_error),
        ("每条毫秒（CPU）", report.milliseconds),
    ]
    return _PAGE.format(
        name=escape(report.name),
        summary=_table(("指标", "值"), summary),
        verdict=escape(report.verdict),
        coverage=_table(("精度下限（95% 置信）", "可回答的比例"), list(figures.coverage.items())),
        bins=_table(
            ("条数", "平均把握", "实际正确率"), [(each.texts, each.confidence, each.right) for each in report.bins]
        ),
        leaves=_table(("标签", "条数", "查准", "查全", "F1"), leaves),
        confusions=_table(("实际", "误判为", "条数", "例子（已脱敏）"), mixed),
    )


def _table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    top = "".join(f"<th scope=col>{escape(cell)}" for cell in head)
    body = "".join("<tr>" + "".join(f"<td>{_cell(cell)}" for cell in row) for row in rows)
    return f"<table><thead><tr>{top}<tbody>{body}</table>"


def _cell(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, float) else escape(str(value))


_PAGE = """<!doctype html><html lang="zh-Hans"><meta charset="utf-8"><title>{name}</title>
<style>body{{font:16px/1.6 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}}
table{{border-collapse:collapse;margin:0 0 2rem}}
th,td{{border:1px solid #bbb;padding:.2rem .6rem;text-align:left}}</style>
<h1>{name}</h1>{summary}<h2>只答有把握的</h2><p>{verdict}</p>{coverage}<h2>校准</h2>{bins}<h2>各类别</h2>{leaves}<h2>混淆</h2>{confusions}</html>
"""
