import csv
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.core.redact import PHONE, find, redact
from tests.nlp.nasty import MEGABYTE, NASTY

GOLDEN = Path(__file__).parent.parent / "golden" / "redaction.csv"


def golden() -> list[dict[str, str]]:
    with GOLDEN.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("row", golden(), ids=lambda row: row["text"][:30])
def test_the_golden_set_is_masked_as_written(row):
    assert redact(row["text"]).text == row["expected"]


def test_the_golden_set_is_large_and_has_both_kinds():
    rows = golden()
    untouched = sum(row["text"] == row["expected"] for row in rows)
    assert len(rows) >= 120
    assert untouched >= 30


def test_findings_point_into_the_text_as_it_was_given():
    text = "　電話：１３９-００００-１２３４！！！"
    (finding,) = find(text)
    assert (finding.kind, text[finding.start : finding.end]) == (PHONE, "１３９-００００-１２３４")


personal = st.sampled_from([
    ("电话", "13900001234"),
    ("电话", "139 0000 1234"),
    ("身份证", "110101199003071234"),
    ("邮箱", "a.b@example.com"),
    ("车牌", "京A12345"),
])  # fmt: skip
around = st.text(alphabet="停水了，。！\n 😀\u3000暖气坏", max_size=20)


@given(around, personal, around)
def test_personal_data_is_found_wherever_it_stands(before, secret, after):
    kind, value = secret
    text = f"{before}，{value}，{after}"

    assert (kind, value) in {(found.kind, text[found.start : found.end]) for found in find(text)}
    assert value not in redact(text).text


@given(st.text(max_size=120) | st.text(alphabet="我叫王李住3栋2单元501室电话13900 -@.微信号QQ京A先生", max_size=80))
def test_findings_are_in_order_without_overlaps_and_the_rest_is_untouched(text):
    masked = redact(text)
    at, rebuilt = 0, ""
    for finding in masked.findings:
        assert at <= finding.start < finding.end <= len(text)
        rebuilt += text[at : finding.start] + f"[{finding.kind}]"
        at = finding.end
    assert masked.text == rebuilt + text[at:]


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY)
def test_nasty_texts_without_personal_data_stay_as_they_are(text):
    assert redact(text).text == text


@pytest.mark.parametrize("text", MEGABYTE.values(), ids=MEGABYTE)
def test_a_megabyte_is_read_in_linear_time(text):
    started = process_time()
    redact(text)
    assert process_time() - started < 10
