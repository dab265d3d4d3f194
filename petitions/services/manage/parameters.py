"""The numbers and switches that a city sets for itself: checked before they are kept, and each change can be undone."""

from typing import Any

from django.db import transaction

from petitions import errors
from petitions.services.manage.acting import By
from routing import audit
from routing.models import AuditEntry, Parameter
from routing.parameters import spec_of


def subject_of(key: str) -> str:
    return f"parameter:{key}"


@transaction.atomic
def change(key: str, value: Any, *, by: By) -> Parameter:
    """Raises NotYours, NoReason, Unknown, BadValue with what is wrong, ChangedMeanwhile."""
    by.allowed()
    by.explained("改参数")
    parameter = Parameter.objects.select_for_update().filter(key=key).first()
    if parameter is None:
        raise errors.Unknown("没有这个参数。")
    by.up_to_date(subject_of(key))
    spec = spec_of(key, parameter.description)
    if spec.is_elsewhere:
        raise errors.BadValue("这一项在“考核公式”里按版本修改。")
    problem = spec.problem(value)
    if problem:
        raise errors.BadValue(problem)
    before = parameter.value
    if before == value:
        return parameter
    parameter.value = value
    parameter.save(update_fields=["value"])
    # Wrapped, because a parameter may be null or false and a row without a value says "there was none".
    by.note(audit.Kind.PARAMETER, subject_of(key), key, {"value": before}, {"value": value})
    return parameter


def undo(entry_id: int, *, by: By) -> Parameter:
    """Back to the value that stood before that change: a change like any other. Raises Unknown."""
    entry = AuditEntry.objects.filter(pk=entry_id, kind=audit.Kind.PARAMETER).first()
    if entry is None or not entry.before:
        raise errors.Unknown("没有找到这次改动，或者它没有可以恢复的内容。")
    return change(entry.subject.partition(":")[2], entry.before["value"], by=by)
