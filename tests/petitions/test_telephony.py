"""Messages of a telephone system become calls, callers who wait to be called back, and attempts of a call-back."""

from datetime import timedelta
from itertools import permutations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from petitions import errors
from petitions.models import Call, CallMessage, Disclosure, Extension, WaitingCaller
from petitions.queries import calls as desk
from petitions.queries import shift
from petitions.services import calls, telephony, waiting_callers
from tests import make
from tests.petitions.telephone import NUMBER, a_spoken_call, an_agent, message, tell

pytestmark = pytest.mark.usefixtures("city")


# ── taking messages ──
def test_a_call_is_the_same_in_every_order_of_its_messages():
    agent = an_agent()
    told = [
        message("ringing"),
        message("answered", after=10, extension="8001"),
        message("held", after=20),
        message("ended", after=60, recording="rec-7"),
    ]

    for number, order in enumerate(permutations(told)):
        tell(*[{**said, "call": f"c{number}", "id": f"{number}-{said['id']}"} for said in order])

    found = {(c.state, c.agent_id, c.seconds, c.recording, c.number, c.is_over) for c in Call.objects.all()}
    assert found == {("ended", agent.pk, 50, "rec-7", NUMBER, True)}


def test_a_message_that_comes_twice_counts_once():
    first, second = tell(message("ringing"), message("ringing"))

    assert (first.is_new, second.is_new, CallMessage.objects.count()) == (True, False, 1)


def test_a_message_number_of_another_call_is_refused_and_nothing_is_kept():
    tell(message("ringing", call="a", id="m1"))

    with pytest.raises(errors.CallMessageTwice):
        telephony.take(message("ringing", call="b", id="m1"), provider="pbx", now=make.NOW)

    assert list(Call.objects.values_list("provider_id", flat=True)) == ["a"]


def test_two_telephone_systems_may_use_the_same_numbers():
    tell(message("ringing"))
    tell(message("ringing"), provider="other")

    assert Call.objects.count() == 2


@pytest.mark.parametrize(
    ("broken", "word"),
    [
        ({"v": 2}, "v "),
        ({"v": True}, "v "),
        ({"type": "exploded"}, "type"),
        ({"type": ["ringing"]}, "type"),
        ({"direction": "up"}, "direction"),
        ({"id": ""}, "id"),
        ({"call": 7}, "call"),
        ({"call": "c" * 81}, "call"),
        ({"at": "2026-11-20T10:00:00"}, "at"),
        ({"at": "yesterday"}, "at"),
        ({"at": "2026-13-40T10:00:00+08:00"}, "at"),
        ({"at": "2031-01-01T10:00:00+08:00"}, "at"),
        ({"number": 13800001111}, "number"),
        ({"queue_seconds": -1}, "queue_seconds"),
        ({"queue_seconds": 10**30}, "queue_seconds"),
        ({"dial": "7"}, "dial"),
        ({"recording": "https://pbx/rec.wav"}, "recording"),
    ],
)
def test_what_cannot_be_read_is_refused_by_the_name_of_its_field(broken, word):
    with pytest.raises(errors.BadCallMessage, match=word):
        telephony.take({**message("ringing"), **broken}, provider="pbx", now=make.NOW)

    assert not Call.objects.exists()


def test_unknown_fields_are_kept_out_and_odd_numbers_lose_no_call():
    tell(message("ringing", number="匿名", voice={"a": 1}), message("ringing", call="c2", number="110"))

    assert list(Call.objects.order_by("provider_id").values_list("number_index", flat=True))[0] == ""
    assert Call.objects.get(provider_id="c2").masked_number == "****10"
    assert all("voice" not in said.facts for said in CallMessage.objects.all())


def test_an_extension_of_nobody_is_told_to_the_adapter():
    (taken,) = tell(message("answered", extension="9999"))

    assert "9999" in taken.warning
    assert Call.objects.get().agent is None


