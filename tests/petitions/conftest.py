"""The fictional city, once per file; what processes remember of the database, forgotten between tests."""

import io
from datetime import UTC, datetime

import pytest
from django.core.management import call_command
from django.db import transaction

from petitions.services import door
from routing import rulebook
from routing.loading.defaults import load_defaults
from tests.petitions.files import lines_of

MADE = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def forgetful():
    """A rolled back test leaves its stamp and its system row in memory, where the next test would believe them."""
    door._system_id.cache_clear()
    rulebook._kept = None


@pytest.fixture(scope="module")
def _city_of_the_module(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        load_defaults(now=MADE)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def city(_city_of_the_module, db):
    """The city of routing/data: areas, units, categories, catalogue, limits. The test's own rows are rolled back."""


@pytest.fixture
def committed_city(transactional_db):
    """The same city for tests with threads: really committed, and swept away afterwards."""
    load_defaults(now=MADE)


@pytest.fixture
def bring(tmp_path, city):
    """Import a file and return (what was said, the rows of the problems file)."""

    def bring(path, **options):
        out, problems = io.StringIO(), tmp_path / "problems.csv"
        call_command("import_messages", path, problems=problems, stdout=out, source="test", **options)
        return out.getvalue(), lines_of(problems)

    return bring
