"""Who could get a case: the units that the dispatcher picks with 1–9, each with why and how much it carries already."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from petitions.models import Assignment, Petition
from petitions.queries import desk
from petitions.services import suggest
from petitions.services.suggest import Preview
from petitions.states import AssignmentState
from routing.models import Department

MOST = 9  # one digit each


@dataclass(frozen=True)
class Target:
    number: int
    pk: int
    name: str
    why: str
    load: int
    is_first: bool


def read_again(case: Petition, *, now: datetime) -> Preview:
    """What the machine proposes for a case that is registered already, with what people have decided about it."""
    return suggest.preview(
        case.text,
        title=case.title,
        category_code=case.category.code if case.category else None,
        area_id=case.area_id,
        address=case.address,
        caller_id=case.caller_id,
        tags=case.tags,
        said_at=case.received_at,
        now=now,
    )


def targets_for(case: Petition, seen: Preview) -> list[Target]:
    """Best first: the unit of the catalogue, its other candidates, what a returning unit proposed, assisting units."""
    why: dict[int, str] = {}
    for pk, reason in _proposals(case, seen):
        why.setdefault(pk, reason)
    ids = list(why)[:MOST]
    units, load = Department.objects.active().in_bulk(ids), desk.load_of(ids)
    known = [pk for pk in ids if pk in units]
    return [
        Target(number, pk, units[pk].name, why[pk], load.get(pk, 0), number == 1)
        for number, pk in enumerate(known, start=1)
    ]


def _proposals(case: Petition, seen: Preview) -> list[tuple[int, Any]]:
    decision = seen.decision
    found = [(decision.main_department_id, _("派单目录")), *((pk, _("目录候选")) for pk in decision.candidates)]
    for request in case.requests.all():
        found.append((request.proposed_department_id, _("退单单位建议")))
    found += [(pk, _("目录协办")) for pk in decision.assisting_department_ids]
    # A unit that was let go cannot get the case again; offering it would only lead to a refusal.
    main = Assignment.Part.MAIN
    gone = AssignmentState.EXITED
    left = {part.department_id for part in case.assignments.all() if part.state == gone and part.part == main}
    return [(pk, reason) for pk, reason in found if pk and pk not in left]
