"""The bells: each names a real task, rings in its rhythm, and one that fails does not silence the others."""

import asyncio

import pytest

from backend import worker
from backend.celery import app
from backend.schedule import BEAT_SCHEDULE


@pytest.fixture
def bells():
    """Tasks that only count, under names of their own; taken out of the registry again."""
    rung: list[str] = []

    @app.task(name="tests.good")
    def good() -> None:
        rung.append("good")

    @app.task(name="tests.bad")
    def bad() -> None:
        rung.append("bad")
        raise ValueError("a bell with a crack")

    yield rung
    app.tasks.pop("tests.good"), app.tasks.pop("tests.bad")


async def ring_for(seconds: float, *names: str) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().call_later(seconds, stop.set)
    await asyncio.gather(*(worker._toll(name, 0.1, stop) for name in names))


@pytest.mark.parametrize("name", [entry["task"] for entry in BEAT_SCHEDULE.values()])
def test_every_bell_of_the_schedule_is_a_real_task(name):
    app.loader.import_default_modules()
    assert name in app.tasks


def test_a_failing_bell_rings_again_and_leaves_the_others_alone(bells, caplog):
    asyncio.run(ring_for(0.55, "tests.good", "tests.bad"))
    assert bells.count("good") >= 3
    assert bells.count("bad") >= 3
    assert "The bell tests.bad failed" in caplog.text


def test_a_stop_is_heard_within_a_nap():
    async def stop_at_once() -> float:
        loop = asyncio.get_running_loop()
        stop, begun = asyncio.Event(), loop.time()
        loop.call_later(0.05, stop.set)
        await worker._nap(stop, 60)
        return loop.time() - begun

    assert asyncio.run(stop_at_once()) < 1
