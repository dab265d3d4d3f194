"""The hour counters say what a count of all cases would say, whatever happens to a case, in any order."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, run_state_machine_as_test

from petitions.insight import counters, flow, rollup
from petitions.insight.board import behind
from petitions.insight.board.behind import Wanted
from petitions.insight.models import HourCount, Result
from petitions.insight.sums import Sums, difference
from petitions.services import review
from petitions.states import CaseState
from tests import make
from tests.petitions.test_any_order import AnyOrder

TODAY = date(2026, 11, 20)
MOMENTS = st.datetimes(datetime(2026, 11, 1), datetime(2026, 11, 4), timezones=st.just(UTC))
STATES = [state.value for state in CaseState]
FACTS = st.builds(
    flow.Facts,
    state=st.sampled_from(STATES),
    is_probe=st.booleans(),
    was_dispatched=st.booleans(),
    satisfaction=st.sampled_from(["", "satisfied", "basically", "unsatisfied"]),
    area=st.none() | st.integers(1, 2),
    category=st.none() | st.integers(1, 2),
    channel=st.sampled_from(["phone", "web"]),
    department=st.none() | st.integers(1, 2),
    received_at=MOMENTS,
    closed_at=st.none() | MOMENTS,
    overdue_at=st.none() | MOMENTS,
)


def of(cases: list[flow.Facts]) -> dict[flow.Key, Sums]:
    return flow.counts(case for case in map(flow.counted, cases) if case)


@given(st.lists(FACTS, max_size=8), st.lists(FACTS, max_size=8))
def test_the_difference_leads_from_one_count_to_the_other(before, after):
    total = Counter()
    for rows in (of(before), difference(of(before), of(after))):
        for key, sums in rows.items():
            for column, number in zip(flow.COLUMNS, sums, strict=True):
                total[key, column] += number

    wanted = {(key, c): n for key, sums in of(after).items() for c, n in zip(flow.COLUMNS, sums, strict=True) if n}
    assert {key: n for key, n in total.items() if n} == wanted


@given(st.lists(FACTS, max_size=8))
def test_every_case_that_counts_came_in_once_and_has_a_known_result(cases):
    rows = of(cases)

    counting = [case for case in cases if not case.is_probe and case.state not in ("draft", "invalid")]
    assert sum(received for received, _closed, _overdue in rows.values()) == len(counting)
    assert {key.result for key in rows} <= set(Result.values)


class CountedInAnyOrder(AnyOrder):
    """The walk of the services' own test; after every step the counters must be a fresh count of all cases."""

    @invariant()
    def counters_are_a_fresh_count(self):
        rollup.refresh_all()
        assert counters.counts_kept() == counters.counts_of_cases()


def test_in_any_order_the_counters_equal_a_fresh_count(city):
    budget = settings(
        max_examples=3,
        stateful_step_count=30,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )

    run_state_machine_as_test(CountedInAnyOrder, settings=budget)

    assert HourCount.objects.count() == 0, "every walk was rolled back"


def test_a_case_moves_from_open_to_its_result_and_back_to_nothing_when_it_is_invalid(city):
    closed, dropped = make.a_case(state=CaseState.CLOSED), make.a_case(state=CaseState.PENDING_REVIEW)
    rollup.refresh_all()
    assert totals() == {"content": 1, "open": 1}

    review.mark_invalid(dropped.pk, actor=make.a_reviewer(), reason="骚扰电话", now=make.NOW)
    rollup.refresh_all()

    assert totals() == {"content": 1}
    assert [row.petition_id for row in behind.page(Wanted(first=TODAY, last=TODAY), "").rows] == [closed.pk]


def totals() -> dict[str, int]:
    return {row.result: row.received for row in HourCount.objects.filter(received__gt=0)}


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Wanted(), 2),
        (Wanted(category="01.01"), 2),
        (Wanted(category="02"), 0),
        (Wanted(results=("content",)), 1),
        (Wanted(column="closed", first=TODAY, last=TODAY), 1),
        (Wanted(weekday=5, clock=10), 2),
        (Wanted(weekday=5, clock=11), 0),
        (Wanted(last=TODAY - timedelta(days=1)), 0),
    ],
)
def test_a_list_is_narrowed_as_its_number_is(city, wanted, found):
    make.a_case(state=CaseState.CLOSED)
    make.a_case(state=CaseState.IN_PROGRESS)
    rollup.refresh_all()

    assert len(behind.page(wanted, "").rows) == found
