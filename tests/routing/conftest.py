"""The city with what loading it said; files that only need the city take the one made once per file."""

from datetime import UTC, datetime

import pytest

from routing.loading.defaults import load_defaults
from tests.petitions.conftest import _city_of_the_module, forgetful  # noqa: F401


@pytest.fixture
def city(db):
    """The fictional city with its units, catalogue and calendars."""
    return load_defaults(now=datetime(2026, 1, 1, tzinfo=UTC))
