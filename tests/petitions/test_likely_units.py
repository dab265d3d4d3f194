"""Who would probably handle it, for the person who has to decide: by the models in use and the day's catalogue."""

import pytest

from nlp import serve, store
from nlp.core import artefact, category
from nlp.core.corpus import Sample
from petitions.services import suggest
from tests import make

NOISES = ("工地半夜打桩吵得睡不着", "建筑工地凌晨还在施工", "施工噪声扰民请制止", "夜里搅拌车轰鸣")
CARS = ("小区门口违法停车堵了通道", "车停在人行道上没人管", "违停的车把消防通道占了", "路边乱停车")


@pytest.fixture
def small_model(settings, tmp_path):
    settings.MODEL_DIR = tmp_path
    samples = [Sample(text, "10.02.01") for text in NOISES] + [Sample(text, "05.01.01") for text in CARS]
    stored = artefact.category_to_bytes(category.fit(samples, seed=1)[0])
    store.activate(store.keep("category", stored, scores={}, trained_on={}, now=make.NOW))
    serve.look_again()
    yield
    serve.look_again()


def test_the_catalogue_of_the_day_names_the_likely_kinds(city, small_model):
    found = suggest.preview("工地凌晨施工噪声很大", now=make.NOW, with_similar=False)

    assert found.main_unit is None  # nobody knows where it is
    assert found.likely_kinds[0] == "区城管委"


def test_without_a_model_nobody_is_likely(city, settings, tmp_path):
    settings.MODEL_DIR = tmp_path
    serve.look_again()

    assert suggest.preview("工地凌晨施工噪声很大", now=make.NOW, with_similar=False).likely_kinds == ()
