"""Which answer of a case waits for somebody's judgement, and what the same unit answered before."""

from typing import Any

from petitions.models import Assignment, Petition, Reply
from petitions.states import AssignmentState, CaseState

EARLIER = 200


def waiting(case: Petition, staff: Any) -> Reply | None:
    """The reply that this person may have to judge now: the hotline's review, or the head of the unit that wrote it.

    Looks only at rows that `casefile.of` has loaded: no statement.
    """
    replies = [reply for reply in case.replies.all() if reply.public_answer]
    if case.state == CaseState.REPLY_REVIEW and staff.has_role("reviewer", "center"):
        mains = {part.pk for part in case.assignments.all() if part.part == Assignment.Part.MAIN}
        return _newest(reply for reply in replies if reply.approved_at and reply.assignment_id in mains)
    if staff.has_role("unit_head"):
        mine = {
            part.pk
            for part in case.assignments.all()
            if part.state == AssignmentState.INTERNAL_REVIEW and part.department_id == staff.department_id
        }
        return _newest(reply for reply in replies if not reply.approved_at and reply.assignment_id in mine)
    return None


def _newest(replies) -> Reply | None:
    return max(replies, key=lambda reply: (reply.at, reply.pk), default=None)


def earlier(department_id: int, *, but: Petition, most: int = EARLIER) -> list[tuple[str, str]]:
    """(case number, public answer) of the unit's last approved replies to other cases: one statement."""
    rows = Reply.objects.filter(assignment__department_id=department_id, approved_at__isnull=False)
    rows = rows.exclude(petition=but).order_by("-approved_at", "-pk")
    return list(rows.values_list("petition__no", "public_answer")[:most])
