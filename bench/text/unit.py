"""The kind of unit that would handle a message, against weak labels from the replies (`reply_unit.py`).

Grouped five folds: messages of one citizen and copies of one text are on one side. Measured are labels that a reply
states (strong), and all; kinds as the product has them, and with traffic police and bus companies put to the police
and to transport, to whom they belong, which leaves as many kinds as earlier studies of these messages had.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.text.reply_unit import STRONG, weak_label
from bench.text.sources import SEED, Sources, read
from nlp.core import area_file, category, corpus, evaluate, labels, topic, unit_kind
from nlp.core.linear import Scores
from nlp.core.unit_kind import Case, Catalogue, Duty

FEWEST = 10
DRAWS = 1000
MERGED = {"bus": "transport", "traffic": "police"}
# Kinds of the catalogue → kinds of the replies.
THEIRS = {
    "street": "street.office street.community", "education": "district.education", "government": "district.government",
    "traffic": "district.traffic", "police": "district.police", "transport": "city.transport",
    "bus": "company.bus company.metro", "housing": "district.housing", "urban": "district.urban district.parks",
    "planning": "city.planning", "environment": "district.environment", "health": "district.health",
    "hr": "district.hr city.medical city.provident", "market": "district.market district.commerce",
    "water": "district.water company.water company.power company.gas company.heating", "agri": "district.agri",
    "civil": "district.civil", "culture": "district.culture",
    "other": "district.fire city.tax city.service company.telecom company.post city.center district.center",
}  # fmt: skip


def measure(sources: Sources) -> dict[str, Any]:
    """Top-1 and top-3 with bootstrap intervals: the catalogue alone, words alone, and everything together."""
    model, _ = category.fit(corpus.seed_samples(), corpus.leaves(), seed=SEED)
    catalogue = Catalogue(model, duties())
    cases = _cases(sources, catalogue)
    found = [weak_label(line["reply"]) for line in sources.answered]
    groups = citizens_and_copies(sources.answered)
    figures: dict[str, Any] = {
        "replies": len(found),
        "stated": sum(each.strength == STRONG for each in found),
        "any evidence": sum(bool(each.kind) for each in found),
    }
    for name, merge in (("kinds of the product", {}), ("merged kinds", MERGED)):
        kinds = [merge.get(each.kind, each.kind) for each in found]
        stated = Counter(kind for kind, each in zip(kinds, found, strict=True) if each.strength == STRONG)
        often = {kind for kind, count in stated.items() if count >= FEWEST}
        rows = [at for at, kind in enumerate(kinds) if kind in often]
        strong = np.array([found[at].strength == STRONG for at in rows])
        figures |= _compared(
            name, [cases[at] for at in rows], [kinds[at] for at in rows], [groups[at] for at in rows], strong,
            catalogue, merge,
        )  # fmt: skip
    return figures


def _compared(  # noqa: PLR0913
    name: str,
    cases: Sequence[Case],
    truth: Sequence[str],
    groups: Sequence[str],
    strong: NDArray[np.bool_],
    catalogue: Catalogue,
    merge: Mapping[str, str],
) -> dict[str, Any]:
    names = tuple(sorted(set(truth)))
    answers = np.array([names.index(kind) for kind in truth])
    together = unit_kind.held_out(cases, truth, groups, catalogue, seed=SEED)
    words = topic.held_out([case.document for case in cases], truth, groups, seed=SEED)
    opinions = {"catalogue": _catalogue_opinion(cases, catalogue, names, merge), "words": words.scores}
    figures: dict[str, Any] = {f"{name}, kinds": len(names)}
    for what, scores in {**opinions, "together": together.scores}.items():
        figures[f"{name}, {what}, stated"] = top(scores[strong], answers[strong])
    figures[f"{name}, together, all"] = top(together.scores, answers)
    if "other" in names:
        named = strong & (answers != names.index("other"))
        figures[f"{name}, together, stated, without other"] = top(together.scores[named], answers[named])
    return figures


def _cases(sources: Sources, catalogue: Catalogue) -> list[Case]:
    documents = read(sources.answered)
    gazetteer = area_file.read(sources.folder / "areas.csv")
    return catalogue.cases(documents, [gazetteer.locate(each.text) for each in documents])


def citizens_and_copies(lines: Sequence[Mapping[str, str]]) -> list[str]:
    """One group for all that one citizen wrote and all copies of it, however they are chained."""
    above: dict[str, str] = {}

    def root(name: str) -> str:
        while above.setdefault(name, name) != name:
            name = above[name]
        return name

    copies = evaluate.copies_together([line["body"] for line in lines])
    for line, copy in zip(lines, copies, strict=True):
        above[root(f"citizen {line['user']}")] = root(f"copy {copy}")
    return [root(f"citizen {line['user']}") for line in lines]


def duties() -> dict[str, Duty]:
    """Leaf → kinds of the shipped catalogue, in its own words; entries for some places or times only are left out."""
    lines = labels.rows(corpus.CORPUS.parent.parent / "routing" / "data" / "catalogue.csv", needed=("main_kind",))
    return {
        line["category"]: Duty(line["main_kind"], tuple(filter(None, re.split(r"[;, ]+", line["assisting_kinds"]))))
        for line in lines
        if not any(line[limit] for limit in ("area", "season", "hours", "tags"))
    }


def _catalogue_opinion(
    cases: Sequence[Case], catalogue: Catalogue, names: Sequence[str], merge: Mapping[str, str]
) -> Scores:
    ours = {kind: merge.get(name, name) for name, kinds in THEIRS.items() for kind in kinds.split()}
    duty = {
        leaf: Duty(ours.get(each.main, ""), tuple(ours.get(kind, "") for kind in each.assisting))
        for leaf, each in catalogue.duties.items()
    }
    chances = np.stack([case.leaf_chances for case in cases])
    table = unit_kind.duty_table(catalogue.category.linear.labels, duty, names)
    return unit_kind.by_catalogue(chances, table)


def top(chances: Scores, answers: NDArray[np.int64]) -> dict[str, float]:
    """How often the first, and one of the first three, is right, with 95 % bootstrap intervals."""
    order = np.argsort(-chances, axis=1, kind="stable")
    hits = {count: (order[:, :count] == answers[:, None]).any(1) for count in (1, 3)}
    draws = np.random.default_rng(SEED).integers(len(answers), size=(DRAWS, len(answers)))
    figures = {"n": float(len(answers))}
    for count, hit in hits.items():
        low, high = np.quantile(hit[draws].mean(axis=1), [0.025, 0.975])
        figures |= {f"top_{count}": float(hit.mean()), f"low_{count}": float(low), f"high_{count}": float(high)}
    return figures