def test_numbers_are_encrypted_at_rest():
    tell(message("ringing"))

    with connection.cursor() as cursor:
        for table in ("petitions_call", "petitions_callmessage"):
            cursor.execute(f"SELECT row_to_json(t)::text FROM {table} t")
            assert NUMBER not in cursor.fetchone()[0]


def test_a_message_costs_a_constant_number_of_statements():
    an_agent()
    a_spoken_call(Extension.objects.get().staff)
    for number in range(5):
        tell(message("missed", call=f"lost{number}", after=200 + number))

    with CaptureQueriesContext(connection) as captured:
        tell(message("missed", call="one more", after=300))

    assert len([q for q in captured.captured_queries if "SAVEPOINT" not in q["sql"]]) == 10


# ── 待回拨 ──
def waiting() -> list[tuple[str, int, int]]:
    rows = desk.to_call_back(after="", hours=[]).rows
    return [(each.row.call.number, each.row.times, each.row.tried) for each in rows]


def test_a_person_who_was_lost_three_times_waits_once():
    tell(
        *[message("abandoned", call=f"c{n}", after=n) for n in range(3)],
        message("missed", call="x", number="13900002222"),
    )

    assert sorted(waiting()) == [(NUMBER, 3, 0), ("13900002222", 1, 0)]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_whoever_got_through_later_does_not_wait_whatever_came_first(order):
    an_agent()
    told = [
        message("abandoned", call="lost"),
        message("answered", call="again", after=60, extension="8001"),
        message("ended", call="again", after=90),
    ]
    tell(*[told[n] for n in order])

    assert waiting() == []


def test_a_call_lost_after_speaking_waits_again():
    a_spoken_call(an_agent())
    tell(message("abandoned", call="later", after=500))

    assert waiting() == [(NUMBER, 1, 0)]


def test_an_outbound_call_that_is_answered_settles_it_and_one_that_is_not_counts_as_a_try():
    tell(message("abandoned", call="lost"), message("missed", call="try", after=60, direction="out"))
    assert waiting() == [(NUMBER, 1, 1)]

    tell(message("answered", call="second", after=90, direction="out"))
    assert waiting() == []


def test_a_colleague_settles_by_hand_and_the_second_is_told():
    tell(message("abandoned"))
    row, agent = WaitingCaller.objects.get(), an_agent()

    waiting_callers.settle(row.pk, how="reached", actor=agent, now=make.NOW + timedelta(minutes=5))

    assert waiting() == []
    with pytest.raises(errors.NobodyWaits):
        waiting_callers.settle(row.pk, how="reached", actor=agent)


def test_seeing_the_number_of_a_lost_call_is_audited_and_only_for_the_desk():
    tell(message("abandoned"))
    row, agent = WaitingCaller.objects.get(), an_agent()

    with pytest.raises(errors.NotYours):
        waiting_callers.reveal(row.pk, actor=make.a_supervisor())
    assert waiting_callers.reveal(row.pk, actor=agent) == NUMBER
    assert [(trace.staff, trace.call_id, trace.what) for trace in Disclosure.objects.all()] == [
        (agent, row.call_id, "call")
    ]


def test_a_withheld_number_cannot_be_called_back():
    tell(message("abandoned", number=""))

    assert waiting() == []


def test_the_list_says_what_came_in_when_nobody_was_there():
    tell(message("missed"))  # 10:00

    open_then, closed_then = [["09:00", "12:00"]], [["14:00", "23:59"]]
    by_hours = [desk.to_call_back(after="", hours=h).rows[0].is_out_of_hours for h in (open_then, closed_then)]
    assert by_hours == [False, True]


# ── the desk ──
def test_the_oldest_speaker_comes_first_and_what_somebody_writes_about_stays():
    agent, now = an_agent(), make.NOW + timedelta(minutes=5)
    done = a_spoken_call(agent, call="done")
    tell(message("ringing", call="new", after=120, extension="8001", number="13900002222"))
    new = Call.objects.get(provider_id="new")

    assert desk.at_desk(agent, now=now).call == new
    held = desk.at_desk(agent, wanted=str(done.pk), is_writing=True, now=now)
    assert (held.call, held.others) == (done, (new,))
    assert desk.at_desk(make.an_operator(), wanted=str(done.pk), is_writing=True, now=now).call is None


