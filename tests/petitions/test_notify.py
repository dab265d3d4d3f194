"""What waits for the commit becomes notices and deliveries: delivered once, tried again, sent again by a person."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from petitions import access, errors
from petitions.models import Delivery, Message, NoticeTemplate, Outbox
from petitions.services import clock, deadlines, intake, notify, rating
from petitions.services.notify import courier, facts, wording, words
from petitions.services.notify.pauses import Patience
from petitions.states import CaseState
from routing.models import Parameter
from tests import make

SENT: list[notify.Letter] = []


@pytest.fixture(autouse=True)
def nothing_sent():
    SENT.clear()


def gateway_that_works(letter: notify.Letter) -> None:
    SENT.append(letter)


def gateway_that_is_down(letter: notify.Letter) -> None:
    raise ConnectionRefusedError(f"the gateway does not know {letter.to}")


def gateway_with_a_bug(letter: notify.Letter) -> None:
    raise ValueError("unexpected reply")


def gateway_that_refuses(letter: notify.Letter) -> None:
    raise notify.Refused("空号")


@pytest.fixture
def gateway(settings):
    def choose(function) -> None:
        settings.SMS_GATEWAY = f"{__name__}.{function.__name__}"

    choose(gateway_that_works)
    return choose


def sms_of(case) -> Delivery:
    return case.deliveries.get(way="sms")


def test_a_new_case_tells_its_citizen_number_and_code(city, gateway):
    case = make.a_case(state=CaseState.PENDING_REVIEW)

    notify.deliver_ready(now=make.NOW)

    (letter,) = SENT
    assert letter.to == make.PHONE
    assert case.no in letter.text and access.query_code(case.no) in letter.text
    assert Message.objects.get().text == letter.text
    assert (sms_of(case).state, sms_of(case).sent_at) == ("done", make.NOW)


def test_a_delivered_message_is_not_delivered_again(city, gateway):
    make.a_case(state=CaseState.PENDING_REVIEW)
    notify.deliver_ready(now=make.NOW)

    assert notify.deliver_ready(now=make.later(days=1)) == 0
    assert len(SENT) == 1


def test_the_unit_finds_its_notice_on_its_desk(city, gateway):
    unit = make.a_unit()
    case = make.a_case(unit=unit)

    notify.deliver_ready(now=make.later(hours=1))

    notice = Message.objects.get(via="desk")
    assert (notice.department, notice.petition) == (unit, case)


def test_the_hotline_finds_its_notice_without_a_unit(city, gateway):
    case = make.a_case(state=CaseState.PENDING_REVIEW)
    deadlines.sweep(now=make.later(hours=1))

    notify.deliver_ready(now=make.later(hours=1))

    notice = Message.objects.get(via="desk")
    assert (notice.department, notice.text) == (None, f"工单 {case.no} 的“待审核”已超时")


def test_a_message_that_fails_is_tried_again_later_and_says_why(city, gateway):
    case = make.a_case(state=CaseState.PENDING_REVIEW)
    gateway(gateway_that_is_down)

    notify.deliver_ready(now=make.NOW)
    row = sms_of(case)
    assert (row.state, row.attempts) == ("waiting", 1)
    assert row.next_try_at > make.NOW
    gateway(gateway_that_works)
    notify.deliver_ready(now=row.next_try_at)

    row = sms_of(case)
    assert (row.state, row.attempts, row.error) == ("done", 2, "")
    assert [bool(each["problem"]) for each in row.tries] == [True, False]
    assert len(SENT) == 1


def test_neither_the_log_nor_the_row_repeats_the_number(city, gateway, caplog):
    case = make.a_case(state=CaseState.PENDING_REVIEW)
    gateway(gateway_that_is_down)

    notify.deliver_ready(now=make.NOW)

    row = sms_of(case)
    assert row.error == "the gateway does not know 138****1111"
    assert make.PHONE not in caplog.text + str(row.tries)
    assert row.key in caplog.text


@pytest.mark.parametrize("broken", [gateway_that_is_down, gateway_with_a_bug])
def test_one_message_that_cannot_be_sent_does_not_hold_up_the_others(city, gateway, broken):
    case = make.a_case()
    gateway(broken)

    notify.deliver_ready(now=make.later(hours=1))

    assert set(case.outbox.values_list("state", flat=True)) == {"done"}
    assert dict(case.deliveries.values_list("topic", "state")) == {
        "case-received": "waiting",
        "case-dispatched": "waiting",
    }
    assert Message.objects.filter(via="desk").count() == 1


def test_pauses_grow_and_after_the_last_try_it_is_a_dead_letter_until_a_person_resends_it(city, gateway):
    case = make.a_case(state=CaseState.PENDING_REVIEW)
    Parameter.objects.filter(key="notify.max_attempts").update(value=5)
    gateway(gateway_that_is_down)
    now, pauses = make.NOW, []
    for _ in range(4):
        notify.deliver_ready(now=now)
        row = sms_of(case)
        pauses.append(row.next_try_at - now)
        now = row.next_try_at
    notify.deliver_ready(now=now)

    assert pauses == sorted(set(pauses)) and pauses[-1] < timedelta(days=1)
    assert (sms_of(case).state, len(sms_of(case).tries)) == ("dead", 5)
    assert notify.deliver_ready(now=now + timedelta(days=9)) == 0
    gateway(gateway_that_works)
    notify.resend(row.pk, now=now)
    notify.deliver_ready(now=now)

    assert sms_of(case).state == "done"
    assert [letter.key for letter in SENT] == [row.key], "the old key: perhaps it did arrive"


def test_what_is_refused_for_good_is_not_tried_again(city, gateway):
    case = make.a_case(state=CaseState.PENDING_REVIEW)
    gateway(gateway_that_refuses)

    notify.deliver_ready(now=make.NOW)

    assert (sms_of(case).state, sms_of(case).attempts, sms_of(case).error) == ("dead", 1, "空号")


def test_what_arrived_is_sent_again_under_a_new_key(city, gateway):
    case = make.a_case(state=CaseState.PENDING_REVIEW)
    notify.deliver_ready(now=make.NOW)

    notify.resend(sms_of(case).pk, now=make.NOW)
    notify.deliver_ready(now=make.NOW)

    first, second = (letter.key for letter in SENT)
    assert first != second
    assert len(sms_of(case).tries) == 2


def test_only_what_has_ended_can_be_resent_and_only_what_waits_hurried(city, gateway):
    case = make.a_case(state=CaseState.PENDING_REVIEW)
    notify.plan_ready(now=make.NOW, size=9)

    with pytest.raises(errors.NoticeMoved):
        notify.resend(sms_of(case).pk, now=make.NOW)
    notify.deliver_ready(now=make.NOW)
    with pytest.raises(errors.NoticeMoved):
        notify.retry_now(sms_of(case).pk, now=make.NOW)


def test_a_courier_that_died_leaves_its_letter_to_the_next_when_the_lease_is_over(city, gateway):
    case = make.a_case(state=CaseState.PENDING_REVIEW)
    notify.plan_ready(now=make.NOW, size=9)
    courier._take(make.NOW, Patience.current())  # and never heard of again

    assert notify.deliver_ready(now=make.later(hours=0.01)) == 0
    notify.deliver_ready(now=make.later(hours=0.02))

    row = sms_of(case)
    assert (row.state, row.attempts, len(SENT)) == ("done", 2, 1)
    assert [each["problem"] for each in row.tries] == [courier.BROKEN_OFF, ""]


def test_a_courier_that_was_too_slow_does_not_overwrite_the_faster_one(city, gateway):
    case = make.a_case(state=CaseState.PENDING_REVIEW)
    notify.plan_ready(now=make.NOW, size=9)
    slow = courier._take(make.NOW, Patience.current())
    notify.deliver_ready(now=make.later(hours=1))

    courier._settle(slow, make.later(hours=1), Patience.current(), "timed out")

    assert (sms_of(case).state, sms_of(case).error) == ("done", "")


def test_the_link_in_the_message_opens_the_rating(city, gateway):
    case = make.a_case(state=CaseState.PENDING_CALLBACK)

    notify.deliver_ready(now=make.NOW)

    (link,) = [letter.text for letter in SENT if "/c/rate/" in letter.text]
    token = link.split("/c/rate/")[1].split("/")[0]
    assert rating.invitation(token, now=make.NOW).petition == case


def test_a_caller_without_a_phone_is_told_on_paper_not_by_sms(city, gateway):
    contact = make.a_contact(phone="", account="wx-openid-1")
    case = intake.submit(make.a_matter(), contact, key="wx", now=make.NOW)

    notify.deliver_ready(now=make.NOW)

    assert SENT == []
    assert case.messages.get().text
    assert not case.deliveries.exists()


# ── words ──
def test_every_topic_that_is_queued_has_its_words(city, gateway):
    """A topic without words would never be read by anybody."""
    services = Path(clock.__file__).parent
    code = "".join(path.read_text(encoding="utf-8") for path in services.rglob("*.py"))
    topics = set(re.findall(r"\.tell\(\s*\"([a-z-]+)\"", code))

    assert topics - set(notify.TOPICS) == set()
    assert len(topics) >= 25


@pytest.mark.parametrize("code", sorted(words.TOPICS))
def test_the_words_of_the_house_are_sound_and_name_only_what_there_is(code):
    topic = words.TOPICS[code]
    for subject, text in topic.texts.values():
        assert list(wording.problems(subject + text, topic.names)) == []
        filled = wording.fill(subject + text, facts.EXAMPLES.__getitem__)
        assert not set("{}[]") & set(filled)
    assert set(topic.names) <= set(facts.FACTS) & set(facts.EXAMPLES)


def test_own_words_replace_those_of_the_house(city, gateway):
    NoticeTemplate.objects.create(
        topic="case-received",
        way="sms",
        text="收到！{工单号}[，办理时限 {办理时限}]",
        changed_by=make.a_person("admin"),
        changed_at=make.NOW,
    )
    case = make.a_case(state=CaseState.PENDING_REVIEW)

    notify.deliver_ready(now=make.NOW)

    assert [letter.text for letter in SENT] == [f"收到！{case.no}"]


def test_a_notice_that_is_switched_off_goes_nowhere(city, gateway):
    NoticeTemplate.objects.create(
        topic="case-received", way="sms", text="-", is_on=False, changed_by=make.a_person("admin"), changed_at=make.NOW
    )
    case = make.a_case(state=CaseState.PENDING_REVIEW)

    notify.deliver_ready(now=make.NOW)

    assert SENT == [] and not Message.objects.exists()
    assert case.outbox.get().state == "done"


def test_an_effect_that_cannot_be_worded_holds_up_no_other_and_stays_visible(city, gateway):
    broken, sound = make.a_case(state=CaseState.PENDING_REVIEW), make.a_case(state=CaseState.PENDING_REVIEW)
    Outbox.objects.create(
        key="x",
        topic="case-referred",
        petition=broken,
        payload={"referral": "mars"},
        next_try_at=make.NOW,
        made_at=make.NOW,
    )
    now = make.NOW
    for _ in range(8):
        notify.deliver_ready(now=now)
        now += timedelta(days=1)

    row = Outbox.objects.get(key="x")
    assert (row.state, row.attempts) == ("failed", 8)
    assert "无法成文" in row.error
    assert sms_of(sound).state == "done"
    notify.plan_again(row.pk, now=now)
    assert Outbox.objects.get(key="x").state == "waiting"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("工单 {工单}", "没有“{工单}”这个占位符"),
        ("工单 {工单号", "花括号没有成对"),
        ("工单 工单号}", "花括号没有成对"),
        ("[工单 {工单号}", "方括号没有成对"),
        ("[a [b] c]", "方括号没有成对"),
        ("{}", "没有“{}”这个占位符"),
    ],
)
def test_what_is_wrong_with_a_template_is_a_sentence(text, problem):
    (said,) = wording.problems(text, ("工单号",))
    assert problem in said


def test_an_optional_part_disappears_with_its_fact():
    known = {"甲": "1", "乙": ""}
    assert wording.fill("a[ b {甲}][ c {乙}] d{乙}", known.__getitem__) == "a b 1 d"
