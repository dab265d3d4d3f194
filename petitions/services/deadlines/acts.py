"""What is done when a limit rings: a transition where there is one, always an event, an escalation row and a notice."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from petitions import alarms
from petitions.alarms import MOVES, Alarm, Kind, Thresholds
from petitions.models import Assignment, Escalation, Petition, Supervision
from petitions.services import callback, clock, rating, supervision
from petitions.services.door import OpenCase
from petitions.states import CaseState, Outcome

# A case whose clock runs but whose limits have all rung is looked at again after this, whatever happens to it.
RUNG_OUT = timedelta(days=1)
# After these another clock runs, or a supervision has a clock of its own.
CHANGES_LIMITS = MOVES | {Kind.YELLOW, Kind.RED, Kind.UNREAD}


def visit(case: OpenCase, beside: Iterable[Any], rung: set[tuple]) -> list[Alarm]:
    """Do what has come due in this case, in the order of the clock; `rung` are the keys of what rang before.

    `beside` are its open requests and issued supervisions. Sets when the case must be looked at again.
    """
    limits, beside, done = Thresholds.of(case.rules.parameters), list(beside), []
    found = _alarms(case, beside, limits)
    while due := [a for a in found if a.at <= case.now and (a.kind in MOVES or a.key not in rung)]:
        for alarm in sorted(due, key=lambda alarm: alarm.order):
            ACTS[alarm.kind](case, alarm)
            done.append(alarm)
            if alarm.key not in rung:
                rung.add(alarm.key)
                case.keep(_row_of(alarm, case))
            if alarm.kind in CHANGES_LIMITS:
                break
        found = _alarms(case, beside, limits)
    ahead = (a.at for a in found if a.at > case.now and a.key not in rung)
    case.petition.next_check_at = min(ahead, default=None if case.petition.due_at is None else case.now + RUNG_OUT)
    return done


def _alarms(case: OpenCase, beside: list[Any], limits: Thresholds) -> list[Alarm]:
    raised = case.kept().get(Supervision, ())
    return list(alarms.of_rows(case.petition, [*case.assignments, *beside, *raised], limits))


def _row_of(alarm: Alarm, case: OpenCase) -> Escalation:
    subject, subject_id, kind, limit_at, step = alarm.key
    unit = alarm.row.main_department_id if isinstance(alarm.row, Petition) else alarm.row.department_id
    return Escalation(
        petition_id=case.petition.pk,
        subject=subject,
        subject_id=subject_id,
        department_id=unit,
        kind=kind,
        limit_at=limit_at,
        step=step,
        due_at=alarm.at,
        noticed_at=case.now,
    )


def _facts(alarm: Alarm) -> dict[str, Any]:
    """What the event keeps: when it should have been noticed, and which limit it is about."""
    return {"due_at": _stamp(alarm.at), "limit_at": _stamp(alarm.limit_at)}


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _once(alarm: Alarm) -> str:
    return f"{alarm.row.pk}-{alarm.limit_at:%Y%m%d%H%M%S}-{alarm.step}"


# ── the unit's limits ──
def _sign(case: OpenCase, alarm: Alarm) -> None:
    part = alarm.row
    case.move(part, Assignment.auto_sign, at=case.now, data=_facts(alarm))
    case.tell("signed-late", once=f"signed-{part.pk}", department=part.department_id)


def _notice(case: OpenCase, alarm: Alarm) -> None:
    """Nobody has reached the unit by telephone about an emergency: that is the hotline's to do."""
    case.record(Kind.NOTICE, about=alarm.row, data=_facts(alarm))
    case.tell("notice-late", once=_once(alarm), hotline=True, unit=alarm.row.department.name)


def _contact(case: OpenCase, alarm: Alarm) -> None:
    case.record(Kind.CONTACT, about=alarm.row, data=_facts(alarm))
    case.tell("contact-late", once=_once(alarm), department=alarm.row.department_id)


def _due_soon(case: OpenCase, alarm: Alarm) -> None:
    """After a downtime the limit itself may have passed: then it is kept that it was due, and nobody is warned."""
    case.record(Kind.DUE_SOON, about=alarm.row, data=_facts(alarm))
    if alarm.limit_at > case.now:
        limit = clock.local(alarm.limit_at).isoformat()
        case.tell("due-soon", once=_once(alarm), department=alarm.row.department_id, limit=limit)


