"""What tests of administration share: an administrator at the pages, and a limit as the form sends it."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from routing.models import Staff
from tests import make
from tests.frontend.logging_in import client_of


@pytest.fixture
def administrator(city) -> Staff:
    cache.clear()  # tries of earlier tests
    return make.a_person("admin", name="管理员")


@pytest.fixture
def desk(administrator) -> Client:
    return client_of(administrator)


def a_limit(**said) -> dict:
    tomorrow = timezone.localdate() + timedelta(days=1)
    usual = {"stage": "sign", "tier": "", "amount": 1, "unit": "hour", "mode": "natural", "effective_from": tomorrow}
    return usual | {"reason": "通知"} | said
