"""From review to a unit: what goes on, what goes sideways, and what a dispatcher is told when it cannot be done."""

import pytest

from petitions import errors
from petitions.services import asking, conference, dispatch, handling, intake, merging, review
from petitions.services.dispatch import Order
from petitions.services.intake import Handling
from petitions.states import AssignmentState, CaseState, Outcome
from tests import make


def order(main, *assisting, **more) -> Order:
    return Order(main_id=main.pk, assisting_ids=tuple(unit.pk for unit in assisting), **more)


# ── review ──
def test_a_case_without_a_category_does_not_pass_review(city):
    case = make.a_case(state=CaseState.PENDING_REVIEW, category_code="")

    with pytest.raises(errors.NoCategory):
        dispatch.pass_review(case.pk, actor=make.a_reviewer(), now=make.NOW)

    assert make.fresh(case).state == CaseState.PENDING_REVIEW


def test_the_reviewer_chooses_the_category_and_the_suggestion_remembers_it(city):
    case = make.a_case(state=CaseState.PENDING_REVIEW, category_code="")
    reviewer = make.a_reviewer()

    dispatch.pass_review(case.pk, actor=reviewer, category_code="02.01.01", now=make.NOW)

    assert make.fresh(case).category.code == "02.01.01"
    suggestion = case.suggestions.get(kind="category")
    assert (suggestion.chosen, suggestion.decided_by) == ("02.01.01", reviewer)


def test_an_unknown_category_is_refused(city):
    case = make.a_case(state=CaseState.PENDING_REVIEW)

    with pytest.raises(errors.NoCategory):
        dispatch.pass_review(case.pk, actor=make.a_reviewer(), category_code="99.99.99", now=make.NOW)


def test_asking_for_information_names_what_is_missing_and_waits(city):
    case = make.a_case(state=CaseState.PENDING_REVIEW)

    with pytest.raises(errors.MissingNotNamed):
        review.ask_for_info(case.pk, missing=[" "], actor=make.a_reviewer(), now=make.NOW)
    review.ask_for_info(case.pk, missing=["门牌号"], actor=make.a_reviewer(), now=make.NOW)
    case = intake.complete_info(case.pk, addition="12 号楼", actor=make.an_operator(), now=make.later(hours=5))

    assert (case.state, case.missing) == (CaseState.PENDING_REVIEW, [])
    assert case.events.get(action="complete_info").data == {"addition": "12 号楼"}


def test_an_empty_addition_is_refused(city):
    case = make.a_call(handling=Handling(way="wait", missing=("地址",)))

    with pytest.raises(errors.NoText):
        intake.complete_info(case.pk, addition="  ", actor=make.an_operator(), now=make.NOW)


def test_an_invalid_contact_is_confirmed_by_a_second_person(city):
    registrar = make.a_person("operator", "reviewer")
    case = make.a_case(state=CaseState.PENDING_REVIEW, by=registrar)

    with pytest.raises(errors.SecondPersonNeeded):
        review.mark_invalid(case.pk, reason="骚扰", actor=registrar, now=make.NOW)
    with pytest.raises(errors.NoReason):
        review.mark_invalid(case.pk, reason="", actor=make.a_reviewer(), now=make.NOW)
    case = review.mark_invalid(case.pk, reason="骚扰", actor=make.a_reviewer(), now=make.NOW)

    assert (case.state, case.outcome) == (CaseState.INVALID, Outcome.INVALID)


def test_a_referral_says_where_to_go(city):
    case = make.a_case(state=CaseState.PENDING_REVIEW)

    with pytest.raises(errors.NoReason):
        review.refer(case.pk, referral="nowhere", actor=make.a_reviewer(), now=make.NOW)
    case = review.refer(case.pk, referral="court", actor=make.a_reviewer(), now=make.NOW)

    assert (case.state, case.referral) == (CaseState.REFERRED, "court")


# ── merging ──
def test_a_younger_case_is_merged_into_the_older_one_which_is_urged(city):
    lead, younger = make.a_case(), make.a_case(state=CaseState.PENDING_REVIEW)

    merged = merging.merge(younger.pk, lead_id=lead.pk, actor=make.a_reviewer(), now=make.NOW)

    assert (merged.state, merged.outcome, merged.lead_id) == (CaseState.MERGED, Outcome.MERGED, lead.pk)
    assert make.fresh(lead).urged == 1
    assert lead.outbox.filter(topic="case-urged").count() == 1


