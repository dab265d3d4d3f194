"""Training and predicting on files, without a database row; a thousand texts of the shipped corpus stand in."""

import csv
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nlp.core import artefact, corpus, modelfile
from nlp.core.category import branch_of
from nlp.core.features import document, from_tokens
from nlp.core.segment import words
from nlp.core.topic import TooLittle, fit
from tests.nlp.nasty import MEGABYTE, NASTY

BRANCHES = ("02", "07", "10")
COLUMNS = ("id", "title", "body", "label")
# Measured .98 on three branches of the seed corpus.
FLOOR = 0.9


@pytest.fixture(scope="module")
def samples():
    return [sample for sample in corpus.seed_samples() if branch_of(sample.label) in BRANCHES][::2]


@pytest.fixture(scope="module")
def training_file(samples, tmp_path_factory):
    path = tmp_path_factory.mktemp("texts") / "train.csv"
    lines = [(str(at), "", each.text, branch_of(each.label)) for at, each in enumerate(samples)]
    return written(path, COLUMNS, lines)


@pytest.fixture(scope="module")
def model_file(training_file, tmp_path_factory):
    out = tmp_path_factory.mktemp("models") / "own.model"
    said = StringIO()
    call_command("text_train", file=training_file, label="label", out=out, stdout=said)
    assert "宏平均 F1" in said.getvalue()
    return out


@pytest.fixture(scope="module")
def model(model_file):
    return artefact.topic_from_bytes(modelfile.read(model_file))


def written(path, columns, lines, encoding="utf-8"):
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows([columns, *lines])
    return path


def predicted(model_file, file, out, **options):
    call_command("text_predict", model=str(model_file), file=file, out=out, stdout=StringIO(), **options)
    with out.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_rows_keep_their_columns_and_get_a_label_in_any_encoding(model_file, tmp_path, encoding):
    file = written(tmp_path / "in.csv", COLUMNS, [("7", "暖气不热", "家里暖气冰凉，供热公司不管", "x")], encoding)

    (row,) = predicted(model_file, file, tmp_path / "out.csv")

    assert (row["id"], row["title"], row["label"], row["predicted"]) == ("7", "暖气不热", "x", "02")
    assert {row["second"], row["third"]} == {"07", "10"}
    assert row["answered"] in ("0", "1") and 0 < float(row["confidence"]) <= 1
    assert row["evidence"] and all(word in row["title"] + row["body"] for word in row["evidence"].split())


def test_several_processes_write_the_very_same_file(model_file, samples, tmp_path):
    lines = [(str(at), "", each.text, "") for at, each in enumerate(samples[:230])]
    file = written(tmp_path / "in.csv", COLUMNS, lines)

    alone = predicted(model_file, file, tmp_path / "alone.csv", processes=1)
    together = predicted(model_file, file, tmp_path / "together.csv", processes=2)

    assert len(alone) == 230
    assert together == alone


def test_the_labels_of_most_texts_are_found_and_answered_ones_are_nearly_always_right(model, samples):
    others = [sample for sample in corpus.seed_samples() if branch_of(sample.label) in BRANCHES][1::2]
    found = [(model.predict(document(each.text)), branch_of(each.label)) for each in others]

    right = [guess.guesses[0].label == label for guess, label in found]
    answered = [guess.guesses[0].label == label for guess, label in found if guess.answered]
    assert sum(right) >= FLOOR * len(right)
    assert len(answered) >= 0.3 * len(found) and sum(answered) >= 0.95 * len(answered)


def test_words_without_function_words_and_marks_look_the_same_as_the_raw_text():
    text = "我们小区的暖气又不热了，请问什么时候能修好？打了3次电话。"
    tokens = [word for word in words(text) if word not in ("我们", "的", "又", "了", "请问", "什么", "能", "3", "次")]

    raw, cut = document(text).content, from_tokens(tokens).content

    assert set(cut.words) <= set(raw.words)
    assert raw.blocks[0][:3] == cut.blocks[0][:3]


def test_a_missing_column_is_named_together_with_those_there_are(model_file, training_file, tmp_path):
    with pytest.raises(CommandError, match="类别.*id、title、body、label"):
        call_command("text_train", file=training_file, label="类别", out=tmp_path / "m")
    bare = written(tmp_path / "bare.csv", ("id", "content"), [("1", "停水")])
    with pytest.raises(CommandError, match="id、content"):
        predicted(model_file, bare, tmp_path / "out.csv")
    assert not (tmp_path / "m").exists()


def test_an_altered_model_is_refused(model_file, training_file, tmp_path):
    content = bytearray(model_file.read_bytes())
    content[-100] ^= 1
    altered = tmp_path / "altered.model"
    altered.write_bytes(content)
    with pytest.raises(CommandError, match="校验和不符"):
        predicted(altered, training_file, tmp_path / "out.csv")
    with pytest.raises(CommandError, match="不是本系统"):
        predicted(training_file, training_file, tmp_path / "out.csv")


def test_a_level_is_asked_only_of_the_shipped_model(model_file, training_file, tmp_path):
    with pytest.raises(CommandError, match="shipped"):
        predicted(model_file, training_file, tmp_path / "out.csv", level="1")


def test_one_label_or_one_text_per_label_is_too_little():
    texts = [document("停水了没人管"), document("学校收费太高"), document("学校乱收费")]
    with pytest.raises(TooLittle):
        fit(texts, ["a", "a", "a"], ["1", "2", "3"])
    with pytest.raises(TooLittle):
        fit(texts, ["a", "b", "b"], ["1", "2", "3"])


@pytest.mark.parametrize("text", [*NASTY.values(), *MEGABYTE.values()], ids=[*NASTY, *MEGABYTE])
def test_hostile_texts_get_an_answer_and_texts_without_content_are_not_answered(model, text):
    found = model.predict(document(text))
    assert 0 <= found.guesses[0].confidence <= 1
    if not document(text).content.words:
        assert not found.answered


HOSTILE = st.text(
    st.one_of(
        st.characters(),
        st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF),
        st.sampled_from("\u202e\u2066\u2069\u200f\u200d\ufe0f\x00\x07\ud800\u0301İß😀停水的，。0aA"),
    ),
    max_size=300,
)


@given(HOSTILE, st.integers(1, 50))
@settings(max_examples=500, deadline=2000, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_is_answered_in_bounded_time_with_words_that_stand_in_it(model, text, times):
    each = document(text * times)
    found = model.predict(each)
    assert len(each.text) <= 600
    assert all(word in each.content.text for guess in found.guesses for word in guess.evidence)


def test_a_model_that_says_nothing_of_its_certainty_is_of_another_format(model):
    with pytest.raises(artefact.UnknownFormat):
        artefact.topic_from_bytes(artefact.linear_to_bytes(model.linear))
    again = artefact.topic_from_bytes(artefact.topic_to_bytes(model))
    assert (again.trust, again.answer_from) == (model.trust, model.answer_from)
