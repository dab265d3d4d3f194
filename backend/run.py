"""`make run`: the whole system in one command. Database, tables, first data, pages, sockets, worker, scheduler."""

import asyncio
import contextlib
import signal
import socket
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator

import django
import uvicorn
from django.conf import settings
from django.core.management import call_command, get_commands

from backend import embedded_postgres, env

PORTS_TO_TRY = 50
GOODBYE_SECONDS = 3  # open sockets would hold up the end for ever


class NoFreePort(Exception):
    """No free port was found; choose one with PORT=…"""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


def main() -> None:
    started = time.monotonic()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # so that `with` blocks end in order, as with Ctrl-C
    # Under ASGI Django says this of every file that WhiteNoise serves; the files are small, and in production it
    # serves them under WSGI.
    warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")
    env.use_default("DJANGO_SETTINGS_MODULE", "backend.settings")
    host, port = env.text("HOST", "127.0.0.1"), env.number("PORT", 8000)
    env.override("PORT", str(free_port(host, port)))
    with contextlib.suppress(KeyboardInterrupt), embedded_postgres.in_use_if(env.wants_embedded_database()):
        django.setup()
        make_ready()
        with celery_processes():
            asyncio.run(serve(host, env.number("PORT", 8000), started))


def free_port(host: str, wanted: int) -> int:
    """Return the wanted port, or the next free one when it is taken."""
    for port in range(wanted, wanted + PORTS_TO_TRY):
        with socket.socket() as attempt:
            attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                attempt.bind((host, port))
                return port
    raise NoFreePort


def make_ready() -> None:
    """Bring tables, static files, text model and demo data up to date; what is there already is left alone."""
    call_command("migrate", interactive=False, verbosity=0)
    collect_static_files()
    available = get_commands()
    for command, option in (("train", "--if-none"), ("seed_demo", "--if-empty")):
        if command in available:
            call_command(command, option)


def collect_static_files() -> None:
    """Collect and compress once per build: compressing takes seconds that a second start does not have."""
    manifest, stamp = settings.FRONTEND_DIST / "manifest.json", settings.VAR_DIR / "static.stamp"
    build = manifest.stat().st_mtime_ns if manifest.exists() else "no build"
    state = f"Django {django.__version__}, pages {build}"
    if stamp.exists() and stamp.read_text() == state:
        return
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    stamp.write_text(state)


@contextlib.contextmanager
def celery_processes() -> Iterator[None]:
    """Keep a Celery worker and its beat beside the web server, if there is a broker for them."""
    commands = [] if settings.EMBEDDED_WORKER else [["worker", "--concurrency=2"], ["beat"]]
    # Sessions of their own: Ctrl-C must reach the web server first.
    children = [
        subprocess.Popen([sys.executable, "-m", "celery", "-A", "backend", *command], start_new_session=True)
        for command in commands
    ]
    try:
        yield
    finally:
        for child in children:
            child.terminate()
        for child in children:
            child.wait()


async def serve(host: str, port: int, started: float) -> None:
    """Serve pages and sockets until a signal comes, with the embedded worker in the same event loop."""
    server = uvicorn.Server(
        uvicorn.Config(
            "backend.asgi:application",
            host=host,
            port=port,
            log_config=None,
            log_level="warning",
            access_log=False,
            ws_per_message_deflate=False,  # lines of 60 bytes; compressing costs each open page tens of KB
            timeout_graceful_shutdown=GOODBYE_SECONDS,
        )
    )
    stop = asyncio.Event()
    worker = asyncio.create_task(work(stop))
    # A worker that died takes the server along: pages without a worker would promise what nobody carries out.
    worker.add_done_callback(lambda _: setattr(server, "should_exit", True))
    greeting = asyncio.create_task(greet(server, host, port, started))
    try:
        await server.serve()
    finally:
        stop.set()
        greeting.cancel()
        await worker


async def work(stop: asyncio.Event) -> None:
    """Be the embedded worker until stopped; where Celery works, only wait."""
    if not settings.EMBEDDED_WORKER:
        await stop.wait()
        return
    from backend.worker import ring_all_bells  # needs the applications, which django.setup() has loaded by now

    await ring_all_bells(stop)


async def greet(server: uvicorn.Server, host: str, port: int, started: float) -> None:
    while not server.started:
        await asyncio.sleep(0.05)
    shown = "127.0.0.1" if host in ("", "0.0.0.0", "::") else host  # noqa: S104 - compared, not bound
    logins = settings.VAR_DIR / "demo_logins.txt"
    print(f"\n  The system is up after {time.monotonic() - started:.1f} s:  http://{shown}:{port}/")
    print("  Stop it with Ctrl-C.\n")
    if logins.exists():
        print(logins.read_text(), flush=True)


if __name__ == "__main__":
    main()
