"""Ready answers: how often a question gets the right item, a wrong one, or none, at each threshold.

    python bench/knowledge.py [--without-model] [--wrong]

Data: tests/golden/kb_questions.csv, 156 authored questions with the right item of petitions/data/knowledge.csv or none
(100 and 56). The odd rows chose the weights of nlp/core/answers.py and the threshold; the even rows tell what they
are worth. The questions were written by people who knew the items, so real ones are harder. The category model is the
one in use (VAR_DIR, DATABASE_URL); without one the words decide alone.
"""

import argparse
import csv
from dataclasses import dataclass

import scratch  # sets Django up, so it comes first

from nlp import serve
from nlp.core.answers import Answers, Item, Match
from petitions.insight.rates import Rate

ITEMS, QUESTIONS = "petitions/data/knowledge.csv", "tests/golden/kb_questions.csv"
THRESHOLDS = (0.20, 0.25, 0.28, 0.30, 0.32, 0.35, 0.40, 0.50)


@dataclass(frozen=True)
class Told:
    """One question, the item that answers it ('' for none), and the best match whatever its score."""

    question: str
    right: str
    best: Match | None


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--without-model", action="store_true")
    options.add_argument("--wrong", action="store_true", help="list what is answered wrongly at the threshold in use")
    chosen = options.parse_args()
    told = [asked(row, with_model=not chosen.without_model) for row in rows(QUESTIONS)]
    for name, part in (("odd rows (chosen on)", told[::2]), ("even rows", told[1::2]), ("all", told)):
        print(f"\n{name}: n={len(part)}, {sum(bool(each.right) for each in part)} with an item")
        for threshold in THRESHOLDS:
            print(f"  from {threshold:.2f}  {figures(part, threshold)}")
    if chosen.wrong:
        for each in told:
            if each.best and each.best.key != each.right:
                print(f"{each.best.score:.2f} {each.question} → {each.best.key} (right: {each.right or 'none'})")


def figures(part: list[Told], threshold: float) -> str:
    answered = [each for each in part if each.best and each.best.score >= threshold]
    right = sum(each.best.key == each.right for each in answered)
    having = sum(bool(each.right) for each in part)
    return f"precision {said(Rate(right, len(answered)))}   recall {said(Rate(right, having))}"


def said(rate: Rate) -> str:
    if rate.interval is None:
        return "—"
    low, high = rate.interval
    return f"{rate.value:.3f} ({low:.3f}–{high:.3f}, {rate.hits:.0f}/{rate.n})"


def asked(row: dict[str, str], *, with_model: bool) -> Told:
    question = row["question"]
    guesses = serve.read(question, with_facts=False).category if with_model else ()
    found = base().find(question, likely={g.label: g.confidence for g in guesses}, at_least=0.0, most=1)
    return Told(question, row["item"], found[0] if found else None)


def base() -> Answers:
    if not hasattr(base, "kept"):
        written = [row for row in rows(ITEMS) if row["is"] != "draft"]
        base.kept = Answers(
            Item(row["title"], f"{row['title']}\n{row['question']}", row["answer"], row["category"]) for row in written
        )
    return base.kept


def rows(path: str) -> list[dict[str, str]]:
    with (scratch.ROOT / path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


if __name__ == "__main__":
    main()
