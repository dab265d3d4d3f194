"""Cases that were merged into a lead: what happens to the lead reaches each of them, under its own number.

A member is never shown to the citizen of another one: it gets the lead's answer without personal data, and nothing of
its own goes the other way but a count. Members are younger than their lead, so they are always locked after it.
"""

from collections.abc import Iterator
from datetime import timedelta

from nlp.core.redact import redact
from petitions.models import Link, Petition
from petitions.services.door import OpenCase, opened, system
from petitions.states import CaseState


def opened_each(lead: OpenCase) -> Iterator[OpenCase]:
    """Each member, opened in the order of age inside the lead's transaction, with the system as its actor."""
    if lead.is_new:
        return  # nobody can have joined a case that is not in the database yet
    merged = Petition.objects.filter(lead_id=lead.petition.pk, state=CaseState.MERGED).order_by("pk")
    for member_id in list(merged.values_list("pk", flat=True)):
        with opened(member_id, actor=system(), now=lead.now) as member:
            yield member


def get_answer(member: OpenCase, lead: OpenCase) -> None:
    """The lead's answer, without what belongs to the lead's own citizen."""
    member.petition.answer = redact(lead.petition.answer).text
    member.record("answered_with_lead", data={"lead": lead.petition.no})
    member.tell("case-replied", once=f"replied-with-{lead.petition.event_seq}")


def are_told_of_closing(lead: OpenCase, outcome: str) -> None:
    """The lead is closed: every member's citizen is told how it ended, and may still rate by their own link."""
    for member in opened_each(lead):
        member.record("closed_with_lead", data={"lead": lead.petition.no, "outcome": outcome})
        member.tell("case-closed", once=f"closed-with-{lead.petition.event_seq}", outcome=outcome)


def follow(old: OpenCase, new: OpenCase) -> None:
    """The lead itself was merged into another case: its members belong to that one now."""
    for member in opened_each(old):
        Link.objects.filter(from_case=member.petition, to_case=old.petition, kind=Link.Kind.MERGED).update(
            to_case=new.petition
        )
        member.petition.lead = new.petition
        member.record("lead_changed", data={"lead": new.petition.no})


def go_their_own_way(lead: OpenCase, why: str) -> None:
    """The lead ends without an answer (withdrawn, invalid, referred): its members must not end with it."""
    for member in opened_each(lead):
        split_off(member, why, within_window=False)


def split_off(member: OpenCase, reason: str, *, within_window: bool = True) -> None:
    """C5s: back to review as a case of its own; the link is taken away, the history keeps both steps."""
    petition = member.petition
    merged_at = petition.closed_at or member.now
    days = float(member.rules.parameter("merge.split_days", 7))
    within = timedelta(days=days) if within_window else member.now - merged_at
    lead_no = petition.lead.no if petition.lead else ""
    Link.objects.filter(from_case=petition, to_case=petition.lead_id, kind=Link.Kind.MERGED).delete()
    member.move(
        petition,
        Petition.split,
        reason=reason,
        at=member.now,
        within=within,
        review_by=member.due("review"),
        data={"lead": lead_no},
    )
