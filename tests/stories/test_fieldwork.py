"""A clerk's visit in one report: signed, contacted, answered, once, however often a phone sends it."""

from datetime import timedelta

import pytest

from petitions import errors
from petitions.models import ContactLog, Reply
from petitions.services import fieldwork, handling
from petitions.services.fieldwork import Visit
from petitions.services.handling import Answer
from petitions.states import AssignmentState
from tests import make

ANSWER = Answer(measures="", public_answer="路灯已修好，请您放心出行。", solved=True)


@pytest.fixture
def part(city):
    return make.main(make.a_case(unit=make.a_unit()))


@pytest.fixture
def clerk(part):
    return make.a_handler(of=part.department)


def report(part, clerk, *, visit=Visit("site"), answer=ANSWER, key="k1", now=make.NOW):  # noqa: B008 - frozen
    return fieldwork.report(part.pk, visit, answer, actor=clerk, key=key, now=now)


def test_one_report_signs_logs_the_contact_and_hands_the_answer_in(part, clerk):
    reply = report(part, clerk)

    part.refresh_from_db()
    assert (part.state, part.signed_at, part.contacted_at) == (AssignmentState.INTERNAL_REVIEW, make.NOW, make.NOW)
    assert (reply.public_answer, reply.solved, reply.author) == (ANSWER.public_answer, True, clerk)
    assert reply.measures == "11月20日10:00现场联系诉求人。", "what the system knows, it writes itself"


def test_the_same_report_sent_again_is_the_same_reply(part, clerk):
    first, again = report(part, clerk), report(part, clerk, now=make.later(hours=1))

    assert first == again
    assert (Reply.objects.count(), ContactLog.objects.count()) == (1, 1)


def test_somebody_elses_key_opens_nothing(part, clerk):
    report(part, clerk)
    other = make.a_case(unit=part.department)

    with pytest.raises(errors.WrongState):
        report(part, make.a_handler(of=part.department), key="k2")
    with pytest.raises(Exception, match="client_key"):
        report(make.main(other), make.a_handler(of=part.department), key="k1")


def test_a_refused_report_leaves_nothing_behind(part, clerk):
    with pytest.raises(errors.NoPublicAnswer):
        report(part, clerk, answer=Answer(measures="", public_answer=" "))

    part.refresh_from_db()
    assert (part.state, ContactLog.objects.count()) == (AssignmentState.PENDING_SIGN, 0)


def test_a_contact_that_was_logged_is_not_asked_for_again(part, clerk):
    handling.sign(part.pk, actor=clerk, now=make.NOW)
    handling.log_contact(part.pk, actor=clerk, how="phone", reached=True, now=make.NOW)

    reply = report(part, clerk, visit=None)

    assert reply.measures == "11月20日10:00电话联系诉求人。"


def test_without_any_contact_it_is_refused_as_anywhere_else(part, clerk):
    with pytest.raises(errors.NotContacted):
        report(part, clerk, visit=None, answer=Answer(measures="看过", public_answer="已修好"))


def test_a_report_that_waited_for_a_signal_says_when_the_visit_was(part, clerk):
    report(part, clerk, visit=Visit("site", at=make.NOW - timedelta(hours=3)))

    log = ContactLog.objects.get()
    assert (log.at, log.note) == (make.NOW, "现场记录于11月20日07:00，恢复信号后提交")


def test_a_phone_whose_clock_is_ahead_is_not_believed(part, clerk):
    report(part, clerk, visit=Visit("site", at=make.NOW + timedelta(hours=3)))

    assert ContactLog.objects.get().note == ""


def test_another_units_clerk_reports_nothing(part):
    with pytest.raises(errors.NotYours):
        report(part, make.a_handler(of=make.a_unit()))
    with pytest.raises(errors.NoKey):
        report(part, make.a_handler(of=part.department), key="")
