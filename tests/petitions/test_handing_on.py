"""A call is muted, held and handed on; a call-back is dialled: who may ask for what, and of whom."""

from datetime import timedelta

import pytest

from petitions import errors
from petitions.models import Call, Dial, Disclosure
from petitions.queries import calls as desk
from petitions.queries import extensions
from petitions.services import callback, calls, dialling
from petitions.states import CaseState
from routing.models import Parameter
from tests import make
from tests.petitions.telephone import a_caller_back, a_dial, a_spoken_call, an_agent, message, outbound, tell

pytestmark = pytest.mark.usefixtures("city")


def test_a_transfer_rings_at_the_colleague_and_is_theirs_once_they_answer():
    first, second, now = an_agent(), an_agent("8002"), make.NOW + timedelta(minutes=5)
    call = a_spoken_call(first, ended=False)
    tell(message("muted", after=20, extension="8001"), message("ringing", after=30, extension="8002", id="again"))

    call.refresh_from_db()
    assert (call.agent, call.passing_to, call.offered_to, call.is_muted) == (first, "8002", second, True)
    assert [(d.call, d.is_offered) for d in (desk.at_desk(p, now=now) for p in (first, second))] == [
        (call, False),
        (call, True),
    ]
    tell(message("answered", after=40, extension="8002", id="taken"))

    call.refresh_from_db()
    assert (call.agent, call.passing_to, call.offered_to, call.is_muted) == (second, "", None, False)
    assert [(d.call, d.is_offered) for d in (desk.at_desk(p, now=now) for p in (first, second))] == [
        (None, False),
        (call, False),
    ]


def test_what_may_be_asked_for_follows_the_call():
    first, second = an_agent(), an_agent("8002")
    tell(message("ringing", extension="8001"))
    steps = [
        ({}, ("answer", "hangup"), ()),
        (message("answered", after=10, extension="8001"), ("mute", "hold", "transfer", "hangup"), ()),
        (message("muted", after=20), ("unmute", "hold", "transfer", "hangup"), ()),
        (message("held", after=30), ("unmute", "resume", "transfer", "hangup"), ()),
        (message("ringing", after=40, extension="8002", id="on"), ("unmute", "resume", "hangup"), ("answer",)),
        (message("answered", after=50, extension="8002", id="by"), (), ("mute", "hold", "transfer", "hangup")),
        (message("ended", after=60), (), ()),
    ]

    for told, of_first, of_second in steps:
        tell(*[told] if told else [])
        call = Call.objects.get()
        assert (calls.commands_for(call, first), calls.commands_for(call, second)) == (of_first, of_second)


def test_what_a_person_dialled_is_muted_held_and_ended_but_not_handed_on():
    case, person = make.a_case(state=CaseState.PENDING_CALLBACK), a_caller_back()
    dial = a_dial(case, person)
    said = {"direction": "out", "dial": dial.pk, "extension": "8101"}

    tell(message("ringing", **said))
    assert calls.commands_for(Call.objects.get(), person) == ("hangup",)
    tell(message("answered", after=5, **said))
    assert calls.commands_for(Call.objects.get(), person) == ("mute", "hold", "hangup")
    assert calls.command(Call.objects.get().pk, what="hangup", actor=person)
    with pytest.raises(errors.NotYourCall):
        calls.command(Call.objects.get().pk, what="hangup", actor=make.a_caller_back())


@pytest.mark.parametrize("to", ["", " ", "8001", "八千零二", "李四", "8002;", "8" * 21, "9" * 4000, "7777", "8002\0"])
def test_a_call_goes_to_no_number_that_is_none(to):
    call = a_spoken_call(an_agent(), ended=False)
    an_agent("8002")

    with pytest.raises(errors.NoSuchExtension):
        calls.command(call.pk, what="transfer", actor=call.agent, to=to)


