"""What all tests share: a real PostgreSQL, and a last word about everything that was not tested."""

import pytest
from django.conf import settings

from backend import embedded_postgres

skipped: dict[str, list[str]] = {}


def pytest_sessionstart() -> None:
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # WhiteNoise warns without it, and warnings are errors


@pytest.fixture(scope="session")
def postgres():
    """Keep a PostgreSQL server up for the session: the one of DATABASE_URL, else the embedded one without fsync."""
    with embedded_postgres.in_use_if(settings.EMBEDDED_DATABASE):
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(postgres, django_db_modify_db_settings_parallel_suffix):
    """pytest-django makes the test database after this: the server must answer by then."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests come last: Playwright keeps an event loop running, and asyncio allows only one in a thread."""
    items.sort(key=lambda item: "tests/browser/" in item.nodeid)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.skipped and isinstance(report.longrepr, tuple):
        skipped.setdefault(report.longrepr[2].removeprefix("Skipped: "), []).append(report.nodeid)


def pytest_terminal_summary(terminalreporter) -> None:
    """Say in capital letters what was skipped: a green run must not hide that half of it never happened."""
    for reason, tests in skipped.items():
        terminalreporter.write_line(
            f"NOT TESTED: {len(tests)} TESTS WERE SKIPPED, {reason.upper()}", red=True, bold=True
        )
