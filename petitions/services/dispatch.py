"""From review to a unit: passing review, dispatching, taking back. Contested cases are in conference.py."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import BooleanField, Case, Value, When

from nlp.core.category import SURE_PRECISION
from petitions import errors
from petitions.models import Assignment, Petition, Suggestion
from petitions.services import catalogue_proposals, clock, notice, undo
from petitions.services.door import OpenCase, opened
from petitions.services.suggest import Preview
from petitions.states import AssignmentState, CaseState, Urgency
from routing.models import Assessment, Department, Tier

MAIN = Assignment.Part.MAIN
MAY_RETURN = (MAIN, Assignment.Part.ASSIST)


@dataclass(frozen=True)
class Order:
    """Who shall do what: one main unit, any assisting units, the tier and how the case is assessed."""

    main_id: int
    assisting_ids: tuple[int, ...] = ()
    tier: str = ""
    assessment: str = ""
    opinion: str = ""
    entry_id: int | None = None


def pass_review(petition_id: int, *, actor: Any, category_code: str = "", now: datetime | None = None) -> Petition:
    """审核通过. A category given here was chosen by the reviewer and settles the suggestion."""
    now = now or clock.now()
    with opened(petition_id, actor=actor, now=now) as case:
        if category_code:
            recategorise(case, category_code)
        case.move(case.petition, Petition.pass_review, dispatch_by=case.due("dispatch"))
    return case.petition


def recategorise(case: OpenCase, code: str) -> None:
    """A person chose the leaf: kept with the case, and as a correction of the suggestion."""
    leaf = case.rules.leaves.get(code)
    if leaf is None:
        raise errors.NoCategory
    petition = case.petition
    Suggestion.objects.filter(petition=petition, kind=Suggestion.Kind.CATEGORY).update(
        chosen=code, decided_by=case.actor, accepted=_equals_label(code)
    )
    if petition.category_id != leaf.id:
        petition.category_id, petition.tier = leaf.id, leaf.tier
        case.record("recategorise", data={"category": code})


def _equals_label(code: str) -> Case:
    """True where the suggestion proposed just this: accepted; else it was overridden."""
    return Case(When(label=code, then=Value(True)), default=Value(False), output_field=BooleanField())


def dispatch(
    petition_id: int, order: Order, *, actor: Any, version: int | None = None, now: datetime | None = None
) -> Petition:
    """派单 by a person: from 待派单, or again after 重办."""
    now = now or clock.now()
    with opened(petition_id, actor=actor, now=now, version=version) as case:
        undo.hold_notices(case)
        send(case, order)
    return case.petition


def send(case: OpenCase, order: Order) -> None:
    """Dispatch inside an open case: the transition that fits the state, then the units' parts."""
    petition = case.petition
    units, was = checked_units(case, order), undo.facts_before(case.petition)
    _settle_route(case, order)
    petition.tier = order.tier or petition.tier or Tier.NORMAL
    due_at = case.due("rehandle" if petition.rehandled else "handle")
    data = {
        "main": units[0].name,
        "assisting": [u.name for u in units[1:]],
        "entry": order.entry_id,
        "was": was,
        "due_at": due_at,
        "tier": petition.tier,
        "assessment": order.assessment or petition.assessment or Assessment.THREE_RATES,
    }
    if petition.state == CaseState.REHANDLING:
        _end_round(case)
        case.move(petition, Petition.redispatch, due_at=due_at, note=order.opinion, data=data)
    else:
        case.move(
            petition,
            Petition.dispatch,
            tier=petition.tier,
            assessment=data["assessment"],
            at=case.now,
            due_at=due_at,
            note=order.opinion,
            data=data,
        )
    hand_to_all(case, units, order, limit_at=petition.promised_at)
    if any(part.state == AssignmentState.EXITED for part in case.assignments):
        catalogue_proposals.went_to(case, units[0])
    case.tell("case-dispatched", unit=units[0].name)


def hand_to_all(case: OpenCase, units: list[Department], order: Order, *, limit_at: datetime) -> None:
    """The first unit is the main one (首接负责), the others assist."""
    case.petition.main_department = units[0]
    case.expect(len(units))
    for number, unit in enumerate(units):
        part = Assignment.Part.ASSIST if number else Assignment.Part.MAIN
        hand_to(case, unit, part, order, limit_at=limit_at)


