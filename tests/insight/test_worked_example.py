"""The twenty cases of docs/metrics.md, checked by hand: every rate in all three calibres."""

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from petitions.insight import rates
from petitions.insight.fold import Step, fold
from petitions.insight.rates import Counts, Formula
from petitions.insight.tally import belongs, counts_of, tallied

UNIT = 7
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
SHEET = Path(__file__).parents[1] / "golden/rates_example.csv"
ROWS = list(csv.DictReader(SHEET.read_text(encoding="utf-8").splitlines()))

# calibre: valid, contacted, assessed, solved, satisfied, basically, response, solved, satisfied, composite
BY_HAND = {
    "A": (18, 16, 18, 10, 10, 3, 16 / 18, 10 / 18, 12.7 / 18, 64.9),
    "B": (15, 13, 13, 9, 9, 2, 13 / 15, 9 / 13, 10.8 / 13, 76.5),
    "C": (1, 1, 1, 1, 1, 0, 1.0, 1.0, 1.0, 100.0),
}


def history(row: dict) -> list[Step]:
    """The events of one case of the example."""
    kind = {"excluded": "exclusion"}.get(row["class"], row["class"])
    steps = [
        Step(NOW, "case", None, None, "create", "pending_review", {}),
        Step(NOW, "case", None, None, "dispatch", "in_progress", {"assessment": "three_rates"}),
        Step(NOW, "assignment", 1, UNIT, "assign", "pending_sign", {"part": "main"}),
        Step(NOW, "case", None, None, "accept_reply", "pending_callback", {}),
    ]
    if row["valid"] == "yes":
        said = {"valid": True, "contacted": row["contacted"] == "yes"}
        said |= {"solved": row["solved"], "satisfaction": row["satisfaction"]}
        steps += [
            Step(NOW + timedelta(hours=1), "case", None, None, "call", "", said),
            Step(NOW + timedelta(hours=1), "case", None, None, "close", "closed", {}),
        ]
    if kind != "three_rates":
        steps += [
            Step(NOW + timedelta(hours=2), "request", 5, UNIT, "file_request", "", {"kind": kind}),
            Step(NOW + timedelta(hours=3), "request", 5, UNIT, "grant", "granted", {}),
        ]
    return steps


def counted(calibre: str) -> Counts:
    tally = tallied(mark for row in ROWS for mark in fold(history(row)))
    rows = [
        (key.kind, key.assessment, sums)
        for key, sums in tally.items()
        if belongs(calibre, key.assessment, key.excluded, key.not_counted)
    ]
    return counts_of(rows, calibre)


@pytest.mark.parametrize("calibre", "ABC")
def test_the_rates_are_those_counted_by_hand(calibre):
    counts = counted(calibre)
    scores = rates.scores(counts, Formula())

    assert len(ROWS) == 20
    assert (
        *(counts.valid, counts.contacted, counts.assessed, counts.solved, counts.satisfied, counts.basically),
        *(scores.response.value, scores.solved.value, scores.satisfied.value, scores.composite),
    ) == pytest.approx(BY_HAND[calibre])


def test_all_twenty_were_received_by_the_unit_and_none_is_lost_between_calibres():
    assert [counted(calibre).received for calibre in "ABC"] == [20, 17, 1]
