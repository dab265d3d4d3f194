"""Finding the cases of one person by their phone number: exactly, never in part, and never without a trace."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from petitions import errors, rules
from petitions.models import Caller, Lookup
from petitions.models.fields import blind_index
from petitions.phones import normal_phone
from petitions.queries import listing
from petitions.services import clock

MOST_COUNTED = 1_000


@dataclass(frozen=True)
class OfPhone:
    """The caller with this number and how many of their cases the person may see; both empty where there is nothing."""

    caller_id: int | None
    cases: int


def by_phone(raw: str, *, actor: Any, address: str | None = None, now: datetime | None = None) -> OfPhone:
    """Raises NotYours and BadPhone. A caller of whom this person may see no case is as unknown as any other."""
    if not actor.has_role(*rules.FIND_BY_PHONE):
        raise errors.NotYours("按号码查找由热线和承办单位的人员使用；您可以按内容或工单号查找。")
    now, phone = now or clock.now(), normal_phone(raw)
    caller = Caller.objects.with_phone(phone).only("pk").first()
    filters = listing.Filters(caller=caller.pk) if caller else None
    seen = listing.count(actor, filters, now=now, most=MOST_COUNTED) if filters else 0
    Lookup.objects.create(
        staff=actor,
        what=Lookup.What.PHONE,
        said={"number": blind_index(phone)},
        found=seen,
        caller=caller,
        at=now,
        address=address,
    )
    return OfPhone(caller.pk if caller and seen else None, seen)
