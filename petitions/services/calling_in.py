"""Others take part: 下派 to a community, 吹哨 for departments on the spot, 加派 of an assist, 提级 to a person."""

from datetime import datetime
from typing import Any

from petitions import errors, rules
from petitions.models import Assignment
from petitions.services import clock
from petitions.services.dispatch import Order, hand_to
from petitions.services.door import OpenCase, opened
from petitions.services.parts import active_unit, opened_part, refuse_unit_twice
from petitions.states import CaseState

Part = Assignment.Part


def delegate(
    assignment_id: int, *, actor: Any, to_id: int, limit_at: datetime, opinion: str, now: datetime | None = None
) -> Assignment:
    """下派 to a community or grid, with a limit before our own."""
    now = now or clock.now()
    unit = active_unit(to_id)
    with opened_part(assignment_id, actor=actor, now=now) as case:
        part = case.assignment(assignment_id)
        refuse_unit_twice(case, [unit], Part.CHILD, but=part)
        if limit_at <= now:
            raise errors.ChildLimitTooLong("下派的时限要晚于现在。")
        case.move(part, Assignment.delegate, child_limit=limit_at, note=opinion, data={"to": unit.name})
        order = Order(main_id=unit.pk, opinion=opinion)
        return hand_to(case, unit, Part.CHILD, order, limit_at=limit_at, parent=part)


def take_up(assignment_id: int, *, actor: Any, note: str = "", now: datetime | None = None) -> Assignment:
    """收回下派: the unit goes on itself; children that are still open are finished."""
    now = now or clock.now()
    with opened_part(assignment_id, actor=actor, now=now) as case:
        part = case.assignment(assignment_id)
        case.move(part, Assignment.take_up, note=note)
        _end_children(case, part)
    return part


def add_assist(
    petition_id: int, *, unit_id: int | None, opinion: str, actor: Any, now: datetime | None = None
) -> Assignment:
    """加派 of an assisting unit to a case that is being handled: its own part and clock, the main unit's limit."""
    now = now or clock.now()
    unit = active_unit(unit_id)
    if not opinion.strip():
        raise errors.NoReason("请写明需要协办什么。")
    with opened(petition_id, actor=actor, now=now) as case:
        if not rules.may_add_assist(case.petition, actor):
            raise errors.NotYours
        if case.petition.state != CaseState.IN_PROGRESS:
            raise errors.WrongState
        refuse_unit_twice(case, [unit], Part.ASSIST, but=case.main)
        order = Order(main_id=unit.pk, opinion=opinion)
        return hand_to(case, unit, Part.ASSIST, order, limit_at=case.main.limit_at)


# ── 吹哨 ──
def whistle(
    assignment_id: int, *, actor: Any, department_ids: list[int], reason: str, now: datetime | None = None
) -> Assignment:
    """吹哨: call departments to the spot; each gets a part of its own and must report in its limit."""
    now = now or clock.now()
    units = [active_unit(pk) for pk in dict.fromkeys(department_ids)]
    if not units:
        raise errors.NoMainUnit("请选择要呼叫的部门。")
    with opened_part(assignment_id, actor=actor, now=now) as case:
        part = case.assignment(assignment_id)
        refuse_unit_twice(case, units, Part.WHISTLE, but=part)
        case.move(part, Assignment.whistle, reason=reason, data={"units": [u.name for u in units]})
        arrive_by = case.due("whistle")
        for unit in units:
            order = Order(main_id=unit.pk, opinion=reason)
            hand_to(case, unit, Part.WHISTLE, order, limit_at=arrive_by, parent=part)
    return part


def arrive(assignment_id: int, *, actor: Any, note: str = "", now: datetime | None = None) -> Assignment:
    """报到: time and person are logged; whether it was in time is kept with the event, for the score of the called."""
    now = now or clock.now()
    with opened_part(assignment_id, actor=actor, now=now) as case:
        part = case.assignment(assignment_id)
        parent = next((other for other in case.assignments if other.pk == part.parent_id), part)
        late = now > part.limit_at
        facts = {"late": late, "arrive_by": part.limit_at, "called_at": part.assigned_at}
        case.move(part, Assignment.arrive, at=now, handle_by=parent.limit_at, note=note, data=facts)
    return part


def end_whistle(
    assignment_id: int, *, actor: Any, result: str, solved: bool | None = None, now: datetime | None = None
) -> Assignment:
    """吹哨结果: solved or not, and who came (双考核: the caller and the called are both scored from this event)."""
    now = now or clock.now()
    with opened_part(assignment_id, actor=actor, now=now) as case:
        part = case.assignment(assignment_id)
        called = [_attendance(child) for child in case.active if child.parent_id == part.pk and child.part == "whistle"]
        case.move(part, Assignment.end_whistle, result=result, note=result, data={"solved": solved, "called": called})
        _end_children(case, part)
    return part


def _attendance(child: Assignment) -> dict[str, Any]:
    return {"department": child.department_id, "arrived_at": child.arrived_at, "came": child.arrived_at is not None}


# ── 提级 ──
def escalate(
    assignment_id: int, *, actor: Any, to: str, post: str, reason: str, now: datetime | None = None
) -> Assignment:
    """提级办理: a person in a post takes the case on; both are recorded and shown."""
    now = now or clock.now()
    with opened_part(assignment_id, actor=actor, now=now) as case:
        part = case.assignment(assignment_id)
        case.move(part, Assignment.escalate, to=to, post=post, reason=reason, data={"to": to, "post": post})
    return part


def _end_children(case: OpenCase, part: Assignment) -> None:
    """Whom this part called in, and whom those called in: a forgotten grandchild would hold up the reply for ever."""
    with case.as_system():
        for child in case.active:
            if child.parent_id == part.pk:
                case.move(child, Assignment.finish, at=case.now)
                _end_children(case, child)
