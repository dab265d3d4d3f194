"""What a model of other labels knows: half of the authored corpus teaches leaves, the other half is somebody's."""

import numpy as np
import pytest

from nlp.core import blend, corpus, linear
from nlp.core.category import branch_of
from nlp.core.features import WITH_TITLE, Features, document
from nlp.core.known import Known

BRANCHES = ("02", "07", "10")
FEW = 3


@pytest.fixture(scope="module")
def halves():
    chosen = [sample for sample in corpus.seed_samples() if branch_of(sample.label) in BRANCHES]
    return chosen[::2], chosen[1::2]


@pytest.fixture(scope="module")
def leaves(halves):
    theirs, _ = halves
    return linear.fit([document(each.text) for each in theirs], [each.label for each in theirs])


def documents(samples):
    return [document(each.text) for each in samples]


def test_what_is_known_keeps_its_scores_among_somebodys_own_words(halves, leaves):
    own = documents(halves[1][:200])
    known = Known.beside(Features.fit(own, weights=WITH_TITLE, min_texts=(2, 2, 2, 2)), leaves)

    said, alone = known.features.matrix(own) @ known.weights + leaves.offsets, leaves.scores_of_all(own)

    assert known.weights.shape == (known.features.width, len(leaves.labels))
    assert np.corrcoef(said.ravel(), alone.ravel())[0, 1] > 0.97
    assert (said.argmax(axis=1) == alone.argmax(axis=1)).mean() > 0.9


def test_few_texts_of_ones_own_go_further_with_what_is_known(halves, leaves):
    _, own = halves
    seen = [each for branch in BRANCHES for each in [s for s in own if branch_of(s.label) == branch][:FEW]]
    rest = [each for each in own if each not in seen]
    truth = [branch_of(each.label) for each in rest]

    def right(known) -> float:
        model = blend.fit(documents(seen), [branch_of(each.label) for each in seen], known=known)
        guessed = model.scores_of_all(documents(rest)).argmax(axis=1)
        return float(np.mean([model.labels[at] == true for at, true in zip(guessed, truth, strict=True)]))

    assert right(leaves) > right(None) + 0.02


def test_texts_without_a_word_that_is_known_are_learnt_as_without_it(leaves):
    texts = [document(word * 3) for word in ("qqq", "xyz", "qqqq", "xyzz")]
    known = blend.fit(texts, ["a", "b", "a", "b"], known=leaves)

    assert np.isfinite(known.weights).all()
    assert known.scores_of_all([document("")]).shape == (1, 2)
