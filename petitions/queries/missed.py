"""What happened to the cases of a person while their page was not connected, and what a notice is about."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from petitions.models import Event, Petition

SHOWN = 5
MOST = 200  # counted; more than that is "more than 200"
LONGEST = timedelta(hours=12)  # a shift; a page that slept longer is better opened anew


@dataclass(frozen=True)
class Missed:
    """`count` is at most MOST + 1; `cases` are the newest few, with no and title only."""

    count: int
    cases: tuple[Petition, ...]

    @property
    def is_more(self) -> bool:
        return self.count > MOST


def since(staff: Any, moment: datetime, *, now: datetime) -> Missed:
    """Cases that changed after `moment`, but not by this person: two statements."""
    moment = max(moment, now - LONGEST)
    changed = Event.objects.filter(at__gt=moment).exclude(actor_id=staff.pk).values("petition_id")
    seen = Petition.objects.visible_to(staff).filter(pk__in=changed).order_by("-pk")
    count = seen[: MOST + 1].count()
    return Missed(count, tuple(seen.only("no", "title")[:SHOWN]) if count else ())


def latest(staff: Any, petition_id: int, act: str) -> Event | None:
    """The newest such event of a case that this person may see; a part's event concerns its own unit only."""
    if not Petition.objects.visible_to(staff).filter(pk=petition_id).exists():
        return None
    found = Event.objects.filter(petition_id=petition_id, action=act).select_related("petition").order_by("-seq")
    event = found.exclude(actor_id=staff.pk).first()
    concerns = event and event.department_id in (None, staff.department_id)
    return event if concerns else None
