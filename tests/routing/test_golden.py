"""Every row of golden/routing.csv is a case somebody at the hotline could read and agree with."""

import csv
from datetime import datetime
from pathlib import Path

from routing import rulebook
from routing.catalogue import decide_for
from routing.clock import SHANGHAI
from routing.models import Area, Department

GOLDEN = Path(__file__).parent.parent / "golden" / "routing.csv"
# An ordinary Wednesday morning outside all seasons.
ORDINARY = "2026-10-21 10:00"


def test_the_city_decides_every_golden_case_as_written(city):
    rules = rulebook.current()
    units = dict(Department.objects.values_list("pk", "short_name"))
    areas = {name.removeprefix("临江市 "): path for name, path in Area.objects.values_list("full_name", "path")}

    with GOLDEN.open(encoding="utf-8") as file:
        cases = list(csv.DictReader(file))
    wrong = [text for number, case in enumerate(cases, 2) for text in _differences(number, case, rules, units, areas)]

    assert wrong == []
    assert len(cases) >= 60


def _differences(number, case, rules, units, areas):
    given = dict(part.split("=", 1) for part in case["extra"].split(";") if part)
    decision = decide_for(
        case["category"].split(" ")[0] or None,
        areas[case["area"]] if case["area"] else "",
        datetime.fromisoformat(given.get("at", ORDINARY)).replace(tzinfo=SHANGHAI),
        tags=given["tags"].split("+") if "tags" in given else (),
        urgency=given["urgency"].split("+") if "urgency" in given else (),
        confidence=float(given["confidence"]) if "confidence" in given else None,
        rules=rules,
    )
    said = "；".join(decision.reasons)
    if units.get(decision.main_department_id, "") != case["unit"] or decision.ladder_step != case["ladder"]:
        yield f"row {number}: {units.get(decision.main_department_id)} by {decision.ladder_step}: {said}"
    for words in case["words"].split("|"):
        if words not in said:
            yield f"row {number}: “{words}” not said: {said}"
