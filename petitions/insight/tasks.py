"""Doorbells of the statistics: safe to ring twice, at any time."""

from celery import shared_task


@shared_task(name="insight.refresh")
def refresh() -> int:
    from petitions.insight import rollup

    return rollup.refresh()
