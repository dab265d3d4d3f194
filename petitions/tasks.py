"""Doorbells: Celery (or the embedded worker) rings, a service answers. Safe to ring twice, at any time."""

from celery import shared_task


@shared_task(name="petitions.deliver_outbox")
def deliver_outbox() -> int:
    from petitions.services import clock, notify

    return notify.deliver_ready(now=clock.now())


@shared_task(name="petitions.sweep_deadlines")
def sweep_deadlines() -> int:
    from petitions.services import clock, deadlines

    return deadlines.sweep(now=clock.now()).done


@shared_task(name="petitions.preview_catalogue")
def preview_catalogue() -> int:
    from petitions.services import catalogue_impact

    return catalogue_impact.run_waiting()


@shared_task(name="petitions.remind_of_reviews")
def remind_of_reviews() -> int:
    from petitions.services import clock, knowledge_reminders

    return knowledge_reminders.remind(now=clock.now())


@shared_task(name="petitions.seal_yesterday")
def seal_yesterday() -> None:
    from petitions.services import clock, seal

    seal.seal_until_yesterday(now=clock.now())


@shared_task(name="petitions.forget_old_drafts")
def forget_old_drafts() -> int:
    from petitions.services import clock, drafts

    return drafts.forget_old(now=clock.now())


@shared_task(name="petitions.write_exports")
def write_exports() -> int:
    from petitions.services import exporting

    return exporting.run_waiting()


@shared_task(name="petitions.forget_old_files")
def forget_old_files() -> int:
    from petitions.services import clock, job_files

    return job_files.forget_old(now=clock.now())
