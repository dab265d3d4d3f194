"""The webhook of telephone systems: who is let in, what is answered."""

import json
import time

import pytest

from frontend import telephony
from petitions import errors
from petitions.call_signature import WINDOW, sign
from petitions.models import Call
from tests.frontend.telephone import ADDRESS, OLD, SECRET, message, post
from tests.petitions.conftest import committed_city  # noqa: F401

pytestmark = pytest.mark.usefixtures("telephone_keys")


# ── webhook ──
def test_a_signed_batch_is_answered_message_by_message(client, city):
    batch = [message(), message(), message("exploded"), message("answered", extension="9999")]

    answer = post(client, {"messages": batch})

    told = [result["status"] for result in answer.json()["results"]]
    assert (answer.status_code, told) == (200, ["taken", "duplicate", "refused", "taken"])
    assert "9999" in answer.json()["results"][3]["warning"]
    assert Call.objects.get().provider == "pbx"


def test_while_a_key_is_changed_both_open_and_a_replay_changes_nothing(client, city):
    first, replayed = post(client, message(), secret=OLD), post(client, message())

    assert [answer.json()["results"][0]["status"] for answer in (first, replayed)] == ["taken", "duplicate"]


@pytest.mark.parametrize(
    "how",
    [
        {"secret": "wrong"},
        {"secret": ""},
        {"late": WINDOW + 60},
        {"late": -WINDOW - 60},
        {"signature": ""},
        {"signature": "t=,s="},
        {"signature": "t=1e9,s=zz"},
        {"signature": "t=①,s=é"},
        {"signature": f"t={'9' * 400},s=00"},
    ],
)
def test_what_is_not_signed_in_time_is_not_taken(client, city, how):
    answer = post(client, message(), **how)

    assert (answer.status_code, answer.json()["detail"][:4]) == (403, "签名不对")
    assert not Call.objects.exists()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 422),
        (b"\xff\xfe", 422),
        (b"[" * 100_000, 422),
        (b"[]", 422),
        (b"7", 422),
        (b'{"messages": []}', 422),
        (b'{"messages": {}}', 422),
        (json.dumps({"messages": [{}] * 101}).encode(), 413),
        (b" " * (telephony.LARGEST + 1), 413),
    ],
)
def test_what_cannot_be_read_is_said_in_a_sentence(client, city, body, status):
    answer = post(client, body)

    assert answer.status_code == status
    assert answer.json()["detail"].endswith("。")


@pytest.mark.parametrize("said", [None, 7, "x", [], {"id": 7}, {"v": 1, "id": {}, "call": [], "type": None}])
def test_whatever_a_message_is_it_gets_its_own_answer(client, city, said):
    results = post(client, {"messages": [said, message()]}).json()["results"]

    assert [result["status"] for result in results] == ["refused", "taken"]


def test_without_a_key_the_door_is_closed(client, city, settings):
    settings.TELEPHONY_KEYS = []

    assert post(client, message()).status_code == 404
    assert client.get(ADDRESS).status_code == 405


def test_each_refusal_of_the_door_has_its_name(settings):
    body = b"{}"
    with pytest.raises(errors.NotSigned):
        telephony.speaker(body, "")
    with pytest.raises(errors.TooMuchAtOnce):
        telephony.messages_in(b" " * (telephony.LARGEST + 1))
    settings.TELEPHONY_KEYS = []
    with pytest.raises(errors.TelephonyOff):
        telephony.speaker(body, sign(SECRET, body, at=int(time.time())))
