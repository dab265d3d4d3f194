"""The two doors for telephone systems, and what the desks make of their calls."""

import json
import time
from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync
from asgiref.testing import ApplicationCommunicator
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from frontend import telephony
from frontend.telephony_link import NO_HELLO, NOT_SIGNED, OFF, TelephonyConsumer
from petitions import errors
from petitions.call_signature import HEADER, WINDOW, sign
from petitions.models import Call, Callback, Dial, Extension, Petition
from petitions.services import dialling
from petitions.states import CaseState
from tests import make
from tests.petitions.conftest import committed_city  # noqa: F401

SECRET, OLD = "s" * 32, "o" * 32
NUMBER = "13800001111"
ADDRESS = "/telephony/events/"


@pytest.fixture(autouse=True)
def keys(settings):
    settings.TELEPHONY_KEYS = [f"pbx:{SECRET}", f"pbx:{OLD}"]
    cache.delete(telephony.CONNECTED)


def message(kind: str = "ringing", *, call: str = "c1", seconds_ago: float = 60, **said) -> dict:
    at = timezone.now() - timedelta(seconds=seconds_ago)
    said = {"id": f"{call}-{kind}", "call": call, "number": NUMBER} | said
    return {"v": 1, "type": kind, "at": at.isoformat(), **said}


def post(client, body, *, secret: str = SECRET, at: float | None = None, signature: str | None = None):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    said = sign(secret, raw, at=int(at or time.time())) if signature is None else signature
    return client.post(ADDRESS, raw, content_type="application/json", headers={HEADER: said})


@pytest.fixture
def operator(city, client):
    person = make.an_operator()
    Extension.objects.create(number="8001", staff=person)
    client.force_login(person)
    return person


def spoken(client, *, call: str = "c1", ended: bool = False, **said) -> Call:
    told = [message(call=call, **said), message("answered", call=call, seconds_ago=50, extension="8001", **said)]
    told += [message("ended", call=call, seconds_ago=10, recording="rec-7", **said)] if ended else []
    post(client, {"messages": told})
    return Call.objects.get(provider_id=call)


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
        {"at": time.time() - WINDOW - 60},
        {"at": time.time() + WINDOW + 60},
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


# ── the call desk ──
def strip(client, **said) -> str:
    return client.post("/intake/strip/", said).content.decode()


def test_the_strip_follows_the_call_and_never_holds_the_number(client, operator):
    post(client, message(extension="8001"))
    assert "振铃" in strip(client)

    call = spoken(client)
    page = client.get("/intake/").content.decode()
    for seen in (strip(client), page):
        assert "138****1111" in seen and f'name="call" value="{call.pk}"' in seen and "通话中" in seen
        assert NUMBER not in seen


def test_a_submitted_call_is_a_case_of_its_caller_and_leaves_the_strip(client, operator):
    call = spoken(client, ended=True)

    answer = client.post("/intake/", {"text": make.WORDS, "way": "review", "key": "k1", "call": call.pk})

    case = Petition.objects.get()
    call.refresh_from_db()
    assert (answer.status_code, call.petition, case.caller.phone) == (302, case, NUMBER)
    assert "等待来电" in strip(client)
    client.force_login(make.a_reviewer())
    assert "rec-7" in client.get(f"/cases/{case.no}/").content.decode()


def test_a_unit_sees_neither_the_call_nor_the_recording(client, operator):
    call, unit = spoken(client, ended=True), make.a_unit()
    case = make.a_case(unit=unit)
    Call.objects.filter(pk=call.pk).update(petition=case)

    client.force_login(make.a_handler(of=unit))
    assert "rec-7" not in client.get(f"/cases/{case.no}/").content.decode()


@pytest.mark.parametrize("call", ["0", "-1", "x", "9" * 30, str(2**62)])
def test_a_call_that_is_none_is_refused_with_everything_that_was_typed(client, operator, call):
    answer = client.post("/intake/", {"text": make.WORDS, "way": "review", "key": "k1", "phone": NUMBER, "call": call})

    assert answer.status_code in (404, 422)
    assert make.WORDS in answer.content.decode()
    assert not Petition.objects.exists()


def test_without_a_call_a_number_is_still_asked_for(client, operator):
    answer = client.post("/intake/", {"text": make.WORDS, "way": "review", "key": "k1"})

    assert answer.status_code == 422
    assert "请留下联系电话" in answer.content.decode()


