from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.core.agreement import Share, kappa
from nlp.core.drift import ANOTHER_MIX, WORTH_A_LOOK, by_chance, stability

LABELS = st.sampled_from("ABC")


def test_kappa_of_a_textbook_table():
    """20 yes/yes, 5 yes/no, 10 no/yes, 15 no/no: .70 agree, .50 would by chance."""
    pairs = [("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15
    found = kappa(pairs)
    assert found.kappa == pytest.approx(0.4)
    assert (found.observed.hits, found.observed.of) == (35, 50)
    assert found.low < 0.4 < found.high


def test_full_agreement_over_few_cases_is_no_certainty():
    found = kappa([("A", "A"), ("B", "B"), ("C", "C")])
    assert found.kappa == 1
    assert found.low < 0.3


@pytest.mark.parametrize("pairs", [[], [("A", "A")] * 9])
def test_kappa_is_unknown_without_cases_or_with_one_single_label(pairs):
    assert kappa(pairs).kappa is None


@given(st.lists(st.tuples(LABELS, LABELS), min_size=1, max_size=40))
def test_kappa_lies_in_its_interval_and_does_not_depend_on_who_was_first(pairs):
    found, turned = kappa(pairs), kappa([(other, one) for one, other in pairs])
    assert turned == found
    if found.kappa is not None:
        assert found.low - 1e-9 <= found.kappa <= found.high + 1e-9 <= 1 + 2e-9


def test_a_share_of_nothing_is_unknown():
    assert (Share(0, 0).value, Share(0, 0).low, Share(0, 0).high) == (None, 0.0, 1.0)


def test_wilsons_interval_of_nine_in_ten():
    share = Share(9, 10)
    assert (round(share.low, 3), round(share.high, 3)) == (0.596, 0.982)


def test_the_same_mix_is_stable_and_another_is_not():
    before = Counter(a=500, b=300, c=200)
    assert stability(before, Counter(a=50, b=30, c=20)) < 0.01
    assert WORTH_A_LOOK < stability(before, Counter(a=30, b=30, c=40)) < ANOTHER_MIX
    assert stability(before, Counter(a=5, b=5, c=90)) > ANOTHER_MIX


def test_a_new_label_is_drift_too_and_nothing_is_nothing():
    assert stability(Counter(a=100), Counter(a=50, new=50)) > ANOTHER_MIX
    assert stability(Counter(a=100), Counter()) is None


def test_chance_alone_moves_the_index_of_small_samples():
    assert by_chance(14, 5_000, 50) > ANOTHER_MIX > WORTH_A_LOOK > by_chance(14, 5_000, 1_000)
