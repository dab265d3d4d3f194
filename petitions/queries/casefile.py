"""Everything the case page shows, in a constant number of statements."""

from typing import Any

from django.db.models import Prefetch

from petitions import errors, rules
from petitions.models import Assignment, Attachment, Callback, Event, Petition, Rating, Reply, Request, Supervision
from petitions.states import ENDED, CaseState
from petitions.storable import storable

# The citizen's answers stay with the hotline until the case is over, so that nobody is pressed for a better one.
CITIZENS_WORDS = ("call", "rated", "left_out", "heard")


def of(no: str, staff: Any) -> Petition:
    """The case with its rows prefetched and `shown_events`, `shown_callbacks` as this person may see them.

    Raises Unknown both when there is no such case and when this person may not see it.
    """
    rows = Petition.objects.visible_to(staff).filter(no=storable(no).upper())
    case = rows.select_related(*NEAR).prefetch_related(*FAR).defer("search").first()
    if case is None:
        raise errors.Unknown
    sees_answers = staff.has_role(*rules.SEE_PERSON) or case.state in ENDED
    case.shown_events = [e for e in case.events.all() if sees_answers or e.action not in CITIZENS_WORDS]
    # A member is another citizen's case: units that handle the lead hear how many there are, no more.
    case.shown_members = list(case.merged_cases.all()) if staff.has_role(*rules.SEE_ALL) else []
    case.sees_answers = sees_answers
    case.shown_callbacks = list(case.callbacks.all()) if sees_answers else []
    return case


NEAR = ("category", "area", "caller", "main_department", "proposed_department", "registered_by", "lead")
OF_A_MEMBER = ("no", "title", "state", "received_at", "lead")
FAR = (
    Prefetch("assignments", Assignment.objects.select_related("department").order_by("id")),
    Prefetch("events", Event.objects.select_related("actor", "department").order_by("seq")),
    Prefetch("replies", Reply.objects.select_related("author", "approved_by").order_by("at", "id")),
    Prefetch("requests", Request.objects.select_related("department", "filed_by", "proposed_department")),
    Prefetch("merged_cases", Petition.objects.filter(state=CaseState.MERGED).only(*OF_A_MEMBER).order_by("pk")),
    Prefetch("merged_cases__ratings", Rating.objects.filter(used_at__isnull=False).order_by("round")),
    Prefetch("supervisions", Supervision.objects.select_related("department", "raised_by")),
    Prefetch("callbacks", Callback.objects.select_related("by").order_by("at", "id")),
    Prefetch("attachments", Attachment.objects.shown().select_related("added_by")),
    "contacts__by",
)