def test_the_queue_knows_how_many_wait_and_since_when():
    tell(message("ringing", call="a"), message("ringing", call="b", after=30), message("answered", call="b", after=40))

    line = desk.line(make.NOW + timedelta(seconds=90))
    assert (line.waiting, line.longest(make.NOW + timedelta(seconds=90))) == (1, timedelta(seconds=90))


def test_a_case_takes_its_caller_from_the_call_and_the_call_points_at_it():
    agent = an_agent()
    call = a_spoken_call(agent, ended=False)

    how = {"actor": agent, "key": "k1", "now": make.NOW}
    case = calls.register(call.pk, make.a_matter(), make.a_contact(phone=""), **how)
    again = calls.register(call.pk, make.a_matter(), make.a_contact(phone=""), **how)

    call.refresh_from_db()
    assert (case.caller.phone, case.channel, call.petition, again) == (NUMBER, "phone", case, case)


def test_a_number_that_was_left_goes_before_the_number_that_called():
    agent = an_agent()
    call = a_spoken_call(agent)

    case = calls.register(call.pk, make.a_matter(), make.a_contact(phone="13900002222"), actor=agent, key="k1")

    assert case.caller.phone == "13900002222"


def test_a_call_of_a_colleague_or_without_a_number_is_refused_and_nothing_is_saved():
    call, other = a_spoken_call(an_agent()), an_agent("8002")
    hidden = a_spoken_call(other, call="hidden", number="")

    with pytest.raises(errors.NotYourCall):
        calls.register(call.pk, make.a_matter(), make.a_contact(), actor=other, key="k1")
    with pytest.raises(errors.NoContact):
        calls.register(hidden.pk, make.a_matter(), make.a_contact(phone=""), actor=other, key="k2")
    with pytest.raises(errors.Unknown):
        calls.register(2**62, make.a_matter(), make.a_contact(), actor=other, key="k3")
    assert Call.objects.filter(petition__isnull=False).count() == 0


def test_a_call_that_made_no_case_is_wrapped_up_once_and_not_before_its_end():
    agent = an_agent()
    call, running = a_spoken_call(agent), a_spoken_call(agent, call="c2", ended=False)

    with pytest.raises(errors.CallNotOver):
        calls.wrap_up(running.pk, reason="wrong", actor=agent)
    with pytest.raises(errors.NoReason):
        calls.wrap_up(call.pk, reason="tired", actor=agent)
    assert calls.wrap_up(call.pk, reason="wrong", actor=agent).get_wrap_up_display() == "误拨"
    with pytest.raises(errors.CallDone):
        calls.wrap_up(call.pk, reason="wrong", actor=agent)


def test_a_late_message_takes_no_ending_back():
    agent = an_agent()
    call = a_spoken_call(agent)
    calls.wrap_up(call.pk, reason="answered", actor=agent)

    tell(message("held", after=20))

    call.refresh_from_db()
    assert (call.wrap_up, call.state) == ("answered", "ended")


# ── the shift ──
def test_a_shift_counts_what_one_person_did_today():
    agent, now = an_agent(), make.NOW + timedelta(seconds=262)
    call = a_spoken_call(agent, ended=False)
    case = calls.register(call.pk, make.a_matter(), make.a_contact(phone=""), actor=agent, key="k1", now=now)
    calls_of_others = a_spoken_call(an_agent("8002"), call="c2", number="13900002222")
    lead = make.a_case(key="lead")
    make.a_call(by=agent, key="k2", handling=make.Handling(way="merge", lead_id=lead.pk), phone="13700003333", now=now)

    found = shift.of(agent, since=make.NOW - timedelta(hours=2))

    assert (found.cases, found.calls, found.joined) == (2, 1, 1)
    assert found.entry_of_all is None  # of one person
    assert (found.entry, case.registered_by) == (timedelta(seconds=252), agent)
    assert calls_of_others.petition is None
