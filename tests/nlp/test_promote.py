from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command

from nlp import promotion, store
from nlp.models import TrainedModel

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
GOOD, BETTER, WORSE, UNSURE = (0.80, 0.01), (0.82, 0.01), (0.70, 0.01), (0.82, 0.10)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MODEL_DIR = tmp_path


def a_model(macro_f1, calibration_error):
    scores = {"macro_f1": macro_f1, "calibration_error": calibration_error}
    return store.keep("category", b"payload", scores=scores, trained_on={}, now=NOW)


def active():
    return TrainedModel.objects.get(is_active=True)


def test_the_first_model_and_a_better_one_are_promoted_without_asking():
    first, second = a_model(*GOOD), a_model(*BETTER)
    promotion.promote(first, now=NOW)
    promotion.promote(second, now=NOW)
    assert (active(), active().replaced, active().promoted_at, active().reason) == (second, first, NOW, "")


@pytest.mark.parametrize("figures", [WORSE, UNSURE])
def test_a_worse_model_needs_a_reason_which_is_kept(figures):
    first, second = a_model(*GOOD), a_model(*figures)
    promotion.promote(first, now=NOW)

    with pytest.raises(promotion.ReasonMissing, match="宏平均 F1"):
        promotion.promote(second, now=NOW, reason="  ")
    assert active() == first

    promotion.promote(second, now=NOW, reason="新类目上线，旧模型没有这些类目")
    assert (active(), active().reason) == (second, "新类目上线，旧模型没有这些类目")


def test_a_difference_within_the_noise_of_the_folds_is_no_difference():
    promotion.promote(a_model(0.800, 0.01), now=NOW)
    second = a_model(0.797, 0.02)
    assert not promotion.promote(second, now=NOW).is_worse and active() == second


def test_a_model_whose_file_was_altered_is_not_promoted(tmp_path):
    first, second = a_model(*GOOD), a_model(*BETTER)
    promotion.promote(first, now=NOW)
    (tmp_path / second.file).write_bytes(b"something else")
    with pytest.raises(store.ModelAltered):
        promotion.promote(second, now=NOW)
    assert active() == first


def test_the_command_takes_the_newest_and_refuses_a_worse_one_in_words(capsys):
    a_model(*GOOD)
    call_command("promote", "category")
    a_model(*WORSE)
    with pytest.raises(CommandError, match="--reason"):
        call_command("promote", "category")
    call_command("promote", "category", "--number", "1")
    assert active().version == 1
    with pytest.raises(CommandError, match="没有这个模型"):
        call_command("promote", "request_type")
