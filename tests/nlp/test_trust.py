"""How far a guess can be trusted: made-up scores of which it is known when the largest is right."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nlp.core import evaluate, trust
from nlp.core.linear import softmax
from nlp.core.trust import Trust

SURE, DOUBTFUL = 0, 1


def scores_of(count, seed):
    """Three labels; guesses of the second one are right half as often as their scores say."""
    draws = np.random.default_rng(seed)
    scores = draws.normal(size=(count, 3)) * 2
    chances = softmax(scores)
    truth = np.array([draws.choice(3, p=each / each.sum()) for each in chances])
    first = scores.argmax(axis=1)
    wrong = (first == DOUBTFUL) & (draws.random(count) < 0.5)
    return scores.astype(np.float32), np.where(wrong, (first + 1) % 3, truth)


def test_confidence_is_as_high_as_guesses_of_the_label_are_right():
    scores, truth = scores_of(4000, seed=1)
    others, their_truth = scores_of(4000, seed=2)
    found = trust.learn(scores, truth.tolist()).chances(others)
    right = found.argmax(axis=1) == their_truth
    assert evaluate.calibration_error(found.max(axis=1), right) < 0.5 * plain_error(others, their_truth)


def plain_error(scores, truth):
    chances = softmax(scores)
    return evaluate.calibration_error(chances.max(axis=1), chances.argmax(axis=1) == truth)


def test_more_can_be_answered_when_it_is_known_which_label_is_doubtful():
    scores, truth = scores_of(4000, seed=1)
    right = scores.argmax(axis=1) == truth
    learnt, plain = trust.learn(scores, truth.tolist()).chances(scores), softmax(scores)
    shares = [evaluate.coverage_at(chances.max(axis=1), right, 0.9)[0] for chances in (learnt, plain)]
    assert shares[0] > shares[1] + 0.1


def test_without_texts_to_learn_from_it_is_the_lead_over_the_second_label():
    scores = np.array([[2.0, 1.0, -3.0]], dtype=np.float32)
    learnt = trust.learn(np.zeros((0, 3), np.float32), [])
    assert np.allclose(learnt.chances(scores)[0, 0], 1 / (1 + np.exp(-1)), atol=1e-5)


def test_guesses_that_were_all_right_do_not_make_it_certain():
    scores = np.tile(np.array([[2.0, 1.0]], np.float32), (20, 1))
    assert 0.9 < trust.learn(scores, [0] * 20).chances(scores).max() < 1


@given(
    st.lists(st.floats(-40, 40, width=32), min_size=2, max_size=12, unique=True),
    st.lists(st.floats(-3, 3), min_size=15, max_size=15),
)
def test_the_likeliest_label_stays_the_likeliest_and_chances_stay_chances(scores, line):
    given_scores = np.array(scores, dtype=np.float32)
    chances = Trust(tuple(line[:3][: len(scores)]), tuple(line[3 : 3 + len(scores)])).chances(given_scores)
    assert chances.argmax() == given_scores.argmax()
    assert (chances >= 0).all() and chances.sum() <= 1.0001
