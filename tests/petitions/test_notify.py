"""What waits for the commit is delivered once, tried again when it fails, and can be sent again by a person."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from petitions import access
from petitions.models import Message, Outbox
from petitions.services import intake, notify, rating
from petitions.states import CaseState
from tests import make

SENT: list[tuple[str, str, str]] = []


@pytest.fixture(autouse=True)
def nothing_sent():
    SENT.clear()


def gateway_that_works(number: str, text: str, *, key: str) -> None:
    SENT.append((number, text, key))


def gateway_that_is_down(number: str, text: str, *, key: str) -> None:
    raise ConnectionRefusedError("the gateway does not answer")


def gateway_with_a_bug(number: str, text: str, *, key: str) -> None:
    raise ValueError("unexpected reply")


@pytest.fixture
def gateway(settings):
    def choose(function) -> None:
        settings.SMS_GATEWAY = f"{__name__}.{function.__name__}"

    choose(gateway_that_works)
    return choose


def test_a_new_case_tells_its_citizen_number_and_code(city, gateway):
    case = make.a_case(state=CaseState.PENDING_REVIEW)

    assert notify.deliver_ready(now=make.NOW) == 1

    ((number, text, _),) = SENT
    assert number == make.PHONE
    assert case.no in text and access.query_code(case.no) in text
    assert Message.objects.get().text == text


def test_a_delivered_message_is_not_delivered_again(city, gateway):
    make.a_case(state=CaseState.PENDING_REVIEW)
    notify.deliver_ready(now=make.NOW)

    assert notify.deliver_ready(now=make.later(days=1)) == 0
    assert len(SENT) == 1


def test_the_unit_finds_its_notice_on_its_desk(city, gateway):
    unit = make.a_unit()
    case = make.a_case(unit=unit)

    notify.deliver_ready(now=make.NOW)

    notice = Message.objects.get(via="desk")
    assert (notice.department, notice.petition) == (unit, case)


def test_a_message_that_fails_is_tried_again_later_and_says_why(city, gateway):
    case = make.a_case(state=CaseState.PENDING_REVIEW)
    gateway(gateway_that_is_down)

    notify.deliver_ready(now=make.NOW)
    row = case.outbox.get()
    assert (row.state, row.attempts, row.error) == ("waiting", 1, "the gateway does not answer")
    assert row.next_try_at > make.NOW
    assert not Message.objects.exists(), "what a failed try wrote is undone"
    gateway(gateway_that_works)
    notify.deliver_ready(now=row.next_try_at)

    assert case.outbox.get().state == "done"
    assert len(SENT) == 1


@pytest.mark.parametrize("broken", [gateway_that_is_down, gateway_with_a_bug])
def test_one_message_that_cannot_be_sent_does_not_hold_up_the_others(city, gateway, broken):
    case = make.a_case()
    gateway(broken)

    notify.deliver_ready(now=make.NOW)

    states = dict(case.outbox.values_list("topic", "state"))
    assert states == {"case-received": "waiting", "case-dispatched": "waiting", "unit-assigned": "done"}


def test_pauses_grow_and_after_the_last_try_the_failure_stays_visible_until_a_person_resends_it(city, gateway):
    case = make.a_case(state=CaseState.PENDING_REVIEW)
    gateway(gateway_that_is_down)
    now, pauses = make.NOW, []
    for _ in range(notify.MAX_ATTEMPTS):
        notify.deliver_ready(now=now)
        row = case.outbox.get()
        pauses.append(row.next_try_at - now)
        now = row.next_try_at

    assert pauses == sorted(pauses) and pauses[0] < pauses[-1] < timedelta(days=1)
    assert case.outbox.get().state == "failed"
    assert notify.deliver_ready(now=now + timedelta(days=9)) == 0
    gateway(gateway_that_works)
    notify.resend(row.pk, now=now)
    notify.deliver_ready(now=now)

    assert case.outbox.get().state == "done"
    assert len(SENT) == 1


def test_only_what_failed_can_be_resent(city, gateway):
    case = make.a_case(state=CaseState.PENDING_REVIEW)
    notify.deliver_ready(now=make.NOW)

    with pytest.raises(Outbox.DoesNotExist):
        notify.resend(case.outbox.get().pk, now=make.NOW)


def test_the_link_in_the_message_opens_the_rating(city, gateway):
    case = make.a_case(state=CaseState.PENDING_CALLBACK)

    notify.deliver_ready(now=make.NOW)

    (link,) = [text for _, text, _ in SENT if "/c/rate/" in text]
    token = link.split("/c/rate/")[1].split("/")[0]
    assert rating.invitation(token, now=make.NOW).petition == case


def test_a_caller_without_a_phone_is_told_on_paper_not_by_sms(city, gateway):
    contact = make.a_contact(phone="", account="wx-openid-1")
    case = intake.submit(make.a_matter(), contact, key="wx", now=make.NOW)

    notify.deliver_ready(now=make.NOW)

    assert SENT == []
    assert case.messages.get().text


def test_every_topic_that_is_queued_has_its_words(city, gateway):
    """A topic without words would be marked as done and never read by anybody."""
    code = "".join(path.read_text(encoding="utf-8") for path in Path(notify.__file__).parent.glob("*.py"))
    topics = set(re.findall(r"\.tell\(\s*\"([a-z-]+)\"", code))

    assert topics - set(notify.TO_CITIZEN) - set(notify.TO_UNIT) == set()
    assert len(topics) >= 15
