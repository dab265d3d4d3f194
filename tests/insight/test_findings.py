"""From cases to findings: what the detectors are told, what is kept, what people answer; no address is ever stored."""

from datetime import timedelta

import pytest

from petitions import access, errors
from petitions.insight import findings, windows
from petitions.insight.detectors import run
from petitions.insight.detectors.facts import gather
from petitions.insight.detectors.found import Thresholds
from petitions.insight.models import Finding, FindingAnswer
from petitions.insight.rollup import refresh_all
from petitions.models import Rating
from petitions.networks import indexes_of, network_index
from petitions.services import callback, rating
from petitions.states import CaseState
from routing.models import Staff
from tests import make

TOMORROW = make.NOW + timedelta(days=1)
OWN = "13711112222"


def cases_from_own_number(count: int = 4):
    unit = make.a_unit()
    Staff.objects.filter(pk=make.a_handler(of=unit).pk).update(phone=OWN)
    return unit, [make.a_case(state=CaseState.CLOSED, unit=unit, phone=OWN) for _ in range(count)]


def own_number() -> Finding:
    return Finding.objects.get(rule="own_number")


# ── networks ──
def test_addresses_of_one_network_have_one_hash_and_others_another():
    assert network_index("10.20.30.4") == network_index("10.20.30.99") == network_index("::ffff:10.20.30.1")
    assert network_index("10.20.31.4") not in {network_index("10.20.30.4"), ""}
    assert network_index("2001:db8:1::1") == network_index("2001:db8:1:ffff::2")
    assert "10.20.30" not in network_index("10.20.30.4")


@pytest.mark.parametrize("address", ["", None, "unknown", "999.1.1.1"])
def test_an_address_that_cannot_be_read_has_no_hash(address):
    assert network_index(address) == ""


def test_a_range_stands_for_its_networks():
    found = set(indexes_of(["10.20.0.0/16", "nonsense", "0.0.0.0/0"]))

    assert len(found) == 256
    assert network_index("10.20.7.1") in found


def test_a_rating_keeps_the_hash_of_its_network_only(city):
    case = make.a_case(state=CaseState.PENDING_CALLBACK)
    token = access.rating_token(make.invitation_of(case).pk)

    rating.rate(token, make.SATISFIED, address="10.20.30.4", now=make.NOW)

    kept = Rating.objects.values().get(petition=case, used_at__isnull=False)
    assert kept["network"] == network_index("10.20.30.77")
    assert "10.20.30" not in str(kept)


# ── what the detectors are told ──
def test_a_case_is_told_as_it_was(city):
    unit = make.a_unit()
    case = make.a_case(unit=unit)
    part = make.signed_part(make.main(case))
    late = part.assigned_at + 0.95 * (part.limit_at - part.assigned_at)
    make.replied_part(part, now=late)
    make._accepted(case, late)
    callback.record(
        case.pk,
        actor=make.a_supervisor(),
        result="reached",
        said=make.UNSATISFIED,
        rehandle=True,
        now=late + timedelta(hours=1),
    )
    refresh_all()

    facts = gather(windows.days(make.NOW.date(), late.date() + timedelta(days=1)), Thresholds())

    (answer,), (claim,), (judged,) = facts.answers, facts.claims, facts.cases
    assert (answer.unit, answer.case, round(answer.used, 2), answer.rehandled) == (unit.pk, case.pk, 0.95, True)
    assert (claim.unit, claim.denied) == (unit.pk, True)
    assert (judged.bad, judged.excluded) == (True, False)
    assert [(row.case, row.rated) for row in facts.invitations] == [(case.pk, None)]


def test_an_answer_that_was_soon_handled_again_is_told(city):
    case = make.a_case(state=CaseState.PENDING_CALLBACK)
    callback.record(
        case.pk,
        actor=make.a_supervisor(),
        result="reached",
        said=make.UNSATISFIED,
        rehandle=True,
        now=make.later(days=2),
    )
    refresh_all()

    (answer,) = gather(windows.days(make.NOW.date(), make.NOW.date()), Thresholds()).answers

    assert answer.rehandled


# ── what is kept ──
def test_cases_from_a_units_own_number_are_a_finding_with_these_cases(city):
    unit, cases = cases_from_own_number()

    run.run(now=TOMORROW)

    found = own_number()
    assert (found.unit, found.observed, found.state) == (unit, 4, "open")
    assert {proof.petition_id for proof in found.proofs.all()} == {case.pk for case in cases}
    assert found.thresholds["own_cases"] == 4
    assert found.begins <= make.NOW.date() <= found.until


def test_fewer_than_the_threshold_is_none(city):
    cases_from_own_number(count=3)

    assert (run.run(now=TOMORROW), Finding.objects.count()) == (0, 0)


def test_ringing_twice_changes_nothing(city):
    cases_from_own_number()

    run.run(now=TOMORROW)
    before = list(Finding.objects.values_list("pk", "observed"))
    run.run(now=TOMORROW)

    assert list(Finding.objects.values_list("pk", "observed")) == before


# ── what people answer ──
def test_an_answer_is_kept_and_the_figures_stay_as_they_were_seen(city):
    unit, _ = cases_from_own_number()
    run.run(now=TOMORROW)
    person = make.a_supervisor()

    findings.answer(own_number().pk, actor=person, state="explained", reason="职工反映自家漏水", now=TOMORROW)
    make.a_case(state=CaseState.CLOSED, unit=unit, phone=OWN)
    run.run(now=TOMORROW)

    found = own_number()
    assert (found.state, found.observed, found.proofs.count()) == ("explained", 4, 4)
    assert [(each.by, each.reason) for each in found.answers.all()] == [(person, "职工反映自家漏水")]


def test_many_further_cases_open_an_answered_finding_again_and_keep_the_answer(city):
    unit, _ = cases_from_own_number()
    run.run(now=TOMORROW)
    findings.answer(own_number().pk, actor=make.a_supervisor(), state="explained", reason="先听单位说", now=TOMORROW)

    for _ in range(5):
        make.a_case(state=CaseState.CLOSED, unit=unit, phone=OWN)
    run.run(now=TOMORROW)

    found = own_number()
    assert (found.state, found.observed, found.answers.count()) == ("open", 9, 1)


def test_a_second_thought_stands_beside_the_first(city):
    cases_from_own_number()
    run.run(now=TOMORROW)

    findings.answer(own_number().pk, actor=make.a_supervisor(), state="explained", reason="先听单位说", now=TOMORROW)
    findings.answer(own_number().pk, actor=make.a_supervisor(), state="confirmed", reason="号码不是本人", now=TOMORROW)

    assert own_number().state == "confirmed"
    assert [each.state for each in own_number().answers.all()] == ["confirmed", "explained"]


@pytest.mark.parametrize(
    ("role", "reason", "state", "refusal"),
    [
        ("center", "看过了", "explained", errors.NotYours),
        ("supervisor", " ", "explained", errors.NoReason),
        ("supervisor", "看过了", "guilty", errors.Unknown),
    ],
)
def test_only_supervision_answers_and_says_why(city, role, reason, state, refusal):
    cases_from_own_number()
    run.run(now=TOMORROW)

    with pytest.raises(refusal):
        findings.answer(own_number().pk, actor=make.a_person(role), state=state, reason=reason)

    assert (own_number().state, FindingAnswer.objects.count()) == ("open", 0)


def test_a_finding_says_nothing_to_the_unit_or_the_case(city):
    unit, (case, *_) = cases_from_own_number()
    before = make.actions(case)

    run.run(now=TOMORROW)

    assert (make.actions(case), make.fresh(case).version) == (before, case.version)
