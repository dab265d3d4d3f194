"""The larger sizes: a real Redis as channel layer, a real RabbitMQ between a sender and a Celery worker process."""

import asyncio
import contextlib
import socket
import subprocess
import sys
import time
import uuid
from urllib.parse import urlsplit

import kombu
import pytest
from channels_redis.core import RedisChannelLayer

from backend import env

REDIS_URL = env.text("TEST_REDIS_URL", "redis://127.0.0.1:6379/0")
BROKER_URL = env.text("TEST_BROKER_URL", "amqp://guest:guest@127.0.0.1:5672//")
PATIENCE = 60  # seconds; a worker imports the whole system first, on a busy machine


def is_open(url: str) -> bool:
    parts = urlsplit(url)
    with contextlib.suppress(OSError), socket.create_connection((parts.hostname, parts.port), timeout=2):
        return True
    return False


@pytest.mark.redis
@pytest.mark.skipif(not is_open(REDIS_URL), reason=f"no Redis at {REDIS_URL}")
def test_a_group_message_comes_back_through_a_real_redis():
    async def round_trip() -> dict:
        layer = RedisChannelLayer(hosts=[REDIS_URL], prefix=f"test-{uuid.uuid4().hex}")
        try:
            channel = await layer.new_channel()
            await layer.group_add("hotline", channel)
            await layer.group_send("hotline", {"type": "case.changed", "id": 7})
            return await asyncio.wait_for(layer.receive(channel), timeout=5)
        finally:
            await layer.flush()
            await layer.close_pools()

    assert asyncio.run(round_trip()) == {"type": "case.changed", "id": 7}


@contextlib.contextmanager
def celery_worker(environment: dict[str, str], log):
    quiet = ["--pool=solo", "--without-gossip", "--without-mingle", "--loglevel=INFO"]
    command = [sys.executable, "-m", "celery", "-A", "tests.worker_probe:app", "worker", *quiet]
    with subprocess.Popen(command, env=environment, cwd=env.BASE_DIR, stdout=log, stderr=log) as worker:
        try:
            yield worker
        finally:
            worker.terminate()


@pytest.fixture
def queue():
    name = f"test-{uuid.uuid4().hex}"
    yield name
    with kombu.Connection(BROKER_URL) as connection, connection.channel() as channel:
        channel.queue_delete(name)


@pytest.mark.rabbitmq
@pytest.mark.skipif(not is_open(BROKER_URL), reason=f"no RabbitMQ at {urlsplit(BROKER_URL).hostname}")
def test_a_bell_rung_here_is_heard_by_a_worker_behind_a_real_rabbitmq(tmp_path, queue):
    environment = env.for_child(BROKER_URL=BROKER_URL, QUEUE=queue, APP_ENV="test", REDIS_URL=None)
    trace, log_file = tmp_path / "trace", tmp_path / "worker.log"
    ring = f"from tests.worker_probe import leave_a_trace; leave_a_trace.delay(path={str(trace)!r})"
    subprocess.run([sys.executable, "-c", ring], env=environment, cwd=env.BASE_DIR, check=True)

    with log_file.open("wb") as log, celery_worker(environment, log) as worker:
        give_up = time.monotonic() + PATIENCE
        while not trace.exists() and worker.poll() is None and time.monotonic() < give_up:
            time.sleep(0.1)

    assert trace.exists(), log_file.read_text()[-3000:]
    assert trace.read_text() == "rung"
