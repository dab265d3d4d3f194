"""What the fault tests break things with: real worker processes, a wire that can be cut, a gateway that can hang."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote, urlsplit

import psycopg2
from django.conf import settings
from django.db import connection

from backend import env
from petitions.models import Delivery, Escalation, Message, Outbox, Petition
from petitions.services import seal

PATIENCE = 180  # seconds; a worker imports the whole system first, on a busy machine


def wait_until(condition: Callable, what: str, seconds: float = PATIENCE) -> None:
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit, f"waited in vain: {what}"
        time.sleep(0.05)


def database_url() -> str:
    """The address of the test's own database, for child processes."""
    db = settings.DATABASES["default"]
    login = quote(str(db["USER"]), safe="") + (f":{quote(db['PASSWORD'], safe='')}" if db["PASSWORD"] else "")
    port = f"&port={db['PORT']}" if db["PORT"] else ""
    return f"postgres://{login}@/{connection.settings_dict['NAME']}?host={quote(db['HOST'], safe='')}{port}"


@contextlib.contextmanager
def running(*command: str, log: Path, **environment: str | None) -> Iterator[subprocess.Popen]:
    """A process of the project on the test's database; killed at the end if it still lives."""
    with log.open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=env.BASE_DIR,
            env=env.for_child(DATABASE_URL=database_url(), APP_ENV="test", **environment),
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        kill(process)


def kill(process: subprocess.Popen) -> None:
    """kill -9 for the process and its children."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


# ── a wire that can be cut ──
class Wire:
    """A TCP proxy to a broker: cutting it is what a broken network looks like, and harms nobody else's broker."""

    def __init__(self, url: str):
        parts = urlsplit(url)
        self.far = (parts.hostname, parts.port)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = parts._replace(
            netloc=parts.netloc.rpartition(":")[0] + f":{self.listener.getsockname()[1]}"
        ).geturl()
        self.is_cut, self.carried, self.ends = False, 0, []
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        self.is_cut = True
        for end in self.ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        self.ends.clear()

    def mend(self) -> None:
        self.is_cut = False

    def close(self) -> None:
        self.cut()
        self.listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self.listener.accept()
                if self.is_cut:
                    near.close()
                    continue
                far = socket.create_connection(self.far)
                self.ends += [near, far]
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                self.carried += len(data)
                target.sendall(data)
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.close()


# ── a gateway that can hang ──
class Gateway:
    """An SMS gateway that keeps the keys it got; while it hangs, it takes a message and never says so."""

    def __init__(self) -> None:
        self.keys: list[str] = []
        self.hangs, self.let_go = False, threading.Event()
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers["Content-Length"]))
                gateway.keys.append(json.loads(raw)["key"])
                if gateway.hangs:
                    gateway.let_go.wait(PATIENCE)
                    return
                self.send_response(204)
                self.end_headers()

            def log_message(self, *args) -> None:
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def recover(self) -> None:
        self.hangs = False
        self.let_go.set()

    def close(self) -> None:
        self.recover()
        self.server.shutdown()
        self.server.server_close()


# ── holding somebody up ──
@contextlib.contextmanager
def one_part_held() -> Iterator[Callable[[], bool]]:
    """Hold one unit's part of a case, as a person does who is acting on it; gives a question: does somebody wait?

    A sweep that has locked its cases waits here, in the middle of its transaction.
    """
    db = connection.settings_dict
    where = {"dbname": db["NAME"], "user": db["USER"], "password": db["PASSWORD"], "host": db["HOST"]}
    if db["PORT"]:
        where["port"] = db["PORT"]
    holder, asker = psycopg2.connect(**where), psycopg2.connect(**where)
    asker.autocommit = True
    try:
        holder.cursor().execute("SELECT 1 FROM petitions_assignment ORDER BY id LIMIT 1 FOR UPDATE")

        def is_waited_for() -> bool:
            with asker.cursor() as cursor:
                cursor.execute(
                    "SELECT count(*) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND wait_event_type = 'Lock'"
                )
                return cursor.fetchone()[0] > 0

        yield is_waited_for
    finally:
        holder.close()
        asker.close()


# ── afterwards ──
def rung() -> dict[str, int]:
    """Escalations by kind."""
    kinds: dict[str, int] = {}
    for kind in Escalation.objects.values_list("kind", flat=True):
        kinds[kind] = kinds.get(kind, 0) + 1
    return kinds


def nothing_waits() -> bool:
    return not (Outbox.objects.filter(state="waiting").exists() or Delivery.objects.filter(state="waiting").exists())


def all_is_well() -> None:
    """No effect is lost or doubled, and every chain holds."""
    assert not list(seal.verify())
    assert set(Outbox.objects.values_list("state", flat=True)) <= {"done"}
    assert Message.objects.count() == Outbox.objects.count()
    assert set(Delivery.objects.values_list("state", flat=True)) <= {"done"}
    for case in Petition.objects.all():
        # One event for each escalation: what a killed sweep had begun is there once or not at all.
        rung_here = case.escalations.exclude(kind__in=["sign_late", "info_expired", "case_expired"])
        assert sorted(rung_here.values_list("kind", flat=True)) == sorted(
            case.events.filter(action__in=Escalation.Kind.values).values_list("action", flat=True)
        )
        for moved, kind in (("auto_sign", "sign_late"), ("expire", "case_expired")):
            assert case.events.filter(action=moved).count() == case.escalations.filter(kind=kind).count()
