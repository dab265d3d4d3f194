"""Every move × every state × every role, tried on the code and compared with one table that hotline staff can read."""

import csv
from collections.abc import Iterator
from itertools import product
from pathlib import Path

from django_fsm import can_proceed, has_transition_perm

from petitions.models import Assignment, Petition, Request, Supervision
from routing.models import Staff
from routing.models.staff import Role

TABLE = Path(__file__).resolve().parent.parent / "golden" / "lifecycle.csv"
OWN, OTHER = 1, 2  # the department that holds the row, and any other
MACHINES = {
    "case": (Petition, {}),
    "part": (Assignment, {"department_id": OWN}),
    "supervision": (Supervision, {"department_id": OWN}),
    "return request": (Request, {"department_id": OWN, "kind": Request.Kind.RETURN}),
    "extension request": (Request, {"department_id": OWN, "kind": Request.Kind.EXTENSION}),
} | {
    # Every kind that climbs has to behave like the table's one line.
    f"three-tier request: {kind}": (Request, {"department_id": OWN, "kind": kind})
    for kind in Request.Kind
    if kind not in Request.ONE_STEP
}
Move = tuple[str, str, str, str, str, int]  # machine, move, from, to, role, department of the person


def moves_of_the_table() -> set[Move]:
    with TABLE.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {
        (machine, row["move"], state, row["to"], role, department)
        for row in rows
        for machine in MACHINES
        if machine.split(":")[0] == row["machine"]
        for state, role in product(row["from"].split(), row["roles"].split())
        for department in ((OWN,) if row["own_unit"] == "yes" else (OWN, OTHER))
    }


def moves_of_the_code() -> set[Move]:
    return {move for machine, (model, facts) in MACHINES.items() for move in tried(machine, model, facts)}


def tried(machine: str, model: type, facts: dict) -> Iterator[Move]:
    for name, state, role, department in product(moves_of(model), reachable(model, facts), Role.values, (OWN, OTHER)):
        row = model(state=state, **facts)
        move = getattr(row, name)
        if can_proceed(move) and has_transition_perm(move, Staff(roles=[role], department_id=department)):
            yield machine, name, state, target_of(row, name, state), role, department


def moves_of(model: type) -> set[str]:
    return {transition.name for transition in model._meta.get_field("state").get_all_transitions(model)}


def reachable(model: type, facts: dict) -> set[str]:
    """A request that is ruled on at once never sees the tiers that the others climb."""
    found, look_at = set(), {str(model._meta.get_field("state").default)}
    while look_at:
        state = look_at.pop()
        found.add(state)
        row = model(state=state, **facts)
        nearby = {target_of(row, name, state) for name in moves_of(model) if can_proceed(getattr(row, name))}
        look_at |= nearby - found
    return found


def target_of(row, name: str, state: str) -> str:
    transitions = row._meta.get_field("state").get_all_transitions(type(row))
    (target,) = {str(t.target) for t in transitions if t.name == name and t.source == state}
    return target


def test_the_code_allows_exactly_what_the_table_says():
    table, code = moves_of_the_table(), moves_of_the_code()

    assert sorted(code - table) == [], "the code allows what the table does not"
    assert sorted(table - code) == [], "the table promises what the code does not allow"


def test_the_table_speaks_of_every_machine_and_misspells_none():
    with TABLE.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))

    assert {row["machine"] for row in rows} == {machine.split(":")[0] for machine in MACHINES}
    assert {row["own_unit"] for row in rows} == {"yes", "no"}
    assert {role for row in rows for role in row["roles"].split()} <= set(Role.values)


def test_every_state_of_a_case_a_part_and_a_supervision_can_be_reached():
    for model in (Petition, Assignment, Supervision):
        assert reachable(model, {}) == set(dict(model._meta.get_field("state").choices)), model


def test_a_person_without_a_department_does_not_pass_for_the_unit_of_a_row_without_one():
    row = Assignment(state="pending_sign", department_id=None)

    assert not has_transition_perm(row.sign, Staff(roles=["handler"], department_id=None))
