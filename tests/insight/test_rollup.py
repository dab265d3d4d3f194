"""Marks and tallies keep in step with the events of real cases, by difference, whatever happens to a case."""

from petitions.insight import rollup, scorecard, windows
from petitions.insight.models import Mark, Stale
from petitions.insight.rates import Counts
from petitions.services import callback, dispatch, intake, rating
from petitions.services.callback import Said
from petitions.services.dispatch import Order
from petitions.services.rating import Extra
from petitions.states import CaseState
from tests import make

DAY = windows.days(make.NOW.date(), make.NOW.date())
UNSOLVED = Said(contacted=True, solved="no", satisfaction="unsatisfied")


def of(unit, calibre: str = "B") -> Counts:
    rollup.refresh_all()
    return scorecard.from_tally(DAY)[calibre].get(unit.pk, Counts())


def test_a_closed_case_counts_for_its_unit(city):
    unit = make.a_unit()
    make.a_case(state=CaseState.CLOSED, unit=unit)

    counts = of(unit)

    assert (counts.received, counts.valid, counts.solved, counts.closed_in_time) == (1, 1, 1, 1)


def test_the_tally_equals_the_marks_and_the_events_after_every_turn_of_a_case(city):
    first, second = make.a_unit(), make.a_unit()
    case = make.a_case(state=CaseState.PENDING_CALLBACK, unit=first)
    steps = [
        lambda: callback.record(
            case.pk, actor=make.a_supervisor(), result="reached", said=UNSOLVED, rehandle=True, now=make.NOW
        ),
        lambda: dispatch.dispatch(case.pk, Order(main_id=second.pk), actor=make.a_dispatcher(), now=make.NOW),
        lambda: make.replied_part(make.main(case)),
        lambda: make._accepted(case, make.NOW),
        lambda: make._called(case, make.NOW),
    ]

    for step in steps:
        step()
        rollup.refresh()
        assert rollup.tally_kept() == rollup.tally_of_marks()
        assert scorecard.from_tally(DAY) == scorecard.from_events(DAY)

    assert (of(first).valid, of(second).valid, of(second).first_time_solved) == (0, 1, 0)


def test_a_second_refresh_changes_nothing(city):
    make.a_case(state=CaseState.CLOSED)
    rollup.refresh_all()
    before = rollup.tally_kept()

    rollup.renew(list(Mark.objects.values_list("petition_id", flat=True).distinct()))

    assert (rollup.refresh(), rollup.tally_kept(), Stale.objects.count()) == (0, before, 0)


def test_a_withdrawn_case_is_taken_out_of_every_figure(city):
    unit = make.a_unit()
    case = make.a_case(unit=unit)
    assert of(unit).received == 1

    intake.withdraw(case.pk, actor=make.an_operator(), verified_by="回拨来电号码", now=make.NOW)

    assert (of(unit, "A").received, rollup.tally_kept()) == (0, rollup.tally_of_marks())


def test_a_rating_by_link_is_a_verdict_like_a_call(city):
    unit = make.a_unit()
    case = make.a_case(state=CaseState.PENDING_CALLBACK, unit=unit)
    from petitions import access

    rating.rate(access.rating_token(make.invitation_of(case).pk), make.SATISFIED, Extra(), now=make.NOW)

    assert (of(unit).valid, Mark.objects.get(kind="verdict").via) == (1, "link")
