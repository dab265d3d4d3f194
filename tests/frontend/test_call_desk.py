"""What the desks make of telephone calls: the strip, cases out of calls, 待回拨, dialling for a call-back."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from frontend import telephony
from petitions import errors
from petitions.models import Call, Dial, Extension, Petition
from petitions.services import calls
from petitions.states import CaseState
from routing.models import Parameter
from tests import make
from tests.frontend.telephone import NUMBER, message, post, spoken

pytestmark = pytest.mark.usefixtures("telephone_keys")


# ── the call desk ──
def strip(client, **said) -> str:
    return client.post("/intake/strip/", said).content.decode()


def test_the_strip_follows_the_call_and_never_holds_the_number(client, at_desk):
    post(client, message(extension="8001"))
    assert "振铃" in strip(client)

    call = spoken(client)
    page = client.get("/intake/").content.decode()
    for seen in (strip(client), page):
        assert "138****1111" in seen and f'name="call" value="{call.pk}"' in seen and "通话中" in seen
        assert NUMBER not in seen


def test_a_submitted_call_is_a_case_of_its_caller_and_leaves_the_strip(client, at_desk):
    call = spoken(client, ended=True)

    answer = client.post("/intake/", {"text": make.WORDS, "way": "review", "key": "k1", "call": call.pk})

    case = Petition.objects.get()
    call.refresh_from_db()
    assert (answer.status_code, call.petition, case.caller.phone) == (302, case, NUMBER)
    assert "等待来电" in strip(client)
    client.force_login(make.a_reviewer())
    assert "rec-7" in client.get(f"/cases/{case.no}/").content.decode()


def test_the_strip_offers_what_fits_the_call_while_a_telephone_system_listens(client, at_desk):
    post(client, message(extension="8001"))
    assert "接听" not in strip(client), "nobody would hear it"

    telephony.be_connected()
    ringing = strip(client)
    assert [word in ringing for word in ("接听", "挂断", "保持")] == [True, True, False]
    call = spoken(client)
    assert [word in strip(client) for word in ("接听", "挂断", "保持")] == [False, True, True]
    client.post(f"/intake/calls/{call.pk}/command/", {"what": "hold"}, headers={"HX-Request": "true"})
    call.refresh_from_db()
    assert call.state == Call.State.ANSWERED, "asked for is not done"


def test_a_muted_call_says_so_and_its_key_stays_down(client, at_desk):
    telephony.be_connected()
    call = spoken(client)
    assert 'value="mute" aria-pressed="false"' in strip(client)

    post(client, message("muted", seconds_ago=5, extension="8001"))
    seen = strip(client)
    assert 'value="unmute" aria-pressed="true"' in seen and "已静音" in seen
    assert f"/intake/calls/{call.pk}/transfer/" in seen


def a_colleague(number: str, name: str = ""):
    person = make.an_operator()
    person.name = name or person.name
    person.save()
    Extension.objects.create(number=number, staff=person)
    return person


def test_the_list_shows_colleagues_and_groups_and_narrows_to_what_is_typed(client, at_desk):
    Parameter.objects.filter(key="telephony.groups").update(value=["8800 企业专席"])
    a_colleague("8002", name="李晓")
    a_colleague("8103", name="周敏")
    call = spoken(client)
    address = f"/intake/calls/{call.pk}/transfer/"

    whole = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert [word in whole for word in ("8800", "企业专席", "李晓", "周敏")] == [True] * 4
    for typed in ("81", "周"):
        found = client.get(address, {"to": typed}, headers={"HX-Request": "true"}).content.decode()
        assert [word in found for word in ("企业专席", "李晓", "周敏")] == [False, False, True]
    assert "没有找到" in client.get(address, {"to": "\0%"}).content.decode()


def test_the_list_costs_the_same_for_one_and_three_colleagues(client, at_desk):
    call = spoken(client)

    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(f"/intake/calls/{call.pk}/transfer/")
        return len(captured)

    a_colleague("8002")
    cost()
    one = cost()
    a_colleague("8003")
    a_colleague("8004")
    assert cost() == one


def test_a_transfer_that_cannot_be_is_said_in_the_list_and_for_a_machine_as_a_problem(client, at_desk):
    telephony.be_connected()
    a_colleague("8002")
    call = spoken(client)
    address, said = f"/intake/calls/{call.pk}/command/", {"what": "transfer", "to": "8001"}

    shown = client.post(address, said, headers={"HX-Request": "true"})
    told = client.post(address, said, headers={"Accept": "application/json"})
    plain = client.post(address, said)

    sentence = "这通电话就在这个分机上"
    assert (shown.status_code, shown["HX-Retarget"], sentence in shown.content.decode()) == (422, "#transfer", True)
    assert 'value="8001"' in shown.content.decode()
    assert (told.status_code, sentence in told.json()["detail"]) == (422, True)
    assert (plain.status_code, sentence in plain.content.decode()) == (422, True)
    asked = client.post(address, {**said, "to": "8002"}, headers={"HX-Request": "true"})
    assert (asked.status_code, "通话中" in asked.content.decode()) == (200, True), "asked for is not done"


def test_a_call_that_is_handed_on_rings_on_the_colleagues_strip_and_leaves_their_form_alone(client, at_desk):
    telephony.be_connected()
    colleague = a_colleague("8002")
    call = spoken(client)
    post(client, message("ringing", id="on", seconds_ago=5, extension="8002"))
    assert f"正在转给 {colleague}（8002）" in strip(client)

    client.force_login(colleague)
    offered = strip(client)
    assert "转来，振铃" in offered and "接听" in offered and 'name="call"' not in offered
    post(client, message("answered", id="by", seconds_ago=1, extension="8002"))
    assert f'name="call" value="{call.pk}"' in strip(client)


def test_a_command_that_does_not_fit_or_is_not_ones_own_is_refused(client, at_desk):
    call = spoken(client)
    with pytest.raises(errors.WrongState):
        calls.command(call.pk, what="answer", actor=at_desk)
    with pytest.raises(errors.WrongState):
        calls.command(call.pk, what="explode", actor=at_desk)
    with pytest.raises(errors.NotYourCall):
        calls.command(call.pk, what="hangup", actor=make.an_operator())
    page = client.post(f"/intake/calls/{call.pk}/command/", {"what": "hangup"}, headers={"HX-Request": "true"})
    assert "请在话机上操作" in page.content.decode()


def test_a_unit_sees_neither_the_call_nor_the_recording(client, at_desk):
    call, unit = spoken(client, ended=True), make.a_unit()
    case = make.a_case(unit=unit)
    Call.objects.filter(pk=call.pk).update(petition=case)

    client.force_login(make.a_handler(of=unit))
    assert "rec-7" not in client.get(f"/cases/{case.no}/").content.decode()


@pytest.mark.parametrize("call", ["0", "-1", "x", "9" * 30, str(2**62)])
def test_a_call_that_is_none_is_refused_with_everything_that_was_typed(client, at_desk, call):
    answer = client.post("/intake/", {"text": make.WORDS, "way": "review", "key": "k1", "phone": NUMBER, "call": call})

    assert answer.status_code in (404, 422)
    assert make.WORDS in answer.content.decode()
    assert not Petition.objects.exists()


def test_without_a_call_a_number_is_still_asked_for(client, at_desk):
    answer = client.post("/intake/", {"text": make.WORDS, "way": "review", "key": "k1"})

    assert answer.status_code == 422
    assert "请留下联系电话" in answer.content.decode()


def test_one_key_ends_a_call_without_a_case(client, at_desk):
    call = spoken(client, ended=True)
    assert "没有建单就选一项" in strip(client)

    answer = client.post(f"/intake/calls/{call.pk}/wrap-up/", {"reason": "wrong"}, headers={"HX-Request": "true"})
    again = client.post(f"/intake/calls/{call.pk}/wrap-up/", {"reason": "wrong"}, headers={"HX-Request": "true"})

    assert "等待来电" in answer.content.decode()
    assert "不用再处理" in again.content.decode()


def test_the_strip_costs_the_same_for_one_and_for_many_calls(client, at_desk):
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
def test_whoever_was_lost_is_listed_masked_revealed_with_a_trace_and_settled(client, at_desk):
    post(client, message("abandoned"))
    page = client.get("/intake/missed/").content.decode()
    row = page.split('id="caller-')[1].split('"')[0]
    assert "138****1111" in page and NUMBER not in page

    assert NUMBER in client.post(f"/intake/missed/{row}/reveal/").content.decode()
    assert client.post(f"/intake/missed/{row}/settle/", {"how": "nonsense"}).status_code == 422
    assert client.post(f"/intake/missed/{row}/settle/", {"how": "reached"}).status_code == 302
    assert "没有人等着回拨" in client.get("/intake/missed/").content.decode()
    assert client.post(f"/intake/missed/{row}/settle/", {"how": "reached"}).status_code == 409


def test_dialling_needs_a_link_and_then_rings_the_own_extension(client, at_desk):
    post(client, message("abandoned"))
    row = client.get("/intake/missed/").content.decode().split('id="caller-')[1].split('"')[0]
    refused = client.post(f"/intake/missed/{row}/call/")
    assert (refused.status_code, errors.NoAdapter().message in refused.content.decode()) == (409, True)

    telephony.be_connected()
    assert client.post(f"/intake/missed/{row}/call/").status_code == 302
    assert [(d.by, d.extension, d.number) for d in Dial.objects.all()] == [(at_desk, "8001", NUMBER)]


def test_the_list_costs_the_same_for_one_and_three(client, at_desk):
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


def test_the_desk_holds_and_ends_the_call_it_dialled(client, city):
    telephony.be_connected()
    person = make.a_caller_back()
    Extension.objects.create(number="8101", staff=person)
    client.force_login(person)
    case = make.a_case(state=CaseState.PENDING_CALLBACK)
    client.post("/callback/dial/", {"case": case.no})
    said = {"direction": "out", "dial": Dial.objects.get().pk, "extension": "8101"}
    post(client, message("answered", **said))

    seen = client.get(f"/callback/dial/?case={case.no}").content.decode()
    assert [f'value="{what}"' in seen for what in ("mute", "hold", "hangup", "transfer")] == [True, True, True, False]
    call = Call.objects.get()
    asked = client.post(
        "/callback/dial/", {"case": case.no, "call": call.pk, "what": "hangup"}, headers={"HX-Request": "true"}
    )
    assert (asked.status_code, Dial.objects.count(), "通话中" in asked.content.decode()) == (200, 1, True)
    post(client, message("muted", id="m", seconds_ago=5, **said))
    assert "已静音" in client.get(f"/callback/dial/?case={case.no}").content.decode()
    nonsense = {"case": case.no, "call": "9" * 30, "what": "hangup"}
    assert "没有找到这通电话" in client.post("/callback/dial/", nonsense).content.decode()


@pytest.mark.parametrize("no", ["", "nothing", "LJ\x00"])
def test_a_case_that_is_none_cannot_be_dialled(client, city, no):
    client.force_login(make.a_caller_back())

    assert client.post("/callback/dial/", {"case": no}).status_code == 404
