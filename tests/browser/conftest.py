"""Browser tests: a real server process on a fresh database of its own, a real Chromium, and no tolerance for errors.

The server is a process, not a thread: the ORM may not be used in the thread that runs Playwright's synchronous API
(Django refuses it), so tests look at pages only and demo data come from `seed_demo`.
"""

import os
import re
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg2
import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from backend import env
from tests.browser.chromium import FLAGS, chromium_path

# How long a page may take to do or to show what is expected: limits for waiting, generous because other tests run
# beside.
PATIENCE = 60_000  # milliseconds, for what is pressed and opened
expect.set_options(timeout=30_000)
DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
START_SECONDS = 600  # migrate, train a first text model, make demo data: on a busy machine
# A form that is refused answers 422, a move that came too late 409, a used link 410: the browser notes it, rightly.
EXPECTED_ANSWERS = re.compile(r"Failed to load resource: .* status of (409|410|422)\b")
# What a page gave up, because it was left or asked again, htmx notes as an error. Where a request failed, the browser
# has a line of its own, and that one counts.
GIVEN_UP = re.compile(r"^htmx:(afterRequest|sendAbort|sendError)\b")


@dataclass(frozen=True)
class Server:
    url: str
    password: str


@contextmanager
def fresh_database() -> Iterator[str]:
    """Make an empty database beside the test database and drop it afterwards; yields its URL."""
    base, _, options = settings.DATABASE_URL.partition("?")
    server, _, maintenance = base.rpartition("/")
    name = f"browser_{os.getpid()}_{secrets.token_hex(3)}"
    query = f"?{options}" if options else ""
    run_sql(f"{server}/{maintenance}{query}", f'CREATE DATABASE "{name}"')
    try:
        yield f"{server}/{name}{query}"
    finally:
        run_sql(f"{server}/{maintenance}{query}", f'DROP DATABASE "{name}" WITH (FORCE)')


def run_sql(url: str, statement: str) -> None:
    connection = psycopg2.connect(url)
    try:
        connection.autocommit = True
        connection.cursor().execute(statement)
    finally:
        connection.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_up(process: subprocess.Popen, url: str, log: Path) -> None:
    give_up = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < give_up:
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=5):
                return
        except urllib.error.HTTPError as answer:  # up, but not well: give the worker time
            answer.close()
        except OSError:
            pass
        time.sleep(0.3)
    pytest.fail(f"The server did not become healthy. Its log ends with:\n{log.read_text()[-4000:]}", pytrace=False)


@pytest.fixture(scope="session")
def server(postgres, tmp_path_factory) -> Iterator[Server]:
    """The whole system as `make run` starts it, with demo data, in a process and a folder of its own."""
    folder, port, password = tmp_path_factory.mktemp("server"), free_port(), secrets.token_urlsafe(8)
    log, url = folder / "server.log", f"http://127.0.0.1:{port}"
    with fresh_database() as database, log.open("wb") as out:
        changes = {"APP_ENV": "test", "DATABASE_URL": database, "PORT": str(port), "HOST": "127.0.0.1"}
        changes |= {"VAR_DIR": str(folder), "DEMO_PASSWORD": password, "REDIS_URL": None, "BROKER_URL": None}
        changes["TELEPHONY_KEYS"] = f"demo:{password}"
        command = [sys.executable, "-m", "backend.run"]
        variables = env.for_child(**changes)
        with subprocess.Popen(command, cwd=env.BASE_DIR, env=variables, stdout=out, stderr=out) as process:
            try:
                wait_until_up(process, url, log)
                yield Server(url, password)
            finally:
                process.terminate()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium_path()
    if path is None:
        give_up = pytest.fail if env.is_set("CI") else pytest.skip
        give_up("no Chromium on this machine (install chromium and fonts-noto-cjk, or set CHROMIUM)")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def complaints() -> Iterator[list[str]]:
    """What the browser complained about; a test fails if anything is left here at its end."""
    found: list[str] = []
    yield found
    assert found == [], "the browser's console must stay empty"


@pytest.fixture
def new_context(browser: Browser, server: Server, complaints: list[str]) -> Iterator[Callable[..., BrowserContext]]:
    """Return a factory of separate browsers (one per person): `new_context()` or `new_context(viewport=PHONE)`."""
    opened: list[BrowserContext] = []

    def make(**options) -> BrowserContext:
        usual = {"base_url": server.url, "locale": "zh-CN", "timezone_id": "Asia/Shanghai", "viewport": DESKTOP}
        context = browser.new_context(**(usual | options))
        context.set_default_timeout(PATIENCE)
        context.on("console", lambda message: note(complaints, message))
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        # A blocked style or script reports itself here too, even where the console says nothing.
        context.add_init_script(
            "addEventListener('securitypolicyviolation', e => console.error('CSP', e.violatedDirective, e.blockedURI))"
        )
        opened.append(context)
        return context

    yield make
    for context in opened:
        context.close()


def note(complaints: list[str], message: ConsoleMessage) -> None:
    is_expected = EXPECTED_ANSWERS.search(message.text) or GIVEN_UP.search(message.text)
    if message.type == "error" and not is_expected:
        complaints.append(f"{message.text} ({message.location.get('url', '')})")


@pytest.fixture
def page(new_context) -> Page:
    """An anonymous visitor on a desktop screen."""
    return new_context().new_page()


@pytest.fixture
def logged_in(new_context, server: Server) -> Callable[..., Page]:
    """Return a factory of logged-in people: `logged_in("dispatcher")`, `logged_in("handler", viewport=PHONE)`."""

    def enter(username: str, **options) -> Page:
        page = new_context(**options).new_page()
        page.goto("/login/")
        page.fill("[name=username]", username)
        page.fill("[name=password]", server.password)
        page.press("[name=password]", "Enter")
        page.wait_for_url(lambda url: "/login" not in url)
        drop_drafts(page)
        return page

    return enter


def drop_drafts(page: Page) -> None:
    """What an earlier test typed as this person, and did not send, is not this test's."""
    request = page.context.request
    left = re.findall(r"/drafts/\d+/drop/", request.get("/drafts/").text())
    token = next(cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "csrftoken")
    for address in left:
        request.post(address, headers={"X-CSRFToken": token})
    if left:
        page.reload()