def test_a_case_is_not_merged_into_itself_nor_into_a_younger_one(city):
    older, younger = (make.a_case(state=CaseState.PENDING_REVIEW) for _ in range(2))
    reviewer = make.a_reviewer()

    with pytest.raises(errors.CannotMergeIntoItself):
        merging.merge(older.pk, lead_id=older.pk, actor=reviewer, now=make.NOW)
    with pytest.raises(errors.LeadIsYounger):
        merging.merge(older.pk, lead_id=younger.pk, actor=reviewer, now=make.NOW)

    assert make.fresh(older).state == CaseState.PENDING_REVIEW


def test_a_case_is_not_merged_into_one_that_is_over(city):
    lead, younger = make.a_case(state=CaseState.CLOSED), make.a_case(state=CaseState.PENDING_REVIEW)

    with pytest.raises(errors.LeadNotOpen):
        merging.merge(younger.pk, lead_id=lead.pk, actor=make.a_reviewer(), now=make.NOW)

    assert (make.fresh(lead).urged, make.fresh(younger).state) == (0, CaseState.PENDING_REVIEW)


# ── dispatching ──
def test_dispatching_gives_each_unit_its_part_its_clock_and_its_notice(city):
    main, assisting = make.a_unit(), make.a_unit()
    case = make.a_case(state=CaseState.PENDING_DISPATCH)

    case = dispatch.dispatch(case.pk, order(main, assisting), actor=make.a_dispatcher(), now=make.NOW)

    parts = make.parts(case)
    assert [(part.department, part.part, part.state) for part in parts] == [
        (main, "main", AssignmentState.PENDING_SIGN),
        (assisting, "assist", AssignmentState.PENDING_SIGN),
    ]
    assert {part.due_at for part in parts} == {case.promised_at} == {make.later(days=7)}
    assert case.main_department == main
    assert case.outbox.filter(topic="unit-assigned").count() == 2
    assert case.outbox.filter(topic="case-dispatched").count() == 1


@pytest.mark.parametrize(("tier", "days"), [("E", 2 / 24), ("U", 1), ("N", 7), ("C", 15)])
def test_the_tier_sets_the_limit_told_to_the_citizen(city, tier, days):
    case = make.a_case(state=CaseState.PENDING_DISPATCH)

    case = dispatch.dispatch(case.pk, order(make.a_unit(), tier=tier), actor=make.a_dispatcher(), now=make.NOW)

    assert case.promised_at == make.later(days=days)


def test_a_wrong_order_is_refused_and_nothing_is_assigned(city):
    case, dispatcher = make.a_case(state=CaseState.PENDING_DISPATCH), make.a_dispatcher()
    unit, closed_down = make.a_unit(), make.a_unit(active=False)
    wrong = {
        errors.NoMainUnit: [Order(main_id=0), Order(main_id=987_654)],
        errors.UnitInactive: [order(closed_down), order(unit, closed_down)],
        errors.SameUnitTwice: [order(unit, unit)],
    }

    for refusal, orders in wrong.items():
        for wrong_order in orders:
            with pytest.raises(refusal):
                dispatch.dispatch(case.pk, wrong_order, actor=dispatcher, now=make.NOW)

    assert make.fresh(case).state == CaseState.PENDING_DISPATCH
    assert make.parts(case) == []


def test_only_who_may_dispatches(city):
    case = make.a_case(state=CaseState.PENDING_DISPATCH)

    with pytest.raises(errors.NotYours):
        dispatch.dispatch(case.pk, order(make.a_unit()), actor=make.an_operator(), now=make.NOW)


def test_a_page_that_is_out_of_date_is_told_so_and_changes_nothing(city):
    case = make.a_case(state=CaseState.PENDING_DISPATCH)
    shown = case.version - 1

    with pytest.raises(errors.Conflict):
        dispatch.dispatch(case.pk, order(make.a_unit()), actor=make.a_dispatcher(), version=shown, now=make.NOW)
    dispatch.dispatch(case.pk, order(make.a_unit()), actor=make.a_dispatcher(), version=case.version, now=make.NOW)

    assert make.fresh(case).state == CaseState.IN_PROGRESS


