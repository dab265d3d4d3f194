"""The row of a period, made when somebody publishes it for the first time."""

from petitions.insight.models import Period
from petitions.insight.queries.spans import Span


def period_of(span: Span) -> Period:
    """The period of exactly this span; two who publish at once get the same row."""
    found, _ = Period.objects.get_or_create(
        kind=span.kind,
        first_half=span.window.first,
        end_half=span.window.end,
        defaults={"name": span.name},
    )
    return found
