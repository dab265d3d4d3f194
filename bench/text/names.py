"""How many names the recogniser finds, and how much it masks that is none.

Four sets: exercises from surnames, given names, templates and seed texts that it was not taught with; 200 hard
lines that were written by hand before it was built and whose misses made no rule (tests/golden/names_heldout.csv);
95 harder ones, a third of them without a name, written before the rules of clauses, acts and pairs, which were then
made from what was missed there (names_second.csv; .464 before); and 40 plainer ones written after these rules by
somebody who knew them, but tried only once (names_third.csv; .839 without the rules).
"""

import csv
import math
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from nlp.core import modelfile, name_samples, person
from nlp.core.name_samples import Marked, Span
from nlp.core.redact import NAME, find

GOLDEN = Path(__file__).parent.parent.parent / "tests" / "golden"
HELD_OUT, SECOND, THIRD = (GOLDEN / f"names_{which}.csv" for which in ("heldout", "second", "third"))
SEED = 2


def measure() -> dict[str, Any]:
    started = time.process_time()
    person.from_bytes(modelfile.read(person.WEIGHTS))
    load = (time.process_time() - started) * 1000
    return {
        "exercises": score(name_samples.samples(name_samples.TRY, SEED, per_template=6, per_text=1)),
        "held-out lines": score(marked(HELD_OUT)),
        "second lines": score(marked(SECOND)),
        "third lines": score(marked(THIRD)),
        "load_ms": load,
    }


def marked(path: Path) -> Iterable[Marked]:
    """The lines of a golden file with the names that they should have masked."""
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            spans = (each.split(":") for each in row["spans"].split())
            yield Marked(row["text"], tuple((int(start), int(end)) for start, end, _ in spans))


def score(texts: Iterable[Marked]) -> dict[str, float]:
    """Spans found exactly and at least touched, spans that touch no name, and both by characters."""
    totals = dict.fromkeys(
        ("texts", "names", "exact", "touched", "false", "shown", "name characters", "masked", "plain"), 0
    )
    for text in texts:
        for key, count in _counted(text).items():
            totals[key] += count
    low, high = wilson(totals["exact"], totals["names"])
    return {
        "texts": totals["texts"],
        "names": totals["names"],
        "recall": totals["exact"] / totals["names"],
        "recall_low": low,
        "recall_high": high,
        "touched": totals["touched"] / totals["names"],
        "false_spans": totals["false"] / max(1, totals["false"] + totals["touched"]),
        "name_characters_shown": totals["shown"] / totals["name characters"],
        "plain_characters_masked": totals["masked"] / totals["plain"],
    }


def _counted(text: Marked) -> dict[str, int]:
    want = set(text.names)
    got = {(found.start, found.end) for found in find(text.text) if found.kind == NAME}
    names, masked = _characters(want), _characters(got)
    return {
        "texts": 1,
        "names": len(want),
        "exact": len(want & got),
        "touched": sum(any(_meet(span, other) for other in got) for span in want),
        "false": sum(not any(_meet(span, other) for other in want) for span in got),
        "shown": len(names - masked),
        "name characters": len(names),
        "masked": len(masked - names),
        "plain": len(text.text) - len(names),
    }


def _meet(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _characters(spans: Iterable[Span]) -> set[int]:
    return {at for start, end in spans for at in range(start, end)}


def wilson(hits: int, of: int, z: float = 1.96) -> tuple[float, float]:
    """The 95 % interval of a share."""
    share, slack = hits / of, z * z / of
    half = z * math.sqrt(share * (1 - share) / of + slack / (4 * of))
    return (share + slack / 2 - half) / (1 + slack), (share + slack / 2 + half) / (1 + slack)
