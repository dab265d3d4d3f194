"""Doorbells of the statistics: safe to ring twice, at any time."""

from celery import shared_task


@shared_task(name="insight.refresh")
def refresh() -> int:
    from petitions.insight import rollup

    return rollup.refresh()


@shared_task(name="insight.reports")
def reports() -> int:
    from petitions.insight.reports import making
    from petitions.services import clock

    making.begin_due(now=clock.now())
    return making.run_waiting()


@shared_task(name="insight.detect")
def detect() -> int:
    from petitions.insight.detectors import run
    from petitions.services import clock

    return run.run(now=clock.now())
