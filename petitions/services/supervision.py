"""督办 as a side process: raised, issued with a receipt, answered, accepted; the case itself goes on meanwhile.

A person raises it from the desk, one case or many at once (催办); written rules raise it when a limit is passed several
times over. A supervision that nobody reads climbs one level: 普通 → 黄牌 → 红牌.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from petitions import errors
from petitions.models import Assignment, Supervision
from petitions.services import clock
from petitions.services.door import OpenCase, opened
from petitions.states import SupervisionState

LEVELS = tuple(Supervision.Level.values)  # from the mildest to the gravest
UNREAD = "督办单下发后未按时签收"


@dataclass(frozen=True)
class Urged:
    """What became of a batch: how many units got a notice, and which cases could not be urged, each with why."""

    done: int
    refused: tuple[tuple[str, str], ...]


def raise_and_issue(
    petition_id: int,
    *,
    actor: Any,
    level: str,
    reason: str,
    assignment_id: int | None = None,
    now: datetime | None = None,
) -> Supervision:
    """Start a supervision of the main unit (or of the unit of one part) and issue it in one step."""
    now = now or clock.now()
    if not reason.strip():
        raise errors.NoReason
    if level not in LEVELS:
        raise errors.NoReason("请选择督办级别。")
    if not actor.has_role("supervisor"):
        raise errors.NotYours
    with opened(petition_id, actor=actor, now=now) as case:
        part = case.assignment(assignment_id) if assignment_id else case.main
        return _issue(case, part, level, reason)


def raise_by_system(case: OpenCase, part: Assignment, level: str, reason: str) -> Supervision | None:
    """Inside an open case: a written rule supervises the unit of a part. None where such a one is running already."""
    if not part.is_active:
        return None
    try:
        with case.as_system():
            return _issue(case, part, level, reason)
    except errors.AlreadySupervised:
        return None


def urge(part_ids: list[int], *, actor: Any, reason: str, now: datetime | None = None) -> Urged:
    """催办 in one go: each unit gets a notice with a receipt; one commit per case, so that one refusal stops none."""
    now = now or clock.now()
    if not actor.has_role("supervisor"):
        raise errors.NotYours
    if not reason.strip():
        raise errors.NoReason
    parts = Assignment.objects.filter(pk__in=part_ids).select_related("petition").order_by("petition_id", "pk")
    if not parts:
        raise errors.NothingChosen
    done, refused = 0, []
    for part in parts:
        try:
            raise_and_issue(
                part.petition_id, actor=actor, level=LEVELS[0], reason=reason, assignment_id=part.pk, now=now
            )
            done += 1
        except errors.PetitionError as refusal:
            refused.append((part.petition.no, refusal.message))
    return Urged(done, tuple(refused))


def climb_unread(case: OpenCase) -> int:
    """Issued, the time for the receipt is over, nobody read it: the next level is raised. Returns how many climbed."""
    unread = case.petition.supervisions.filter(
        state=SupervisionState.ISSUED, acknowledged_at=None, receipt_by__lte=case.now
    )
    climbed = 0
    for supervision in unread.select_related("assignment"):
        higher = LEVELS[LEVELS.index(supervision.level) + 1 :]
        part = supervision.assignment
        climbed += bool(part and higher and raise_by_system(case, case.assignment(part.pk), higher[0], UNREAD))
        supervision.receipt_by = None  # asked for once; the supervision of the next level has a time of its own
        case.record("unread", note=UNREAD, data={"level": supervision.level}, about=supervision)
    return climbed


def step(
    supervision_id: int, transition: Callable, *, actor: Any, now: datetime | None = None, **details: Any
) -> Supervision:
    """One step of the side machine: ask_to_return, keep, report, reject, accept, close."""
    now = now or clock.now()
    with _opened_for(supervision_id, actor, now) as case:
        supervision = _of(case, supervision_id)
        if transition is Supervision.close:
            details["at"] = now
        case.move(supervision, transition, note=details.get("feedback", ""), **details)
        if supervision.state == SupervisionState.ISSUED:  # kept or rejected: the unit owes again
            case.tell("supervision-issued", department=supervision.department_id)
    return supervision


def acknowledge(supervision_id: int, *, actor: Any, now: datetime | None = None) -> Supervision:
    """The unit's receipt: without it, a supervision that nobody read looks like one that nobody answered."""
    now = now or clock.now()
    with _opened_for(supervision_id, actor, now) as case:
        supervision = _of(case, supervision_id)
        if actor.department_id != supervision.department_id:
            raise errors.NotYours
        if supervision.acknowledged_at is None:
            supervision.acknowledged_at = now
            late = bool(supervision.receipt_by and now > supervision.receipt_by)
            case.record("acknowledge", about=supervision, data={"late": late})
    return supervision


# ── inside ──
def _issue(case: OpenCase, part: Assignment, level: str, reason: str) -> Supervision:
    if not part.is_active:
        raise errors.WrongState("这家单位已经不再承办，不能督办。")
    if _running(case, part, level):
        raise errors.AlreadySupervised
    now = case.now
    supervision = case.keep(
        Supervision(
            id=case.new_id(Supervision),
            petition=case.petition,
            assignment=part,
            department=part.department,
            level=level,
            reason=reason,
            raised_by=case.actor,
            raised_at=now,
            receipt_by=now + timedelta(minutes=float(case.rules.parameter("supervision.receipt_minutes", 30))),
        )
    )
    case.record("supervise", note=reason, data={"level": level}, about=supervision)
    answer_by = now + timedelta(hours=float(case.rules.parameter("supervision.answer_hours", 24)))
    case.move(supervision, Supervision.issue, answer_by=answer_by)
    case.tell("supervision-issued", once=f"supervision-{supervision.pk}", department=part.department_id)
    return supervision


def _running(case: OpenCase, part: Assignment, level: str) -> bool:
    known = [*case.petition.supervisions.all(), *case.kept().get(Supervision, [])]
    alike = [each for each in known if (each.department_id, each.level) == (part.department_id, level)]
    return any(each.state != SupervisionState.CLOSED for each in alike)


def _opened_for(supervision_id: int, actor: Any, now: datetime):
    petition_id = Supervision.objects.filter(pk=supervision_id).values_list("petition_id", flat=True).first()
    if petition_id is None:
        raise errors.Unknown("没有找到这件督办。")
    return opened(petition_id, actor=actor, now=now)


def _of(case: OpenCase, supervision_id: int) -> Supervision:
    return case.petition.supervisions.select_related("department").get(pk=supervision_id)
