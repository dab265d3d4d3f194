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

    return making.begin_due(now=clock.now())


@shared_task(name="insight.jobs")
def jobs() -> int:
    """Long work that people asked for."""
    from petitions.insight import checking
    from petitions.insight.monthly import asking
    from petitions.insight.reports import making

    return making.run_waiting() + checking.run_waiting() + asking.run_waiting()


@shared_task(name="insight.topic_jobs")
def topic_jobs() -> int:
    """Apart from the others: a month of a big city takes minutes, and reports must not wait for it."""
    from petitions.insight.topics import asking

    return asking.run_waiting()


@shared_task(name="insight.measure_themes")
def measure_themes() -> int:
    from petitions.insight.monthly import asking
    from petitions.services import clock

    return asking.ask_due(now=clock.now())


@shared_task(name="insight.detect")
def detect() -> int:
    from petitions.insight.detectors import run
    from petitions.services import clock

    return run.run(now=clock.now())


@shared_task(name="insight.join_issues")
def join_issues() -> int:
    from petitions.insight.issues import joining
    from petitions.services import clock

    return joining.ring(now=clock.now())


@shared_task(name="insight.regroup_issues")
def regroup_issues() -> int:
    from petitions.insight.issues import nightly
    from petitions.services import clock

    return nightly.run(now=clock.now()).moved


@shared_task(name="insight.monthly_candidates")
def monthly_candidates() -> int:
    from petitions.insight.monthly import candidates
    from petitions.services import clock

    return candidates.rank_last_month(now=clock.now())


@shared_task(name="insight.listen")
def listen() -> int:
    from petitions.insight.alerts import judging, listening
    from petitions.services import clock

    now = clock.now()
    return listening.listen(now=now) + judging.climb(now=now)


@shared_task(name="insight.watch")
def watch() -> int:
    from petitions.insight.alerts import hourly
    from petitions.services import clock

    return hourly.look_at_bursts(now=clock.now())


@shared_task(name="insight.expect")
def expect() -> int:
    """In this order: what is usual, what is to come, then the rules that look at both and at whole periods."""
    from petitions.insight.alerts import expecting, proactive, watching
    from petitions.services import clock

    now = clock.now()
    expecting.renew_usual(now=now)
    expecting.renew_forecasts(now=now)
    return watching.look_at_tops(now=now) + watching.look_ahead(now=now) + proactive.measure_due(now=now)


@shared_task(name="insight.cluster_month")
def cluster_month() -> int:
    from petitions.insight.topics import running
    from petitions.services import clock

    return running.run_due(now=clock.now())
