"""What the public progress page needs of a case: the row, its unit, its events. Two statements."""

from datetime import datetime

from django.db.models import Prefetch

from petitions import access, errors
from petitions.models import Event, Petition


def of(no: str) -> Petition:
    """Raises Unknown. Whether the reader may open it was decided by their query code (services/tracking.py)."""
    events = Prefetch("events", Event.objects.select_related("department").order_by("seq"))
    case = (
        Petition.objects.filter(no=no)
        .select_related("main_department")
        .defer("search")
        .prefetch_related(events)
        .first()
    )
    if case is None:
        raise errors.Unknown
    return case


def open_rating(case: Petition, *, now: datetime) -> str:
    """The token of the rating link that is still open, '' when there is nothing to rate. One statement."""
    rating = case.ratings.filter(used_at=None, expires_at__gt=now).order_by("-round").first()
    return access.rating_token(rating.pk) if rating else ""