def _overdue(case: OpenCase, alarm: Alarm) -> None:
    part = alarm.row
    case.record(Kind.OVERDUE, about=part, data=_facts(alarm))
    if not _case_expires_too(case, part):
        case.tell("part-overdue", once=_once(alarm), department=part.department_id, part=part.part)
    if part.parent_id:  # whoever called the unit in answers for the whole
        asker = case.assignment(part.parent_id).department_id
        case.tell("part-overdue", once=f"{_once(alarm)}-asker", department=asker, part=part.part)


def _case_expires_too(case: OpenCase, part: Assignment) -> bool:
    """The main unit reads of the expiry of its case, not of its own limit as well."""
    petition = case.petition
    return (
        part.part == Assignment.Part.MAIN
        and petition.state == CaseState.IN_PROGRESS
        and petition.due_at is not None
        and petition.due_at <= case.now
    )


def _supervise(level: str) -> Callable[[OpenCase, Alarm], None]:
    def act(case: OpenCase, alarm: Alarm) -> None:
        part, limit = alarm.row, clock.local(alarm.limit_at)
        case.record(alarm.kind, about=part, data=_facts(alarm))
        reason = f"办理时限 {limit:%Y-%m-%d %H:%M} 已超时多倍，系统按规则转{Supervision.Level(level).label}"
        supervision.raise_by_system(case, part, level, reason)

    return act


# ── beside ──
def _ruling(case: OpenCase, alarm: Alarm) -> None:
    request = alarm.row
    case.record(Kind.RULING, about=request, data=_facts(alarm) | {"kind": request.kind})
    case.tell("ruling-late", once=_once(alarm), hotline=True, kind=request.get_kind_display())


def _unread(case: OpenCase, alarm: Alarm) -> None:
    supervision.climb_unread(case)


def _unanswered(case: OpenCase, alarm: Alarm) -> None:
    case.record(Kind.UNANSWERED, about=alarm.row, data=_facts(alarm))
    case.tell("supervision-late", once=_once(alarm), department=alarm.row.department_id)


# ── the case's limits ──
def _stage(case: OpenCase, alarm: Alarm) -> None:
    state = case.petition.state
    case.record(Kind.STAGE, data=_facts(alarm) | {"state": state})
    case.tell("stage-late", once=_once(alarm), hotline=True, state=state)


def _ledger(case: OpenCase, alarm: Alarm) -> None:
    case.record(Kind.LEDGER, data=_facts(alarm) | {"days": alarm.step})
    limit = clock.local(alarm.limit_at).isoformat()
    case.tell("ledger-reminder", once=_once(alarm), department=case.petition.main_department_id, limit=limit)


def _info(case: OpenCase, alarm: Alarm) -> None:
    review_by = case.due("review")
    case.move(case.petition, Petition.expire_info, at=case.now, review_by=review_by, data=_facts(alarm))


def _expire(case: OpenCase, alarm: Alarm) -> None:
    case.move(case.petition, Petition.expire, call_by=case.due("callback"), data=_facts(alarm))
    rating.begin_round(case)
    case.tell("case-overdue", once=f"overdue-{alarm.limit_at:%Y%m%d%H%M}", department=case.main.department_id)


def _unrated(case: OpenCase, alarm: Alarm) -> None:
    """Nobody was to call and nobody rated: the case ends as just that, never as solved."""
    callback.close(case, Outcome.NOT_CALLED)


ACTS: dict[str, Callable[[OpenCase, Alarm], None]] = {
    Kind.SIGN: _sign,
    Kind.NOTICE: _notice,
    Kind.CONTACT: _contact,
    Kind.DUE_SOON: _due_soon,
    Kind.OVERDUE: _overdue,
    Kind.YELLOW: _supervise(Supervision.Level.YELLOW),
    Kind.RED: _supervise(Supervision.Level.RED),
    Kind.RULING: _ruling,
    Kind.UNREAD: _unread,
    Kind.UNANSWERED: _unanswered,
    Kind.LEDGER: _ledger,
    Kind.STAGE: _stage,
    Kind.INFO: _info,
    Kind.EXPIRED: _expire,
    Kind.UNRATED: _unrated,
}
