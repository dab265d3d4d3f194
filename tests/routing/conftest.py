from datetime import UTC, datetime

import pytest

from routing.loading.defaults import load_defaults


@pytest.fixture
def city(db):
    """The fictional city with its units, catalogue and calendars."""
    return load_defaults(now=datetime(2026, 1, 1, tzinfo=UTC))