def test_one_key_ends_a_call_without_a_case(client, operator):
    call = spoken(client, ended=True)
    assert "没有建单就选一项" in strip(client)

    answer = client.post(f"/intake/calls/{call.pk}/wrap-up/", {"reason": "wrong"}, headers={"HX-Request": "true"})
    again = client.post(f"/intake/calls/{call.pk}/wrap-up/", {"reason": "wrong"}, headers={"HX-Request": "true"})

    assert "等待来电" in answer.content.decode()
    assert "不用再处理" in again.content.decode()


def test_the_strip_costs_the_same_for_one_and_for_many_calls(client, operator):
    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            strip(client)
        return len(captured)

    spoken(client)
    strip(client)
    one = cost()
    for number in range(4):
        spoken(client, call=f"more{number}")
    post(client, message("abandoned", call="lost", number="13900002222"))
    assert cost() == one


# ── 待回拨 ──
def test_whoever_was_lost_is_listed_masked_revealed_with_a_trace_and_settled(client, operator):
    post(client, message("abandoned"))
    page = client.get("/intake/missed/").content.decode()
    row = page.split('id="caller-')[1].split('"')[0]
    assert "138****1111" in page and NUMBER not in page

    assert NUMBER in client.post(f"/intake/missed/{row}/reveal/").content.decode()
    assert client.post(f"/intake/missed/{row}/settle/", {"how": "nonsense"}).status_code == 422
    assert client.post(f"/intake/missed/{row}/settle/", {"how": "reached"}).status_code == 302
    assert "没有人等着回拨" in client.get("/intake/missed/").content.decode()
    assert client.post(f"/intake/missed/{row}/settle/", {"how": "reached"}).status_code == 409


def test_dialling_needs_a_link_and_then_rings_the_own_extension(client, operator):
    post(client, message("abandoned"))
    row = client.get("/intake/missed/").content.decode().split('id="caller-')[1].split('"')[0]
    refused = client.post(f"/intake/missed/{row}/call/")
    assert (refused.status_code, errors.NoAdapter().message in refused.content.decode()) == (409, True)

    telephony.be_connected()
    assert client.post(f"/intake/missed/{row}/call/").status_code == 302
    assert [(d.by, d.extension, d.number) for d in Dial.objects.all()] == [(operator, "8001", NUMBER)]


def test_the_list_costs_the_same_for_one_and_three(client, operator):
    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get("/intake/missed/")
        return len(captured)

    post(client, message("abandoned"))
    cost()
    one = cost()
    post(client, {"messages": [message("abandoned", call=f"c{n}", number=f"1390000000{n}") for n in range(2, 4)]})
    assert cost() == one


def test_only_the_desk_sees_calls_and_nobody_another_persons_shift(client, city):
    client.force_login(make.a_supervisor())
    refused = [client.post("/intake/strip/"), client.get("/intake/missed/"), client.get("/intake/shift/")]
    refused += [client.post("/intake/missed/1/settle/"), client.post("/intake/calls/1/wrap-up/")]
    assert {answer.status_code for answer in refused} == {403}


# ── the call-back desk ──
def test_the_desk_dials_shows_how_far_it_is_and_what_was_counted(client, city):
    person = make.a_caller_back()
    Extension.objects.create(number="8101", staff=person)
    client.force_login(person)
    case = make.a_case(state=CaseState.PENDING_CALLBACK)
    assert "话务系统没有连接" in client.get("/callback/").content.decode()

    telephony.be_connected()
    assert "拨打" in client.get(f"/callback/?case={case.no}").content.decode()
    asked = client.post("/callback/dial/", {"case": case.no}, headers={"HX-Request": "true"}).content.decode()
    assert "正在接通您的分机 8101" in asked

    dial = Dial.objects.get()
    post(client, message("missed", direction="out", dial=dial.pk, extension="8101", seconds_ago=0))
    seen = client.get(f"/callback/dial/?case={case.no}").content.decode()
    assert "没有接通" in seen and "已自动记下" in seen
    assert case.callbacks.count() == 1


@pytest.mark.parametrize("no", ["", "nothing", "LJ\x00"])
def test_a_case_that_is_none_cannot_be_dialled(client, city, no):
    client.force_login(make.a_caller_back())

    assert client.post("/callback/dial/", {"case": no}).status_code == 404
