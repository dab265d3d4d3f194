import csv
import json

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from nlp.core import corpus, report

LABELS = ("a", "b")


def test_the_report_shows_figures_confusions_and_nobodys_telephone():
    chances = np.array([[0.9, 0.1], [0.8, 0.2], [0.3, 0.7], [0.6, 0.4]], dtype=np.float32)
    texts = ["停水", "停电", "停气", "请打我电话13800001234，<b>停暖</b>"]
    found = report.full("试", chances, LABELS, ["a", "a", "b", "b"], texts, milliseconds=1.0)

    (confusion,) = found.confusions
    assert (confusion.true, confusion.guessed, confusion.texts) == ("b", "a", 1)
    page = report.as_html(found, {"a": "供水 & 供电"})
    assert "13800001234" not in page and "&lt;b&gt;停暖" in page and "供水 &amp; 供电" in page
    assert sum(each.texts for each in found.bins) == 4


def test_the_report_says_whether_guesses_may_be_acted_upon_without_a_person():
    chances = np.array([[0.99, 0.01]] * 300 + [[0.6, 0.4]] * 10, dtype=np.float32)
    texts = ["停水"] * 310

    good = report.full("试", chances, LABELS, ["a"] * 300 + ["b"] * 10, texts, milliseconds=1.0)
    poor = report.full("试", chances, LABELS, ["a"] * 270 + ["b"] * 40, texts, milliseconds=1.0)

    assert good.verdict == "精度 98%（95% 置信下限）下可自动采纳 96.8% 的文本。"
    assert "不能据此自动派单" in poor.verdict and "下限" in report.as_html(poor, {})
    assert poor.surest.precision == 0.9 and 0.85 < poor.surest.low < 0.9


def written(path, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("body", "label", "time"), *rows])
    return path


def test_by_time_the_newest_fifth_is_judged_by_a_model_of_the_earlier_texts(tmp_path):
    texts = [(each.text, each.label) for each in corpus.seed_samples() if each.label in ("02.02.01", "08.01.01")]
    file = written(tmp_path / "texts.csv", [(*each, f"2026-{at:04}") for at, each in enumerate(texts[::-1])])

    call_command("evaluate", file=file, time_column="time", json=tmp_path / "r.json", html=tmp_path / "r.html")

    found = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
    newest = round(len(texts) * 0.2)
    assert f"最新 {newest} 条" in found["name"] and found["figures"]["texts"] == newest
    assert "<h2>混淆</h2>" in (tmp_path / "r.html").read_text(encoding="utf-8")


def test_a_file_without_the_column_is_refused(tmp_path):
    file = written(tmp_path / "texts.csv", [("停水", "02.02.01", "2026-01-01")])
    with pytest.raises(CommandError, match="缺少列"):
        call_command("evaluate", file=file, time_column="when")


def test_copies_of_the_newest_texts_are_not_learnt_from(tmp_path):
    rows = [(f"自来水停了两天，{at} 号楼没有水用", "02.02.01", f"2026-01-0{at}") for at in range(1, 6)]
    with pytest.raises(CommandError, match="没有可用来训练的文本"):
        call_command("evaluate", file=written(tmp_path / "texts.csv", rows), time_column="time")