@pytest.mark.parametrize("to", ["8002", " ８００２ ", "8800"])
def test_a_call_goes_to_a_colleague_or_a_group(to):
    Parameter.objects.filter(key="telephony.groups").update(value=["8800 企业专席"])
    call = a_spoken_call(an_agent(), ended=False)
    an_agent("8002")

    assert calls.command(call.pk, what="transfer", actor=call.agent, to=to) == call


def test_the_list_knows_who_speaks_who_is_free_and_says_nothing_of_others():
    first, speaking, free, absent = [an_agent(number) for number in ("8001", "8002", "8003", "8004")]
    a_spoken_call(speaking, call="c2", ended=False)
    a_spoken_call(free, call="c3")
    now = make.NOW + timedelta(minutes=5)

    listed = extensions.colleagues(first, words="", now=now)
    assert [(each.number, each.line) for each in listed] == [("8002", "speaks"), ("8003", "free"), ("8004", "")]
    by_name = extensions.colleagues(first, words=str(absent), now=now)
    assert "8004" in [each.number for each in by_name]
    assert [each.number for each in extensions.colleagues(first, words="8003", now=now)] == ["8003"]


# ── dialling ──
def test_an_order_goes_to_one_adapter_and_again_to_the_next_when_it_is_not_confirmed():
    case = make.a_case(state=CaseState.PENDING_CALLBACK)
    dial = a_dial(case, a_caller_back())

    handed = [dialling.hand_out(now=make.NOW + timedelta(seconds=s)) for s in (1, 5, 20, 90)]
    assert [[d.pk for d in dials] for dials in handed] == [[dial.pk], [], [dial.pk], []]

    dialling.confirm(dial.pk, is_dialling=True)
    dialling.confirm(dial.pk, is_dialling=False, note="late")
    assert Dial.objects.get().state == Dial.State.TAKEN


def test_a_second_click_does_not_dial_twice_and_the_number_is_audited():
    case, person = make.a_case(state=CaseState.PENDING_CALLBACK), a_caller_back()
    a_dial(case, person)

    with pytest.raises(errors.DialRunning):
        a_dial(case, person)
    assert Disclosure.objects.filter(petition=case, staff=person, what="dial").count() == 1


def test_nobody_dials_without_an_extension_or_for_a_case_that_is_not_called_back():
    waits, at_unit = make.a_case(state=CaseState.PENDING_CALLBACK), make.a_case(key="other")

    with pytest.raises(errors.NoExtension):
        a_dial(waits, make.a_caller_back())
    with pytest.raises(errors.WrongState):
        a_dial(at_unit, a_caller_back())
    with pytest.raises(errors.NotYours):
        a_dial(waits, make.an_operator())


def test_an_unanswered_call_back_is_one_attempt_however_often_it_is_told():
    case, person = make.a_case(state=CaseState.PENDING_CALLBACK), a_caller_back()
    dial = a_dial(case, person)

    tell(outbound("ringing", dial), outbound("missed", dial, after=30), outbound("missed", dial, after=30))
    tell(outbound("ended", dial, after=31))

    assert [(c.result, c.by) for c in case.callbacks.all()] == [("no_answer", person)]


def test_what_the_desk_wrote_down_first_is_not_counted_again():
    case, person = make.a_case(state=CaseState.PENDING_CALLBACK), a_caller_back()
    dial = a_dial(case, person)
    callback.record(case.pk, actor=person, result="no_answer", now=make.NOW)

    tell(outbound("missed", dial, after=30))

    assert case.callbacks.count() == 1
    assert Call.objects.get().is_counted


def test_an_answered_call_back_leaves_the_answers_to_the_desk():
    case, person = make.a_case(state=CaseState.PENDING_CALLBACK), a_caller_back()
    dial = a_dial(case, person)

    tell(outbound("answered", dial, after=5), outbound("ended", dial, after=60))

    assert case.callbacks.count() == 0
    assert Call.objects.get().petition == case
