"""是，我也一样: a citizen says that their matter was reported already. They keep a number and a rating of their own.

Their word joins the two only where nothing but the person differs; otherwise the case goes its own way, and the
reviewer reads what was said.
"""

from petitions.models import Link
from petitions.queries import neighbours
from petitions.services import merging
from petitions.services.door import OpenCase, opened
from petitions.services.suggest import Preview


def join(case: OpenCase, lead_id: int, seen: Preview) -> bool:
    """Inside a new case: merge it into the one that was offered, if that still holds; else note the word."""
    area = seen.rules.area(seen.area_id)
    # The lead is locked before it is looked at: it may be closing at this very moment.
    with opened(lead_id, actor=case.actor, now=case.now) as lead:
        unlike = merging.differences(case.petition, lead.petition)
        is_offered = neighbours.may_be_joined(
            lead.petition, area=area, category_code=seen.category_code, rules=seen.rules
        )
        if is_offered and set(unlike) <= {merging.OTHER_CALLER}:
            merging.take_in(lead, case, unlike=unlike)
            return True
    Link.objects.create(
        from_case_id=case.petition.pk,
        to_case_id=lead_id,
        kind=Link.Kind.RELATED,
        reasons=unlike,
        made_by_id=case.actor.pk,
        made_at=case.now,
    )
    case.record("said_same", data={"lead": lead.petition.no, "differences": unlike})
    return False