def hand_to(
    case: OpenCase, unit: Department, part: str, order: Order, *, limit_at: datetime, parent: Any = None
) -> Assignment:
    """One unit's part with its own clock; the unit is told."""
    limits = {"sign_by": case.due("sign"), "contact_by": case.due("first_contact"), "limit_at": limit_at}
    assignment = Assignment(
        petition=case.petition,
        department=unit,
        part=part,
        parent=parent,
        assigned_at=case.now,
        assigned_by=case.actor,
        opinion=order.opinion[:500],
        catalogue_entry_id=order.entry_id,
        due_at=limit_at,
        return_by=case.due("return_window"),
        may_return=part in MAY_RETURN and not case.petition.is_binding,
        notice_by=notice.due(case, part),
        **limits,
    )
    case.add_assignment(
        assignment, note=order.opinion, data={"unit": unit.name, "part": part, "sign_by": limits["sign_by"]}
    )
    case.tell("unit-assigned", once=f"assigned-{assignment.pk}", department=unit.pk, part=part)
    return assignment


def take_back(petition_id: int, *, actor: Any, reason: str, now: datetime | None = None) -> Petition:
    """撤回: a wrong dispatch is undone; the units leave and stay in the history."""
    now = now or clock.now()
    if not reason.strip():
        raise errors.NoReason
    with opened(petition_id, actor=actor, now=now) as case:
        for assignment in case.active:
            case.move(assignment, Assignment.recall, at=now, note=reason)
        back_to_dispatch(case, reason)
    return case.petition


def back_to_dispatch(case: OpenCase, reason: str) -> None:
    case.move(case.petition, Petition.take_back, dispatch_by=case.due("dispatch"), note=reason)
    case.petition.main_department = None


def by_rule_if_allowed(case: OpenCase, seen: Preview) -> bool:
    """Dispatch under the system's own name where written rules may (see may_go_by_rule); the event says on what."""
    if not may_go_by_rule(case.petition, seen):
        return False
    decision = seen.decision
    basis = {
        "confidence": None if seen.category_is_chosen else seen.best.confidence,
        "floor": _floor(seen),
        "model": seen.reading.model_version,
    }
    order = Order(
        main_id=decision.main_department_id,
        assisting_ids=tuple(decision.assisting_department_ids),
        tier=decision.tier,
        assessment=decision.assessment,
        opinion=f"按派单目录自动派单：{''.join(decision.reasons)[:400]}",
        entry_id=decision.entry_id,
    )
    with case.as_system():
        dispatch_by = case.due("dispatch")
        case.move(case.petition, Petition.pass_review, dispatch_by=dispatch_by, note="自动审核", data=basis)
        send(case, order)
    return True


def may_go_by_rule(petition: Petition, seen: Preview) -> bool:
    """Written rules dispatch without a person only where the switch is on and the category is sure enough.

    Sure enough: a person chose it, or the model's measured precision at this confidence is at or above the floor.
    Anything urgent, sensitive or without a direct unit goes to a person.
    """
    if not parts_by_rule(seen) or petition.urgency != Urgency.NORMAL or petition.risk_words:
        return False
    return seen.category_is_chosen or (seen.reading.category_is_sure and _floor(seen) <= SURE_PRECISION)


def parts_by_rule(seen: Preview) -> int:
    """How many units would get a part if rules dispatched this case; 0 where a person has to."""
    if not seen.rules.parameter("auto_dispatch.enabled", False) or seen.decision.ladder_step != "direct":
        return 0
    return 1 + len(seen.decision.assisting_department_ids)


def _floor(seen: Preview) -> float:
    return float(seen.rules.parameter("auto_dispatch.floor", 0.98))


# ── inside ──
def checked_units(case: OpenCase, order: Order, *, after_ruling: bool = False) -> list[Department]:
    """The units of an order in their order, checked: they exist, are active, differ, and have not returned the case."""
    wanted = [order.main_id, *order.assisting_ids]
    if not order.main_id:
        raise errors.NoMainUnit
    if len(set(wanted)) != len(wanted):
        raise errors.SameUnitTwice
    found = case.units(wanted)
    if len(found) != len(wanted):
        raise errors.NoMainUnit("没有找到所选的单位，请重新选择。")
    if not all(unit.is_active for unit in found.values()):
        raise errors.UnitInactive
    # An assist that left may still be the main unit: it returned the helping, not the case.
    left = {a.department_id for a in case.assignments if a.state == AssignmentState.EXITED and a.part == MAIN}
    if order.main_id in left and not after_ruling:
        raise errors.UnitAlreadyReturned
    return [found[pk] for pk in wanted]


def _end_round(case: OpenCase) -> None:
    for assignment in case.active:
        case.move(assignment, Assignment.finish, at=case.now, note="重新办理")


def _settle_route(case: OpenCase, order: Order) -> None:
    if case.is_new:
        return
    Suggestion.objects.filter(petition=case.petition, kind=Suggestion.Kind.ROUTE, accepted=None).update(
        chosen=str(order.main_id), decided_by=case.actor, accepted=_equals_label(str(order.main_id))
    )
