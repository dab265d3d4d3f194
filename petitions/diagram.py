"""The lifecycle page: both machines (and the two side machines) as Mermaid and tables, drawn from the transitions."""

from collections.abc import Iterator
from typing import Any

from petitions.models import Assignment, Petition, Request, Supervision

MACHINES = (
    (Petition, "The case (工单)", "domain rules C1–C23; `petitions/models/lifecycle.py`"),
    (Assignment, "One unit's part (承办)", "domain rules A1–A8; `petitions/models/assignment_lifecycle.py`"),
    (Supervision, "Supervision (督办)", "domain rule A9; `petitions/models/supervision.py`"),
    (Request, "Requests (退单、延期、剔除、挂账、申诉)", "domain rules A2–A4, A10, C19; `petitions/models/request.py`"),
)
PREFACE = """# Lifecycle

Written by `manage.py lifecycle_diagram` from the transitions in the code; a test compares the two, so edit the code.
Each arrow is one `django_fsm` transition: who may make it stands in `petitions/rules.py`, the guard in its body, the
service that calls it in `petitions/services/`.
"""


def page() -> str:
    return "\n".join([PREFACE, *(_section(*machine) for machine in MACHINES)])


def _section(model: type, title: str, where: str) -> str:
    labels = dict(model._meta.get_field("state").choices)
    lines = [f"## {title}", "", where, "", "```mermaid", "stateDiagram-v2"]
    lines += [f"    {state}: {state} {label}" for state, label in labels.items()]
    initial = model._meta.get_field("state").default
    lines += [f"    [*] --> {initial}"]
    lines += [f"    {source} --> {target}: {name}" for name, source, target, _ in arrows(model)]
    lines += ["```", "", "| move | from | to | rule |", "|---|---|---|---|"]
    lines += list(_rows(model))
    return "\n".join([*lines, ""])


def _rows(model: type) -> Iterator[str]:
    moves: dict[str, tuple[list[str], str, str]] = {}
    for name, source, target, rule in arrows(model):
        moves.setdefault(name, ([], target, rule))[0].append(source)
    for name, (sources, target, rule) in moves.items():
        yield f"| `{name}` | {', '.join(sources)} | {target} | {rule} |"


def arrows(model: type) -> list[tuple[str, str, str, str]]:
    """(move, from, to, first line of its docstring) of every transition, in the order of the states."""
    field = model._meta.get_field("state")
    order = [str(state) for state, _ in field.choices]
    found: set[tuple[str, str, str, str]] = set()
    for transition in field.get_all_transitions(model):
        found.add((transition.name, str(transition.source), str(transition.target), _rule(model, transition)))
    return sorted(found, key=lambda a: (order.index(a[1]), order.index(a[2]), a[0]))


def _rule(model: type, transition: Any) -> str:
    lines = (getattr(model, transition.name).__doc__ or "").strip().splitlines()
    return lines[0].rstrip(".") if lines else ""