def test_a_case_that_does_not_exist_is_said_to_be_unknown(city):
    with pytest.raises(errors.Unknown):
        dispatch.dispatch(0, order(make.a_unit()), actor=make.a_dispatcher(), now=make.NOW)
    with pytest.raises(errors.Unknown):
        handling.sign(0, actor=make.a_person("handler"), now=make.NOW)


def test_a_wrong_dispatch_is_taken_back_and_the_citizens_limit_stands(city):
    wrong, right = make.a_unit(), make.a_unit()
    case = make.a_case(unit=wrong)

    with pytest.raises(errors.NoReason):
        dispatch.take_back(case.pk, actor=make.a_dispatcher(), reason=" ", now=make.NOW)
    case = dispatch.take_back(case.pk, actor=make.a_dispatcher(), reason="派错单位", now=make.NOW)
    assert (case.state, case.main_department, make.parts(case)) == (CaseState.PENDING_DISPATCH, None, [])
    case = dispatch.dispatch(case.pk, order(right), actor=make.a_dispatcher(), now=make.later(days=1))

    assert case.promised_at == make.later(days=7), "the clock of the citizen does not start again"
    assert case.main_department == right


# ── conference ──
def test_a_conference_needs_a_dispute(city):
    one, other = make.a_unit(), make.a_unit()
    case = make.a_case(unit=one)

    for undisputed in ([], [one.pk], [one.pk, one.pk], [one.pk, 987_654]):
        with pytest.raises(errors.NeedsDispute):
            conference.confer(case.pk, actor=make.a_center(), units=undisputed, reason="推诿", now=make.NOW)
    case = conference.confer(case.pk, actor=make.a_center(), units=[one.pk, other.pk], reason="推诿", now=make.NOW)

    assert case.state == CaseState.IN_CONFERENCE


def test_a_ruling_is_binding_and_the_unit_cannot_return_the_case(city):
    one, other = make.a_unit(), make.a_unit()
    case = make.a_case(unit=one)
    conference.confer(case.pk, actor=make.a_center(), units=[one.pk, other.pk], reason="推诿", now=make.NOW)

    case = conference.rule(case.pk, order(other), actor=make.a_center(), ruling="由后者负责", now=make.NOW)

    assert (case.state, case.is_binding, case.main_department) == (CaseState.IN_PROGRESS, True, other)
    with pytest.raises(errors.ReturnNotAllowed):
        asking.request_return(
            make.main(case).pk,
            actor=make.a_head(of=other),
            reason="不归我们",
            proposed_id=one.pk,
            evidence="三定方案",
            now=make.NOW,
        )


def test_a_ruling_has_words(city):
    one, other = make.a_unit(), make.a_unit()
    case = make.a_case(unit=one)
    conference.confer(case.pk, actor=make.a_center(), units=[one.pk, other.pk], reason="推诿", now=make.NOW)

    with pytest.raises(errors.NoReason):
        conference.rule(case.pk, order(other), actor=make.a_center(), ruling="", now=make.NOW)

    assert make.main(case).department == one


# ── withdrawal ──
@pytest.mark.parametrize("state", [CaseState.PENDING_REVIEW, CaseState.IN_PROGRESS, CaseState.PENDING_CALLBACK])
def test_only_the_verified_citizen_withdraws_and_the_units_are_told_to_stop(city, state):
    unit = make.a_unit()
    case = make.a_case(state=state, unit=unit)

    with pytest.raises(errors.NotVerified):
        intake.withdraw(case.pk, verified_by=" ", actor=make.an_operator(), now=make.NOW)
    with pytest.raises(errors.NotYours):
        intake.withdraw(case.pk, verified_by="电话", actor=make.a_head(of=unit), now=make.NOW)
    case = intake.withdraw(case.pk, verified_by="回拨登记号码", actor=make.an_operator(), now=make.NOW)

    assert (case.state, case.outcome, make.parts(case)) == (CaseState.WITHDRAWN, Outcome.WITHDRAWN, [])
    told = case.outbox.filter(topic="case-withdrawn").count()
    assert told == (0 if state == CaseState.PENDING_REVIEW else 1)
