"""The seed corpus is the small labelled corpus of these tests; floors lie below what was measured, by a margin."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.core import artefact, category, corpus, request_type
from nlp.core.corpus import Leaf, Sample
from nlp.core.features import document
from nlp.core.linear import Curve, softmax
from tests.nlp.nasty import NASTY

HEATING, WATER, SCHOOL = "02.01.01", "02.02.01", "08.01.01"
# Measured on 2,100 texts: leaf .63, top-3 .82, type .79, calibration error .016.
LEAF_FLOOR, TOP_3_FLOOR, TYPE_FLOOR, WORST_CALIBRATION = 0.55, 0.75, 0.70, 0.06


@pytest.fixture(scope="module")
def trained():
    return category.fit(corpus.seed_samples(), corpus.leaves())


@pytest.fixture(scope="module")
def model(trained):
    return trained[0]


def test_held_out_texts_are_classified_better_than_the_floors_and_with_honest_confidence(trained):
    _, report = trained
    assert report.accuracy >= LEAF_FLOOR
    assert report.top_3 >= TOP_3_FLOOR
    assert report.calibration_error <= WORST_CALIBRATION


def test_a_clear_complaint_gets_its_leaf_its_branch_and_its_own_words_as_evidence(model):
    text = "家里暖气片冰凉，室温只有十三度，供暖以来一直不热"
    found = model.suggest(document(text))

    assert (found.leaves[0].label, found.branches[0].label) == (HEATING, "02")
    assert found.leaves[0].evidence
    assert all(word in text for guess in found.leaves for word in guess.evidence)


def test_probabilities_fall_and_do_not_exceed_one(model):
    for sample in corpus.seed_samples()[::50]:
        found = model.suggest(document(sample.text), k=10)
        for guesses in (found.leaves, found.branches):
            confidences = [guess.confidence for guess in guesses]
            assert confidences == sorted(confidences, reverse=True)
            assert confidences[-1] >= 0 and sum(confidences) <= 1.0001


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY)
def test_nasty_texts_get_an_answer_of_numbers_and_texts_without_words_an_unsure_one(model, text):
    found = model.suggest(document(text))
    assert all(np.isfinite(guess.confidence) for guess in found.leaves)
    if not found.leaves[0].evidence:
        assert (found.sure, found.reasons) == (False, ("文本里没有可作依据的词语,请人工判断类别。",))


def test_a_leaf_without_any_example_can_be_suggested_by_its_words():
    samples = [Sample("小区停水两天了没人管", WATER), Sample("自来水停了，水厂说抢修", WATER)] * 3
    samples += [Sample("孩子上小学划片在哪里", SCHOOL), Sample("小升初报名需要什么材料", SCHOOL)] * 3
    leaves = [Leaf(HEATING, ("公共服务", "供暖", "室温不达标"), ("暖气", "不热", "供热"))]

    model, _ = category.fit(samples, leaves)

    assert model.suggest(document("暖气一点都不热")).leaves[0].label == HEATING


def test_training_twice_gives_the_same_model():
    samples = corpus.seed_samples()[::8]
    first, second = (artefact.category_to_bytes(category.fit(samples)[0]) for _ in range(2))
    assert first == second


def test_a_stored_model_answers_as_the_trained_one(model):
    again = artefact.category_from_bytes(artefact.category_to_bytes(model))
    each = document("楼上半夜装修，电钻声音太大")
    assert again.suggest(each) == model.suggest(each)


def test_one_message_and_many_get_the_same_probabilities(model):
    documents = [document(sample.text) for sample in corpus.seed_samples()[:20]]
    together = model.linear.chances_of_all(documents)
    apart = [model.linear.chances(model.linear.features.row(each)) for each in documents]
    assert np.allclose(together, apart, atol=1e-4)


def test_an_unknown_format_is_refused_by_name(model, monkeypatch):
    stored = artefact.category_to_bytes(model)
    monkeypatch.setattr(artefact, "FORMAT", artefact.FORMAT + 1)
    with pytest.raises(artefact.UnknownFormat):
        artefact.category_from_bytes(stored)


def test_the_request_type_is_learnt_from_the_corpus():
    model, report = request_type.fit(corpus.seed_samples())

    assert report.accuracy >= TYPE_FLOOR
    assert request_type.suggest(model, document("谢谢你们，路灯修好了，特地表扬")).label == "感谢"
    assert request_type.suggest(model, document("请问办理居住证需要什么材料？")).label == "咨询"


@given(
    st.lists(st.floats(-40, 40, width=32), min_size=2, max_size=20, unique=True),
    st.floats(0.1, 5),
    st.floats(-5, 5),
)
def test_a_curve_corrects_the_likeliest_label_and_keeps_the_order_of_all(scores, slope, offset):
    chances = softmax(np.array(scores, dtype=np.float32))
    bent = Curve(slope, offset).bent(chances)

    assert bent.sum() <= 1.0001
    assert bent[chances.argmax()] == bent.max()
    order = np.lexsort((bent, chances))  # equal ones may come in any order
    assert (np.diff(bent[order]) >= -1e-6).all()
