"""What citizens say beside their verdict, for supervision: open it again; somebody pressed me for a good rating."""

from django.db.models import QuerySet

from petitions.models import Petition, Rating, ReopenWish
from petitions.queries import keyset


def wishes(*, is_open: bool, after: str) -> keyset.Page:
    """Wishes that wait, the most urgent first, or those that were answered, newest first: one statement."""
    rows = _near(ReopenWish.objects.filter(decided_at__isnull=is_open))
    return keyset.by_due(rows, after) if is_open else keyset.by_id(rows, after)


def pressed(*, after: str) -> keyset.Page:
    """Ratings in which the citizen says that somebody asked them for a good one, newest first: one statement."""
    return keyset.by_id(_near(Rating.objects.filter(pressed=True)), after)


def latest_wish(case: Petition) -> ReopenWish | None:
    """What the citizen asked for last, for the progress page: one statement."""
    return case.reopen_wishes.order_by("-id").first()


def _near(rows: QuerySet) -> QuerySet:
    return rows.select_related("petition", "petition__main_department").defer("petition__search", "petition__text")
