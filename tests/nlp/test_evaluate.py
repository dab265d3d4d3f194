import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.core import evaluate
from nlp.core.labels import BadFile, LabelMap, labelled_file


def test_figures_of_a_small_case_worked_by_hand():
    chances = np.array([[0.9, 0.1], [0.8, 0.2], [0.4, 0.6], [0.7, 0.3]])
    report = evaluate.measure(chances, ("a", "b"), ("a", "b", "b", "a"))

    assert report.accuracy == 0.75
    assert report.per_label["a"] == {"texts": 2, "precision": pytest.approx(2 / 3), "recall": 1.0, "f1": 0.8}
    assert report.macro_f1 == pytest.approx((0.8 + 2 / 3) / 2)
    assert report.calibration_error == pytest.approx((0.1 + 0.8 + 0.4 + 0.3) / 4)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 8)), min_size=6, max_size=60), st.integers(2, 5))
def test_a_group_is_never_on_both_sides_and_every_text_is_held_out_once(rows, count):
    labels, groups = [label for label, _ in rows], [str(group) for _, group in rows]
    held_out = []
    for seen, held in evaluate.folds(labels, groups, count=count, seed=1):
        assert not {groups[at] for at in seen} & {groups[at] for at in held}
        held_out += held
    assert sorted(held_out) == list(range(len(rows)))


def test_copies_that_differ_in_digits_and_punctuation_share_a_group():
    groups = evaluate.copies_together(["3号楼停水了！", "5号楼 停水了", "停电了", ""])
    assert groups[0] == groups[1] != groups[2] != groups[3]


def test_coverage_is_counted_at_the_lower_bound_of_precision():
    confidence, right = np.linspace(1, 0.5, 100), np.ones(100, dtype=bool)
    assert evaluate.coverage_at(confidence, right, 0.9) == (1.0, 0.5)
    assert evaluate.coverage_at(confidence[:5], right[:5], 0.9) == (0.0, 1.01)  # five lucky ones prove nothing


def test_the_longest_prefix_decides_and_leaves_of_nobody_are_left_out():
    mapping = LabelMap({"01": "市场", "01.02": "住房", "01.03": ""})
    assert [mapping.of(code) for code in ("01.01.01", "01.02.01", "01.03.01", "02.01.01")] == ["市场", "住房", "", ""]
    chances = mapping.chances(np.array([[0.2, 0.6, 0.1, 0.1]]), ("01.01.01", "01.02.01", "01.03.01", "02.01.01"))
    assert dict(zip(mapping.labels, chances[0].tolist(), strict=True)) == pytest.approx({"市场": 0.25, "住房": 0.75})


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_labelled_files_are_read_in_the_usual_encodings(tmp_path, encoding):
    path = tmp_path / "file.csv"
    path.write_bytes("title,body,label\n停水,没水了,供水\n".encode(encoding))
    (sample,) = labelled_file(path)
    assert (sample.title, sample.text, sample.label) == ("停水", "没水了", "供水")


def test_a_missing_column_is_named(tmp_path):
    path = tmp_path / "file.csv"
    path.write_text("title,body\n停水,没水了\n", encoding="utf-8")
    with pytest.raises(BadFile, match="缺少列:label"):
        labelled_file(path)
