"""What a telephone system tells becomes calls: one message, one commit, whatever order the messages come in."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from petitions import call_course, errors
from petitions.call_course import Course, Report
from petitions.models import Call, Callback, CallMessage, Dial, Extension
from petitions.services import announce, call_messages, callback, waiting_callers

KEPT_APART = {"key", "at", "kind", "number"}  # columns of their own
COURSE_FIELDS = ("direction", "state", "line", "queue", "extension", "ivr", "queue_seconds", "recording")
COURSE_FIELDS += ("started_at", "answered_at", "ended_at", "is_muted", "passing_to")


@dataclass(frozen=True)
class Taken:
    """`is_new` is False for a message that was here before; `warning` is a sentence for the adapter's log."""

    call_id: int
    is_new: bool
    warning: str = ""


def take(said: Any, *, provider: str, now: datetime) -> Taken:
    """Take one message. Raises BadCallMessage or CallMessageTwice; nothing is kept of such a message."""
    told = call_messages.read(said, now=now)
    try:
        return _take(told, provider, now)
    except IntegrityError as problem:  # the number of the message is taken by another call
        raise errors.CallMessageTwice from problem


@transaction.atomic
def _take(told: call_messages.Told, provider: str, now: datetime) -> Taken:
    call = _locked(told, provider)
    reports = {message.key: _report(message) for message in call.messages.all()}
    if told.report.key in reports:
        return Taken(call.pk, is_new=False)
    _keep(call, told.report, provider, now)
    before, number_before = (call.agent_id, call.offered_to_id), call.number_index
    course = call_course.course_of([*reports.values(), told.report])
    warning = _write(call, course)
    if course.is_lost or course.answered_at or course.direction == call_course.OUTBOUND:
        for number in sorted({number_before, call.number_index} - {""}):  # an earlier report may correct the number
            waiting_callers.look_again(number)
    if told.report.kind == call_course.MISSED:
        _count_attempt(call, now)
    people = {person for person in (*before, call.agent_id, call.offered_to_id) if person}
    transaction.on_commit(lambda: announce.calls_changed(people))
    return Taken(call.pk, is_new=True, warning=warning)


def _locked(told: call_messages.Told, provider: str) -> Call:
    new = Call(provider=provider, provider_id=told.call, started_at=told.report.at)
    if told.report.kind in call_course.OVER:
        new.state, new.ended_at = Call.State.ABANDONED, told.report.at
    Call.objects.bulk_create([new], ignore_conflicts=True)
    # no_key: another call of this number may point at this one in 待回拨 without waiting for it.
    return Call.objects.select_for_update(no_key=True).get(provider=provider, provider_id=told.call)


def _keep(call: Call, report: Report, provider: str, now: datetime) -> None:
    said = asdict(report).items()
    facts = {name: value for name, value in said if name not in KEPT_APART and value not in ("", None)}
    CallMessage.objects.create(
        call=call,
        provider=provider,
        key=report.key,
        kind=report.kind,
        at=report.at,
        number=report.number,
        facts=facts,
        heard_at=now,
    )


def _report(message: CallMessage) -> Report:
    return Report(key=message.key, at=message.at, kind=message.kind, number=message.number, **message.facts)


def _write(call: Call, course: Course) -> str:
    """Bring the row in line with its course. Returns what the adapter should know, '' when all is well."""
    warning = ""
    dial = Dial.objects.filter(pk=course.dial).first() if course.dial else None
    owner, offered = _owner(course.extension), _owner(course.passing_to)
    if course.extension and owner is None:
        warning = f"分机 {course.extension} 没有登记给任何人，这通电话不会显示在谁的页面上。"
    if course.dial and dial is None:
        warning = f"没有编号为 {course.dial} 的外呼。"
    call.set_number(course.number)
    for name in COURSE_FIELDS:
        setattr(call, name, getattr(course, name))
    call.dial = dial
    call.agent_id = owner.staff_id if owner else dial.by_id if dial else None
    call.offered_to_id = offered.staff_id if offered else None
    if dial and not call.wrap_up:
        call.petition_id = dial.petition_id
    call.save()
    return warning


def _owner(number: str) -> Extension | None:
    return Extension.objects.filter(number=number).first() if number else None


def _count_attempt(call: Call, now: datetime) -> None:
    """A call-back that nobody answered is one attempt. What the desk wrote down itself is not counted again."""
    if call.dial is None or call.petition_id is None or call.state != Call.State.MISSED or call.is_counted:
        return
    call.is_counted = True
    call.save(update_fields=["is_counted"])
    try:
        callback.record(call.petition_id, actor=call.dial.by, result=Callback.Result.NO_ANSWER, now=now)
    except errors.PetitionError:
        pass  # written down by hand a moment ago, or the case went on: there is nothing to count
