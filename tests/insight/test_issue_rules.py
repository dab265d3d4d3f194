"""The pure parts: heat adds up and rises with what it measures; whatever is grouped anew, people's decisions stay."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from petitions.insight.issues.heat import TERMS, Limits, Told, heat
from petitions.insight.issues.settling import Placed, settle
from tests import make

LIMITS = Limits()
CASES = range(12)


@st.composite
def tellings(draw) -> Told:
    citizens = draw(st.integers(1, 500))
    some = st.integers(0, citizens)
    judged = draw(some)
    return Told(
        citizens,
        recent=draw(some),
        before=draw(some),
        returning=draw(some),
        judged=judged,
        unhappy=draw(st.integers(0, judged)),
        last_at=make.NOW - timedelta(hours=draw(st.integers(-2, 5000))),
    )


@given(tellings())
def test_the_terms_add_up_exactly_and_stay_within_their_weights(told):
    found = heat(told, LIMITS, make.NOW)

    assert [term.name for term in found.terms] == list(TERMS)
    assert sum(term.points for term in found.terms) == found.points
    assert all(0 <= term.points <= term.weight for term in found.terms)
    assert 0 <= found.points <= 100


@given(tellings(), st.integers(1, 50))
def test_an_issue_cools_down_while_nothing_happens(told, days):
    assert heat(told, LIMITS, make.NOW + timedelta(days=days)).points <= heat(told, LIMITS, make.NOW).points


@st.composite
def nights(draw):
    """Cases in issues, some pinned, and any partition of them into groups."""
    placed = {case: Placed(draw(st.integers(1, 5)), draw(st.booleans())) for case in CASES}
    group_of = [draw(st.integers(0, 4)) for _ in CASES]
    groups = [[case for case in CASES if group_of[case] == number] for number in sorted(set(group_of))]
    return groups, placed


@given(nights())
def test_every_case_has_one_home_every_issue_at_most_one_and_the_pinned_stay(night):
    groups, placed = night

    homes = settle(groups, placed, nearest=lambda case, pinned: min(pinned))

    assert sorted(case for home in homes for case in home.cases) == list(CASES)
    kept = [home.issue for home in homes if home.issue is not None]
    assert len(kept) == len(set(kept))
    issue_of = {case: home.issue for home in homes for case in home.cases}
    assert all(issue_of[case] == where.issue for case, where in placed.items() if where.is_pinned)


@given(nights())
def test_grouping_the_same_way_again_moves_nothing(night):
    groups, placed = night
    homes = settle(groups, placed, nearest=lambda case, pinned: min(pinned))
    after = {
        case: Placed(home.issue or 100 + at, placed[case].is_pinned)
        for at, home in enumerate(homes)
        for case in home.cases
    }

    again = settle([home.cases for home in homes], after, nearest=lambda case, pinned: min(pinned))

    assert {case: home.issue for home in again for case in home.cases} == {
        case: where.issue for case, where in after.items()
    }


def test_the_larger_part_keeps_the_number():
    placed = dict.fromkeys(range(5), Placed(7))

    homes = settle([[0, 1], [2, 3, 4]], placed, nearest=lambda case, pinned: min(pinned))

    assert {home.cases: home.issue for home in homes} == {(0, 1): None, (2, 3, 4): 7}
