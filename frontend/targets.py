"""Who could get a case: the units that the dispatcher picks with 1–9, each with why and how much it carries already."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from petitions.models import Petition
from petitions.queries import desk
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
    left = {part.department_id for part in case.assignments.all() if part.state == AssignmentState.EXITED}
    return [(pk, reason) for pk, reason in found if pk and pk not in left]
