"""The socket for telephone systems: who is let in, what is acknowledged, how commands and orders to dial get out."""

import json
import time

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from asgiref.testing import ApplicationCommunicator

from frontend.telephony_link import NO_HELLO, NOT_SIGNED, OFF, TelephonyConsumer
from petitions.call_signature import sign
from petitions.models import Call, Callback, Extension
from petitions.services import calls, dialling
from petitions.states import CaseState
from tests import make
from tests.frontend.telephone import SECRET, message
from tests.petitions.conftest import committed_city  # noqa: F401

pytestmark = pytest.mark.usefixtures("telephone_keys")


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

    def handed_on() -> None:
        Extension.objects.create(number="8002", staff=make.an_operator())
        calls.command(Call.objects.get(provider="pbx").pk, what="transfer", actor=person, to="8002")

    async def talk() -> tuple[list[dict], bool]:
        link = await connected(hello())
        await heard(link)
        await say(link, message(extension="8001"))
        await heard(link)
        ours = await sync_to_async(Call.objects.get)()
        theirs = {"provider": "another", "provider_id": "x-1", "agent": person, "extension": "8001"}
        await sync_to_async(Call.objects.create)(started_at=ours.started_at, **theirs)
        await sync_to_async(pressed)()
        said = [await heard(link)]
        silent = await link.receive_nothing(timeout=1)
        await say(link, message("answered", seconds_ago=5, extension="8001"))
        await heard(link)
        await sync_to_async(handed_on)()
        said.append(await heard(link))
        await left(link)
        return said, silent

    command = {"type": "command", "v": 1, "command": "answer", "call": "c1", "extension": "8001"}
    assert async_to_sync(talk)() == ([command, command | {"command": "transfer", "to": "8002"}], True)


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
