"""A real server for measurements: uvicorn in a process of its own, over Redis, with people who are logged in."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psutil
import scratch  # sets Django up, so it comes first
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection

from backend import env
from petitions.models import Petition
from routing.models import Staff

REDIS = env.text("BENCH_REDIS_URL", "redis://127.0.0.1:6379/7")  # a database of its own: it is emptied
PATIENCE = 120  # seconds


@dataclass(frozen=True)
class Serving:
    port: int
    process: psutil.Process

    def memory(self) -> float:
        """Megabytes that this process alone would give back (USS)."""
        return self.process.memory_full_info().uss / 2**20

    def cpu(self) -> float:
        """CPU seconds so far."""
        times = self.process.cpu_times()
        return times.user + times.system


@contextmanager
def served() -> Iterator[Serving]:
    """The pages and sockets of the measurement's own database, as docs/operations.md starts them."""
    import redis

    redis.Redis.from_url(REDIS).flushdb()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", "--ws-per-message-deflate", "false", "--log-level", "warning"]
    command += ["--host", "127.0.0.1", "--port", str(port), "backend.asgi:application"]
    with subprocess.Popen(command, cwd=scratch.ROOT, env=child_environment()) as process:
        try:
            wait_until_up(process, port)
            yield Serving(port, psutil.Process(process.pid))
        finally:
            process.terminate()


def child_environment() -> dict[str, str]:
    """What other processes of the measurement need to work on the same rows and the same Redis."""
    base, _, options = settings.DATABASE_URL.partition("?")
    database = f"{base.rpartition('/')[0]}/{connection.settings_dict['NAME']}"
    url = f"{database}?{options}" if options else database
    return env.for_child(DATABASE_URL=url, REDIS_URL=REDIS, BROKER_URL=None)


def wait_until_up(process: subprocess.Popen, port: int) -> None:
    give_up = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < give_up:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/login/", timeout=30).close()
        except OSError:
            time.sleep(0.3)
        else:
            return
    raise SystemExit("the server did not come up")


def cookies(count: int, role: str) -> list[str]:
    """So many new people with this role, each logged in: the values of their Cookie headers."""
    names = [f"bench-{role}-{n}" for n in range(count)]
    people = [Staff(username=name, name=name, roles=[role], password="!") for name in names]
    Staff.objects.bulk_create(people, ignore_conflicts=True)
    return [f"sessionid={session_of(person)}" for person in Staff.objects.filter(username__in=names)]


def session_of(person: Staff) -> str:
    session = SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(person.pk), person.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session.save()
    return session.session_key


def fill(count: int) -> None:
    """So many cases; those of an earlier run count."""
    there = Petition.objects.count()
    if there < count:
        scratch.file_cases(count, since=there)


def share(values: list[float], part: float) -> float:
    """The value that this part of all values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def load() -> str:
    return f"{os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
