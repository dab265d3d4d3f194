"""Every row of golden/routing.csv is a case somebody at the hotline could read and agree with.

`extra` names what is known beside category and place: at, tags, urgency, confidence; `disputed` asks the edition of
golden/routing_disputed.csv, in which claims overlap, leaves have no owner and units were closed.
"""

import csv
from datetime import date, datetime
from pathlib import Path

import pytest

from routing import rulebook
from routing.clock import SHANGHAI
from routing.decide import decide
from routing.facts import Facts, Snapshot
from routing.loading.catalogue import COLUMNS, load_catalogue
from routing.models import Area, CatalogueVersion, Department
from routing.snapshots import read_version
from routing.tables import read_table

GOLDEN = Path(__file__).parent.parent / "golden"
# An ordinary Wednesday morning outside all seasons.
ORDINARY = "2026-10-21 10:00"
ENOUGH = 150
LONGEST_REASON = 200  # what a case keeps of one (petitions: route_reasons)


@pytest.fixture
def disputed(city) -> Snapshot:
    """A draft with quarrels in a city that closed one office and opened a rival of another."""
    Department.objects.filter(code="LJ02-COMMERCE").update(is_active=False)
    home = Area.objects.get(code="LJ")
    Department.objects.create(
        code="LJ-CO-TELECOM-2",
        name="临江第二通信公司",
        short_name="临江第二通信",
        kind_id="company.telecom",
        area=home,
    )
    rows = read_table(GOLDEN / "routing_disputed.csv", COLUMNS)
    load_catalogue(rows, number=2, name="有争议", effective_from=date(2026, 1, 1))
    return read_version(CatalogueVersion.objects.get(number=2), rulebook.current().parameters)


def test_the_city_decides_every_golden_case_as_written(city):
    assert _wrong(lambda given, day: rulebook.current().snapshot(day), is_disputed=False) == []


def test_disputes_are_put_to_a_person_by_name(disputed):
    assert _wrong(lambda given, day: disputed, is_disputed=True) == []


def test_there_are_enough_golden_cases_and_no_two_ask_the_same():
    cases = _cases()
    assert len(cases) >= ENOUGH
    assert len({(case["category"], case["area"], case["extra"]) for case in cases}) == len(cases)


def _cases() -> list[dict[str, str]]:
    with (GOLDEN / "routing.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _wrong(snapshot_for, *, is_disputed: bool) -> list[str]:
    units = dict(Department.objects.values_list("pk", "short_name"))
    areas = {name.removeprefix("临江市 "): path for name, path in Area.objects.values_list("full_name", "path")}
    wrong = []
    for number, case in enumerate(_cases(), 2):
        given = dict(part.partition("=")[::2] for part in case["extra"].split(";") if part)
        if ("disputed" in given) == is_disputed:
            facts = _facts(case, given, areas)
            decision = decide(facts, snapshot_for(given, facts.at.date()))
            wrong += [f"row {number}: {text}" for text in _differences(case, decision, units)]
    return wrong


def _facts(case: dict[str, str], given: dict[str, str], areas: dict[str, str]) -> Facts:
    return Facts(
        case["category"].split(" ")[0] or None,
        areas[case["area"]] if case["area"] else "",
        datetime.fromisoformat(given.get("at", ORDINARY)).replace(tzinfo=SHANGHAI),
        tags=frozenset(filter(None, given.get("tags", "").split("+"))),
        urgency=frozenset(filter(None, given.get("urgency", "").split("+"))),
        confidence=float(given["confidence"]) if "confidence" in given else None,
    )


def _differences(case, decision, units):
    said = "".join(decision.reasons)
    if units.get(decision.main_department_id, "") != case["unit"] or decision.ladder_step != case["ladder"]:
        yield f"{units.get(decision.main_department_id)} by {decision.ladder_step}: {said}"
    for words in case["words"].split("|"):
        if words not in said:
            yield f"“{words}” not said: {said}"
    for reason in decision.reasons:
        if not reason.endswith("。") or len(reason) > LONGEST_REASON or "→" in reason:
            yield f"not a sentence to read out: {reason}"
