"""What the public progress page needs of a case: the row, its unit, its events. Two statements."""

from django.db.models import Prefetch

from petitions import errors
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
