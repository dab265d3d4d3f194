"""工单详情: one case with everything its page shows, in a constant number of statements."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from petitions import errors, rules
from petitions.models import Assignment, Petition
from petitions.states import ACTIVE


@dataclass(frozen=True)
class CasePage:
    petition: Petition
    assignments: list
    mine: Assignment | None  # the part of the case that the person's own unit holds
    events: list
    contacts: list
    replies: list
    callbacks: list
    requests: list
    suggestions: list
    links: list
    messages: list
    supervisions: list
    may_reveal: bool = False
    sees_answers: bool = False
    extra: dict = field(default_factory=dict)


def page(no: str, staff: Any, *, now: datetime) -> CasePage:
    """Raises Unknown when there is no such case, NotYours when the person may not see it."""
    petition = (
        Petition.objects.select_related(
            "category", "area", "main_department", "caller", "registered_by", "lead", "proposed_department"
        )
        .prefetch_related("assignments__department")
        .defer("search")
        .filter(no=no)
        .first()
    )
    if petition is None:
        raise errors.Unknown
    if not rules.may_see(petition, staff):
        raise errors.NotYours("此单由其他单位承办,您不能查看。")
    assignments = list(petition.assignments.all())
    mine = [a for a in assignments if a.department_id == staff.department_id and a.state in ACTIVE]
    # What the citizen answered stays hidden from the unit while the round is open: no pressure on citizens.
    sees_answers = staff.has_role(*rules.SEE_PERSON) or not petition.is_open
    return CasePage(
        petition=petition,
        assignments=assignments,
        mine=mine[0] if mine else None,
        events=list(petition.events.select_related("actor", "department")),
        contacts=list(petition.contacts.select_related("by")),
        replies=list(petition.replies.select_related("author", "assignment__department", "approved_by")),
        callbacks=list(petition.callbacks.select_related("by")) if sees_answers else [],
        requests=list(petition.requests.select_related("department", "filed_by", "proposed_department")),
        suggestions=list(petition.suggestions.all()),
        links=list(petition.links_in.select_related("from_case")) + list(petition.links_out.select_related("to_case")),
        messages=list(petition.messages.all()),
        supervisions=list(petition.supervisions.select_related("department")),
        may_reveal=rules.may_reveal_caller(petition, staff),
        sees_answers=sees_answers,
    )
