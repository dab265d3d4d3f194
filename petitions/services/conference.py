"""会商: two units contest a case. Both are heard, one person rules, and the ruling binds: nobody returns it again.

A dispatcher asks for it where two or more units contest; the second return of a case brings it here by itself, so that
it cannot bounce a third time.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from petitions import errors, rules
from petitions.models import Assignment, CatalogueProposal, Event, Petition, Request
from petitions.services import catalogue_proposals, clock
from petitions.services.dispatch import Order, checked_units, hand_to_all
from petitions.services.door import OpenCase, opened
from petitions.states import CaseState, RequestState
from routing.models import Department

BOUNCED = "第二次退单，自动提请会商"


def confer(petition_id: int, *, actor: Any, units: Iterable[int], reason: str, now: datetime | None = None) -> Petition:
    """申请会商: the contesting units are named; a unit that returned the case contests it without being named."""
    now = now or clock.now()
    if not reason.strip():
        raise errors.NoReason
    named = set(Department.objects.active().filter(pk__in=set(units)).values_list("pk", flat=True))
    with opened(petition_id, actor=actor, now=now) as case:
        _call(case, named | _returned_by(case), reason)
    return case.petition


def call_if_contested(case: OpenCase) -> None:
    """C10 by rule: the main part of the case is being returned for the second time."""
    returned = _returned_by(case)
    if len(returned) >= 2 and case.petition.state == CaseState.IN_PROGRESS:
        with case.as_system():
            _call(case, returned, BOUNCED)


def state_position(
    petition_id: int,
    *,
    actor: Any,
    text: str,
    evidence: str = "",
    unit_id: int | None = None,
    now: datetime | None = None,
) -> Event:
    """陈述意见: one side. A unit speaks for itself; the hotline writes down what another unit said."""
    now = now or clock.now()
    if not text.strip():
        raise errors.NoReason("请写明意见。")
    with opened(petition_id, actor=actor, now=now) as case:
        if case.petition.state != CaseState.IN_CONFERENCE:
            raise errors.WrongState
        unit = _speaker(case, unit_id)
        said = {"unit": unit.name, "department": unit.pk, "evidence": evidence.strip()}
        return case.record("position", note=text.strip(), data=said)


def rule(petition_id: int, order: Order, *, actor: Any, ruling: str, now: datetime | None = None) -> Petition:
    """裁定: binding. The units that held the case leave, the one named takes it and cannot return it."""
    now = now or clock.now()
    with opened(petition_id, actor=actor, now=now) as case:
        case.move(case.petition, Petition.rule, ruling=ruling, note=ruling)
        units = checked_units(case, order, after_ruling=True)
        for assignment in case.active:
            case.move(assignment, Assignment.recall, at=now, note="会商裁定")
        hand_to_all(case, units, order, limit_at=case.petition.promised_at)
        catalogue_proposals.propose(case, kind=CatalogueProposal.Kind.RULING, to=units[0], reason=ruling)
        case.tell("case-ruled", unit=units[0].name)
    return case.petition


# ── inside ──
def _call(case: OpenCase, contesting: set[int], reason: str) -> None:
    case.move(
        case.petition,
        Petition.confer,
        contested=len(contesting) >= 2,
        rule_by=case.due("conference"),
        note=reason,
        data={"units": sorted(contesting)},
    )
    case.tell("conference-called", department=case.main.department_id)


def _returned_by(case: OpenCase) -> set[int]:
    """The units that returned (or want to return) the main part; an assist that leaves contests nothing."""
    returns = case.petition.requests.filter(kind=Request.Kind.RETURN, assignment__part=Assignment.Part.MAIN)
    return set(returns.exclude(state=RequestState.CANCELLED).values_list("department_id", flat=True))


def _speaker(case: OpenCase, unit_id: int | None) -> Department:
    if case.actor.has_role("dispatcher", "center"):
        unit = Department.objects.filter(pk=unit_id).first() if unit_id else None
        if unit is None:
            raise errors.NoMainUnit("请选择是哪家单位的意见。")
        return unit
    took_part = any(part.department_id == case.actor.department_id for part in case.assignments)
    if not (took_part and case.actor.has_role(*rules.UNIT)):
        raise errors.NotYours
    return case.actor.department
