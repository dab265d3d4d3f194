"""The embedded worker: rings the bells of backend/schedule.py where no broker is configured.

`python -m backend.worker` runs it alone; with a broker the same command becomes a Celery worker with its beat.
"""

import asyncio
import logging
import sys

from asgiref.sync import sync_to_async
from celery.schedules import maybe_schedule
from celery.signals import task_failure
from django.db import connections

from backend.celery import app

logger = logging.getLogger(__name__)
LONGEST_NAP = 1.0  # seconds; keeps a stop quick even while the next ring is hours away


async def ring_all_bells(stop: asyncio.Event) -> None:
    """Ring every scheduled task in its own rhythm until stopped; a slow one does not hold up the others."""
    app.loader.import_default_modules()
    await asyncio.gather(*(_toll(entry["task"], entry["schedule"], stop) for entry in app.conf.beat_schedule.values()))


async def _toll(name: str, rhythm: object, stop: asyncio.Event) -> None:
    if name not in app.tasks:  # tests/test_schedule.py keeps this from happening
        logger.error("The schedule names the task %s, which does not exist", name)
        return
    schedule, last = maybe_schedule(rhythm, app=app), app.now()
    while not stop.is_set():
        is_due, seconds = schedule.is_due(last)
        if is_due:
            last = app.now()
            # In a thread that knows this event loop, so that socket messages reach the in-memory channel layer.
            await sync_to_async(_ring, thread_sensitive=False)(name)
            continue
        await _nap(stop, min(seconds, LONGEST_NAP))


async def _nap(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), timeout=seconds)
    except TimeoutError:
        pass


def _ring(name: str) -> None:
    """Run one task here and now. This is the outer edge: a failing bell is logged and rings again next time."""
    try:
        app.tasks[name].apply(throw=True)
    except Exception as problem:  # noqa: BLE001
        logger.exception("The bell %s failed; it rings again in its rhythm", name)
        # Celery's own signal, so that whoever listens hears of it here as well; a listener that fails is logged.
        task_failure.send(sender=app.tasks[name], exception=problem)
    finally:
        connections.close_all()


def main() -> None:
    import django
    from django.conf import settings

    from backend import embedded_postgres

    django.setup()
    if settings.BROKER_URL:
        app.start(["worker", "--beat", "--loglevel=INFO", *sys.argv[1:]])
        return
    with embedded_postgres.in_use_if(settings.EMBEDDED_DATABASE):
        asyncio.run(ring_all_bells(asyncio.Event()))


if __name__ == "__main__":
    main()
