"""The two doors for telephone systems: who is let in, what is answered, how orders to dial get out."""

import json
import time

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from asgiref.testing import ApplicationCommunicator

from frontend import telephony
from frontend.telephony_link import NO_HELLO, NOT_SIGNED, OFF, TelephonyConsumer
from petitions import errors
from petitions.call_signature import WINDOW, sign
from petitions.models import Call, Callback, Extension
from petitions.services import calls, dialling
from petitions.states import CaseState
from tests import make
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


# ── socket ──
@pytest.fixture
def committed(committed_city):  # noqa: F811
    """Orders are committed rows: the link reads them in another thread."""


def hello(secret: str = SECRET) -> dict:
    return {"type": "hello", "signature": sign(secret, b"hello", at=int(time.time()))}


async def connected(first: dict | str) -> ApplicationCommunicator:
    scope = {"type": "websocket", "path": "/ws/telephony/", "headers": []}
    link = ApplicationCommunicator(TelephonyConsumer.as_asgi(), scope)
    await link.send_input({"type": "websocket.connect"})
    assert (await link.receive_output())["type"] == "websocket.accept"
    await say(link, first)
    return link


async def say(link: ApplicationCommunicator, said: dict | str) -> None:
    await link.send_input({"type": "websocket.receive", "text": said if isinstance(said, str) else json.dumps(said)})


async def heard(link: ApplicationCommunicator) -> dict:
    output = await link.receive_output(timeout=10)
    return json.loads(output["text"]) if output["type"] == "websocket.send" else {"closed": output["code"]}


async def left(link: ApplicationCommunicator) -> None:
    await link.send_input({"type": "websocket.disconnect", "code": 1000})
    await link.wait(timeout=10)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("first", "code"),
    [(hello("wrong"), NOT_SIGNED), ({"type": "hello"}, NO_HELLO), ("x", NO_HELLO), ({"signature": 7}, NO_HELLO)],
)
def test_a_socket_that_does_not_say_who_it_is_is_closed_with_the_reason(first, code):
    async def knock() -> dict:
        link = await connected(first)
        said = await heard(link)
        await left(link)
        return said

    assert async_to_sync(knock)() == {"closed": code}


@pytest.mark.django_db(transaction=True)
def test_a_socket_is_closed_when_no_key_is_configured(settings):
    settings.TELEPHONY_KEYS = []

    async def knock() -> dict:
        link = await connected(hello())
        said = await heard(link)
        await left(link)
        return said

    assert async_to_sync(knock)() == {"closed": OFF}


@pytest.mark.django_db(transaction=True)
def test_each_frame_is_acknowledged_and_nonsense_does_not_end_the_link(committed):
    async def talk() -> list[dict]:
        link = await connected(hello())
        said = [await heard(link)]
        for frame in (
            message(),
            {"messages": [message(), message("ended")]},
            "nonsense",
            {"type": "dialled", "dial": 7},
        ):
            await say(link, frame)
            said.append(await heard(link))
        await left(link)
        return said

    welcome, *acks = async_to_sync(talk)()
    assert welcome["type"] == "welcome"
    told = [[result["status"] for result in ack["results"]] for ack in acks]
    assert told == [["taken"], ["duplicate", "taken"], ["refused"], ["refused"]]


@pytest.mark.django_db(transaction=True)
def test_a_command_reaches_the_telephone_system_of_its_call_and_no_other(committed):
    person = make.an_operator()
    Extension.objects.create(number="8001", staff=person)

    def pressed() -> None:
        for call in Call.objects.order_by("provider"):
            calls.command(call.pk, what="answer", actor=person)

    async def talk() -> tuple[dict, bool]:
        link = await connected(hello())
        await heard(link)
        await say(link, message(extension="8001"))
        await heard(link)
        ours = await sync_to_async(Call.objects.get)()
        theirs = {"provider": "another", "provider_id": "x-1", "agent": person, "extension": "8001"}
        await sync_to_async(Call.objects.create)(started_at=ours.started_at, **theirs)
        await sync_to_async(pressed)()
        said = await heard(link)
        silent = await link.receive_nothing(timeout=1)
        await left(link)
        return said, silent

    command = {"type": "command", "v": 1, "command": "answer", "call": "c1", "extension": "8001"}
    assert async_to_sync(talk)() == (command, True)


@pytest.mark.django_db(transaction=True)
def test_an_order_that_was_given_while_nobody_was_connected_is_fetched_and_reported_back(committed):
    person = make.a_caller_back()
    Extension.objects.create(number="8101", staff=person)
    case = make.a_case(state=CaseState.PENDING_CALLBACK)
    dial = dialling.call_citizen(case, actor=person)

    async def talk() -> list[dict]:
        link = await connected(hello())
        said = [await heard(link), await heard(link)]
        facts = {"direction": "out", "dial": dial.pk, "extension": "8101"}
        for frame in ({"type": "dialled", "dial": dial.pk}, message("missed", seconds_ago=1, **facts)):
            await say(link, frame)
            said.append(await heard(link))
        await left(link)
        return said

    _, order, *acks = async_to_sync(talk)()
    assert order == {"type": "dial", "v": 1, "dial": dial.pk, "extension": "8101", "number": make.PHONE}
    assert [ack["results"][0]["status"] for ack in acks] == ["taken", "taken"]
    assert [(c.result, c.by_id) for c in Callback.objects.filter(petition=case)] == [("no_answer", person.pk)]
