"""下班小结: what one operator did today, for that operator alone. From rows; nobody else's figures are read by name."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Avg, Count, F, Q

from petitions.models import Call, Link, Petition, Suggestion

# Whoever writes a case down an hour after the call was interrupted: that says nothing about entering.
LONGEST_ENTRY = timedelta(hours=1)
# A mean of two tells each of them the other's figure.
FEWEST = 3


@dataclass(frozen=True)
class Shift:
    """`entry` and `entry_of_all`: from answering to submitting, None without calls; `adopted` of `judged`."""

    cases: int
    calls: int
    entry: timedelta | None
    entry_of_all: timedelta | None
    adopted: int
    judged: int
    joined: int

    @property
    def adopted_share(self) -> float | None:
        return self.adopted / self.judged if self.judged else None


def of(staff: Any, *, since: datetime) -> Shift:
    """Six statements."""
    own = Petition.objects.filter(registered_by=staff, received_at__gte=since)
    calls = Call.objects.filter(agent=staff, started_at__gte=since, answered_at__isnull=False)
    suggested = Suggestion.objects.filter(
        petition__in=own.values("pk"), kind=Suggestion.Kind.CATEGORY, accepted__isnull=False
    )
    judged = suggested.aggregate(all=Count("pk"), adopted=Count("pk", filter=Q(accepted=True)))
    merged = Link.objects.filter(made_by=staff, made_at__gte=since, kind=Link.Kind.MERGED)
    return Shift(
        cases=own.count(),
        calls=calls.count(),
        entry=_mean_entry(since, agent=staff),
        entry_of_all=_mean_entry(since),
        adopted=judged["adopted"],
        judged=judged["all"],
        joined=merged.aggregate(people=Count("from_case__caller", distinct=True))["people"],
    )


def _mean_entry(since: datetime, **whose: Any) -> timedelta | None:
    took = F("petition__received_at") - F("answered_at")
    calls = Call.objects.filter(answered_at__gte=since, petition__isnull=False, direction=Call.Direction.INBOUND)
    in_time = calls.filter(**whose).alias(took=took).filter(took__gt=timedelta(), took__lt=LONGEST_ENTRY)
    found = in_time.aggregate(mean=Avg(took), people=Count("agent", distinct=True))
    return found["mean"] if whose or found["people"] >= FEWEST else None
