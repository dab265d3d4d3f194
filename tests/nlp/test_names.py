"""Hard lines, written before what they measure (`bench/text/names.py`); the floors are under what it reached."""

import pytest

from bench.text.names import HELD_OUT, SECOND, THIRD, marked, score
from nlp.core import modelfile, name_samples, name_text, name_training, person
from nlp.core.clean import fold
from nlp.core.name_samples import TEACH, TRY
from nlp.core.redact import NAME, find


def found(text: str) -> list[str]:
    return [text[each.start : each.end] for each in find(text) if each.kind == NAME]


@pytest.mark.parametrize(("lines", "names", "recall"), [(HELD_OUT, 100, 0.72), (SECOND, 60, 0.59), (THIRD, 30, 0.87)])
def test_most_hard_names_are_found_and_little_else(lines, names, recall):
    figures = score(marked(lines))
    assert figures["names"] >= names
    assert figures["recall"] >= recall
    assert figures["false_spans"] <= 0.08
    assert figures["plain_characters_masked"] <= 0.01


@pytest.mark.parametrize("name", ["贺建国", "欧阳晓梅", "覃志勇", "賀建國"])
def test_a_name_in_mid_sentence_needs_no_cue(name):
    assert found(f"昨天晚上{name}又来砸门，把锁弄坏了") == [name]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("欠条上签的是贺建国，他不认", ["贺建国"]),
        ("贺建国欠我两万不还", ["贺建国"]),
        ("证人贺建国、赵玉兰都在场", ["贺建国", "赵玉兰"]),
        ("问过霍站长，也问过麻副主任", ["霍", "麻"]),
        ("登记的是方案，签的是全包", []),
        ("安置办欠我两万，客车站长期占道", []),
        ("物业经理和业主都在场", []),
    ],
)
def test_a_clause_an_act_or_a_pair_tells_a_name_from_a_word(text, names):
    assert found(text) == names


@pytest.mark.parametrize(
    "text", ["建国路上的井盖没了", "张家村的水塔坏了", "王记米粉店油烟大", "鲁迅故居门口停满了车", "王某打人"]
)
def test_places_shops_and_people_of_history_are_nobody_private(text):
    assert found(text) == []


def test_a_name_found_once_is_masked_wherever_it_stands():
    text = "我叫贺建国，住三楼。物业说贺建国欠费，其实贺建国早就交了。"
    assert found(text) == ["贺建国"] * 3


def test_what_is_tried_was_never_taught():
    parts = name_samples._parts()
    for kind in ("姓", "复姓", "名", "常名", "族名", "地尾"):
        assert not set(parts[kind, TEACH]) & set(parts[kind, TRY]), kind
    assert not set(name_samples.seed_texts(TEACH)) & set(name_samples.seed_texts(TRY))


def test_marked_texts_say_where_the_names_are():
    for text in name_samples.samples(TRY, 5, per_template=1, per_text=1):
        for start, end in text.names:
            assert 0 <= start < end <= len(text.text)
    assert name_samples.known("窗口的小苗同志").names == ((4, 5),)


def test_a_damaged_recogniser_is_refused(tmp_path):
    stored = bytearray(person.WEIGHTS.read_bytes())
    stored[-10] ^= 1
    path = tmp_path / "names.model"
    path.write_bytes(stored)
    with pytest.raises(modelfile.Damaged):
        modelfile.read(path)


def test_the_model_comes_back_as_it_was_written():
    model = person.shipped_model()
    assert person.from_bytes(person.to_bytes(model)) == model


def test_teaching_gives_a_model_that_tells_a_name_from_a_place():
    taught = name_training.teach(list(name_samples.samples(TEACH, 1, per_template=3, per_text=0))[:700])
    cut = name_text.cut(fold("找过贺建国，他不管"))
    assert taught.score(cut, 2, 5, "-") > taught.score(cut, 2, 4, "-")
