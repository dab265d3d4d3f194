"""A telephone system for tests: its keys, its messages, somebody at a desk."""

import json
import time
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from frontend import telephony
from petitions.call_signature import HEADER, sign
from petitions.models import Call, Extension
from tests import make

SECRET, OLD = "s" * 32, "o" * 32
NUMBER = "13800001111"
ADDRESS = "/telephony/events/"


@pytest.fixture
def telephone_keys(settings):
    settings.TELEPHONY_KEYS = [f"pbx:{SECRET}", f"pbx:{OLD}"]
    cache.delete(telephony.CONNECTED)


def message(kind: str = "ringing", *, call: str = "c1", seconds_ago: float = 60, **said) -> dict:
    at = timezone.now() - timedelta(seconds=seconds_ago)
    said = {"id": f"{call}-{kind}", "call": call, "number": NUMBER} | said
    return {"v": 1, "type": kind, "at": at.isoformat(), **said}


def post(client, body, *, secret: str = SECRET, late: float = 0, signature: str | None = None):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    said = sign(secret, raw, at=int(time.time() - late)) if signature is None else signature
    return client.post(ADDRESS, raw, content_type="application/json", headers={HEADER: said})


@pytest.fixture
def at_desk(city, client):
    person = make.an_operator()
    Extension.objects.create(number="8001", staff=person)
    client.force_login(person)
    return person


def spoken(client, *, call: str = "c1", ended: bool = False, **said) -> Call:
    told = [message(call=call, **said), message("answered", call=call, seconds_ago=50, extension="8001", **said)]
    told += [message("ended", call=call, seconds_ago=10, recording="rec-7", **said)] if ended else []
    post(client, {"messages": told})
    return Call.objects.get(provider_id=call)
