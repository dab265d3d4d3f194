import numpy as np

from nlp.core import unit_kind
from nlp.core.unit_kind import Duty

KINDS, LEAVES = ("housing", "police", "street"), ("03.01.01", "09.03.01", "20.01.01")
DUTIES = {"03.01.01": Duty("housing", ("street",)), "09.03.01": Duty("police")}


def test_the_catalogue_puts_the_main_kind_of_the_likely_leaf_first_and_assisting_ones_behind_it():
    chances = unit_kind.by_catalogue(np.array([[0.9, 0.1, 0.0]], np.float32), LEAVES, DUTIES, KINDS)
    assert [KINDS[at] for at in np.argsort(-chances[0])] == ["housing", "street", "police"]
    assert np.isclose(chances.sum(), 1)


def test_a_leaf_that_the_catalogue_does_not_know_says_nothing():
    chances = unit_kind.by_catalogue(np.array([[0.0, 0.0, 1.0]], np.float32), LEAVES, DUTIES, KINDS)
    assert np.allclose(chances, 1 / 3)


def test_an_opinion_that_is_always_wrong_gets_no_share_and_a_right_one_gets_one():
    truth = [0, 1, 2, 0]
    unsure, right = np.full((4, 3), 1 / 3, np.float32), np.full((4, 3), 0.05, np.float32)
    right[np.arange(4), truth] = 0.9
    wrong = np.roll(right, 1, axis=1)
    assert unit_kind.best_share(unsure, right, truth) > 0
    assert unit_kind.best_share(right, wrong, truth) == 0
    pooled = unit_kind.pool(unsure, right, 1.0)
    assert pooled.argmax(axis=1).tolist() == truth
