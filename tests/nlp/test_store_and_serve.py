from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from nlp import serve, store
from nlp.core import artefact, category, corpus, request_type
from nlp.core.places import Area, Gazetteer
from nlp.models import TrainedModel
from tests.nlp.nasty import NASTY

NOW = datetime(2026, 3, 10, 8, 0, tzinfo=UTC)
TEXT = "家里暖气不热，室温只有十三度，电话13900001234"


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.MODEL_DIR = tmp_path
    serve.look_again()
    yield
    serve.look_again()


def a_kept_model(payload: bytes = b"payload", kind: str = TrainedModel.Kind.CATEGORY) -> TrainedModel:
    return store.keep(kind, payload, scores={}, trained_on={}, now=NOW)


@pytest.fixture(scope="module")
def stored() -> dict[str, bytes]:
    """Small real models, trained once."""
    samples = corpus.seed_samples()[::6]
    return {
        "category": artefact.category_to_bytes(category.fit(samples, corpus.leaves())[0]),
        "request_type": artefact.linear_to_bytes(request_type.fit(samples)[0]),
    }


@pytest.fixture
def trained(db, stored) -> list[TrainedModel]:
    """The small models, in use."""
    models = [a_kept_model(payload, kind) for kind, payload in stored.items()]
    for model in models:
        store.activate(model)
    return models


@pytest.mark.django_db
def test_a_kept_model_comes_back_as_it_was_and_leaves_no_part_behind(tmp_path):
    model = a_kept_model()
    assert store.load(model) == b"payload"
    assert [path.name for path in tmp_path.iterdir()] == ["category-1.model"]


@pytest.mark.django_db
@pytest.mark.parametrize("position", [0, 20, 80, -1])
def test_an_altered_file_is_refused_wherever_it_was_altered(tmp_path, position):
    model = a_kept_model()
    path = tmp_path / model.file
    content = bytearray(path.read_bytes())
    content[position] ^= 1
    path.write_bytes(content)

    with pytest.raises(store.ModelAltered):
        store.load(model)


@pytest.mark.django_db
def test_a_file_with_a_matching_checksum_but_without_our_key_is_refused(tmp_path, settings):
    import hashlib

    model = a_kept_model()
    settings.MODEL_KEY = "somebody else's"
    forged = a_kept_model(b"forged")
    model.file, model.checksum = forged.file, hashlib.sha256((tmp_path / forged.file).read_bytes()).hexdigest()

    with pytest.raises(store.ModelAltered):
        store.load(model)


@pytest.mark.django_db
def test_a_missing_file_and_an_older_format_are_refused_by_name(tmp_path):
    model = a_kept_model()
    (tmp_path / model.file).unlink()
    with pytest.raises(store.ModelMissing):
        store.load(model)
    model.format_version = 0
    with pytest.raises(store.FormatUnknown):
        store.load(model)


@pytest.mark.django_db
def test_one_model_of_a_kind_is_active_and_the_database_sees_to_it():
    first, second = a_kept_model(), a_kept_model()
    store.activate(first)
    store.activate(second)
    assert list(TrainedModel.objects.filter(is_active=True)) == [second]
    with pytest.raises(IntegrityError), transaction.atomic():
        TrainedModel.objects.filter(pk=first.pk).update(is_active=True)


@pytest.mark.django_db
@pytest.mark.parametrize("text", [TEXT, *NASTY.values()], ids=["plain", *NASTY])
def test_without_a_model_everything_but_the_category_is_read(text):
    reading = serve.read(text, title=text[:20])

    assert (reading.category, reading.request_type, reading.category_is_sure) == ((), None, False)
    assert serve.NO_MODEL in reading.reasons
    assert ("13900001234" in reading.redacted_text) is False


def test_a_message_is_read_with_evidence_place_urgency_and_mask(trained):
    gazetteer = Gazetteer([Area(7, "D", "河东区", "district", "D/")])
    reading = serve.read("河东区" + TEXT + "，昨晚电线还着火了", "暖气不热", gazetteer)

    assert reading.category[0].label.startswith("02.01")
    assert reading.branch[0].label == "02"
    assert "暖气" in reading.tokens
    assert (reading.place.area_id, reading.urgency.level) == (7, "特急")
    assert reading.redacted_text.count("[电话]") == 1
    assert reading.model_version == "category-1 request_type-1"


def test_a_warm_process_asks_the_database_nothing(trained, django_assert_num_queries):
    serve.read(TEXT)
    with django_assert_num_queries(0):
        serve.read(TEXT)


def test_a_newly_activated_model_answers_after_the_next_look(trained, stored, monkeypatch):
    assert "category-1" in serve.read(TEXT).model_version
    store.activate(a_kept_model(stored["category"]))
    monkeypatch.setattr(serve, "LOOK_AGAIN_SECONDS", -1.0)
    assert "category-2" in serve.read(TEXT).model_version


def test_an_altered_model_leaves_the_category_to_a_person_and_says_why(trained, tmp_path):
    path: Path = tmp_path / trained[0].file
    path.write_bytes(path.read_bytes() + b"x")

    reading = serve.read(TEXT)

    assert reading.category == ()
    assert any("已拒绝加载" in reason for reason in reading.reasons)
    assert (reading.request_type is not None, reading.model_version) == (True, "request_type-1")


def test_a_restored_file_answers_again_without_a_restart(trained, tmp_path, monkeypatch):
    monkeypatch.setattr(serve, "LOOK_AGAIN_SECONDS", -1.0)
    path: Path = tmp_path / trained[0].file
    content = path.read_bytes()
    path.write_bytes(content[:-1])
    assert serve.read(TEXT).category == ()
    path.write_bytes(content)
    assert serve.read(TEXT).category != ()


def test_many_threads_read_the_same(trained):
    first = serve.read(TEXT)

    def read(_: int) -> bool:
        try:
            return serve.read(TEXT) == first
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(read, range(100)))


@pytest.mark.django_db
def test_the_train_command_trains_once_and_prints_its_figures():
    said = StringIO()
    call_command("train", "--if-none", stdout=said)
    assert "宏平均 F1" in said.getvalue()
    assert set(TrainedModel.objects.filter(is_active=True).values_list("kind", flat=True)) == {
        "category",
        "request_type",
    }

    said = StringIO()
    call_command("train", "--if-none", stdout=said)
    assert (said.getvalue().strip(), TrainedModel.objects.count()) == ("已有在用模型，无需训练。", 2)


def test_the_evaluate_command_reads_a_labelled_file(trained, tmp_path):
    (tmp_path / "map.csv").write_text("code,label\n02.01,供暖\n08,教育\n", encoding="utf-8")
    (tmp_path / "file.csv").write_text("title,body,label\n暖气不热,室温低,供暖\n小升初,划片,教育\n", encoding="utf-8")
    said = StringIO()
    call_command(
        "evaluate", file=tmp_path / "file.csv", map=tmp_path / "map.csv", json=tmp_path / "out.json", stdout=said
    )
    assert "文本 2，标签 2" in said.getvalue()
    assert '"macro_f1"' in (tmp_path / "out.json").read_text(encoding="utf-8")


def test_many_messages_are_read_as_each_alone(trained):
    texts = [(sample.text, "") for sample in corpus.seed_samples()[:60:3]] + [("", ""), ("停水了", "没水")]

    together = serve.read_many(texts)

    for (text, title), reading in zip(texts, together, strict=True):
        alone = serve.read(text, title, with_facts=False)
        others = tuple(replace(guess, evidence=()) for guess in alone.category[1:])
        assert reading == replace(alone, category=(*alone.category[:1], *others))
