"""并案: repeat and collective cases under one lead, which is handled and answered once for all of them.

Merging asks whether it is the same matter: another caller, another kind of matter or another place is said, and then
a person has to confirm it with a reason. The way back (split) is open for some days.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from petitions import errors
from petitions.models import Link, Petition
from petitions.services import clock, members, rating
from petitions.services.door import OpenCase, opened
from petitions.states import Urgency

OTHER_CALLER = "不是同一位诉求人"


@dataclass(frozen=True)
class Merged:
    """What became of a group: the members taken in, and those that were not, each with why."""

    done: tuple[str, ...]
    refused: tuple[tuple[str, str], ...]


def differences(case: Petition, lead: Petition) -> list[str]:
    """What speaks against one matter, in words; nothing of the persons is said but that they differ."""
    unlike = []
    if case.caller_id != lead.caller_id:
        unlike.append(OTHER_CALLER)
    if case.category_id and lead.category_id and case.category_id != lead.category_id:
        unlike.append("诉求分类不同")
    if case.area_id and lead.area_id and case.area_id != lead.area_id:
        unlike.append("发生区域不同")
    return unlike


def merge(
    petition_id: int,
    *,
    lead_id: int,
    actor: Any,
    reason: str = "",
    confirmed: bool = False,
    now: datetime | None = None,
) -> Petition:
    """并案 (C5): this case becomes an urging of the lead, whose unit is told. Raises NotTheSame."""
    now = now or clock.now()
    # Two merges into each other would wait for each other for ever; locking in order of age prevents it.
    if lead_id > petition_id:
        raise errors.LeadIsYounger
    with opened(lead_id, actor=actor, now=now) as lead, opened(petition_id, actor=actor, now=now) as case:
        unlike = differences(case.petition, lead.petition)
        if unlike and not (confirmed and reason.strip()):
            raise errors.NotTheSame(f"{'、'.join(unlike)}。确认是同一件事的，请勾选确认并写明理由。")
        take_in(lead, case, note=reason, unlike=unlike)
    return case.petition


def merge_many(
    lead_id: int, member_ids: Iterable[int], *, actor: Any, reason: str, now: datetime | None = None
) -> Merged:
    """A collective matter: the chosen cases join the lead, one commit each, so that one refusal stops none."""
    now = now or clock.now()
    chosen = sorted(set(member_ids) - {lead_id})
    if not chosen:
        raise errors.NothingChosen
    if not reason.strip():
        raise errors.NoReason
    numbers = dict(Petition.objects.filter(pk__in=chosen).values_list("pk", "no"))
    done, refused = [], []
    for petition_id in chosen:
        number = numbers.get(petition_id, str(petition_id))
        try:
            merge(petition_id, lead_id=lead_id, actor=actor, reason=reason, confirmed=True, now=now)
            done.append(number)
        except errors.PetitionError as refusal:
            refused.append((number, refusal.message))
    return Merged(tuple(done), tuple(refused))


def split(petition_id: int, *, actor: Any, reason: str, now: datetime | None = None) -> Petition:
    """拆分: the member was another matter after all; within the window it goes back to review."""
    now = now or clock.now()
    with opened(petition_id, actor=actor, now=now) as case:
        members.split_off(case, reason)
    return case.petition


def take_in(lead: OpenCase, case: OpenCase, *, note: str = "", unlike: Iterable[str] = ()) -> None:
    """Inside both open cases: the member ends here, the lead is urged, and the two are linked."""
    data = {"lead": lead.petition.no, "differences": list(unlike)}
    case.move(case.petition, Petition.merge_into, lead=lead.petition, at=case.now, note=note, data=data)
    urge(lead, because_of=case.petition)
    Link.objects.create(
        from_case_id=case.petition.pk,
        to_case=lead.petition,
        kind=Link.Kind.MERGED,
        reasons=list(unlike),
        made_by=case.actor,
        made_at=case.now,
    )
    if not case.is_new:
        members.follow(case, lead)


def urge(lead: OpenCase, *, because_of: Petition) -> None:
    """催办: another contact about an open case raises its count and in the end its urgency, and tells the unit."""
    petition = lead.petition
    petition.urged += 1
    if petition.urged >= int(lead.rules.parameter("urge.urgent_after", 2)) and petition.urgency == Urgency.NORMAL:
        petition.urgency = Urgency.URGENT
    lead.record("urge", note=f"市民再次来电({because_of.no})", data={"from": because_of.no, "times": petition.urged})
    lead.tell("case-urged", once=f"urged-{because_of.pk}")


def answer_members(lead: OpenCase) -> None:
    """The lead's reply was accepted: each member's citizen gets the answer, and a link to rate it for themselves."""
    for member in members.opened_each(lead):
        members.get_answer(member, lead)
        rating.begin_round(member)
