"""The floors hold on lines that the patterns were improved on, so they guard against loss; they do not forecast.

47 lines written afterwards and scored once: 15 of 16 numbers, ids and doors, but only 5 of 22 names (chosen hard:
names that are words, roles without a cue, no cue at all) and one false alarm.
"""

import csv
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.core.redact import BANK, DOOR, IDENTITY, MAIL, NAME, PHONE, PLATE, QQ, WECHAT, find, redact
from tests.nlp.nasty import MEGABYTE, NASTY

KINDS = (PHONE, IDENTITY, BANK, MAIL, WECHAT, QQ, PLATE, NAME, DOOR)
GOLDEN = Path(__file__).parent.parent / "golden" / "redaction.csv"


def golden() -> list[dict[str, str]]:
    with GOLDEN.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


Span = tuple[int, int, str]


def wanted(row: dict[str, str]) -> set[Span]:
    return {(int(start), int(end), kind) for start, end, kind in (each.split(":") for each in row["spans"].split())}


@pytest.fixture(scope="module")
def judged() -> list[tuple[set[Span], set[Span]]]:
    """For each golden line, the spans it should give and those it gives."""
    return [(wanted(row), {(f.start, f.end, f.kind) for f in find(row["text"])}) for row in golden()]


def test_the_golden_set_is_large_has_both_kinds_and_agrees_with_itself():
    rows = golden()
    assert len(rows) >= 520
    assert sum(not row["spans"] for row in rows) >= 200
    for row in rows:
        masked, at = "", 0
        for start, end, kind in sorted(wanted(row)):
            masked, at = masked + row["text"][at:start] + f"[{kind}]", end
        assert masked + row["text"][at:] == row["expected"]


@pytest.mark.parametrize(("kind", "recall", "over"), [(kind, 0.97, 0.03) for kind in KINDS])
def test_each_kind_keeps_its_floors(judged, kind, recall, over):
    right = sum(span[2] == kind for want, got in judged for span in want & got)
    missed = sum(span[2] == kind for want, got in judged for span in want - got)
    too_much = sum(span[2] == kind for want, got in judged for span in got - want)
    print(kind, "recall", right / (right + missed), "over-redaction", too_much / (right + too_much))  # noqa: T201
    assert right / (right + missed) >= recall
    assert too_much / (right + too_much) <= over


def test_all_kinds_together_keep_the_floors(judged):
    right = sum(len(want & got) for want, got in judged)
    assert right / sum(len(want) for want, _ in judged) >= 0.97
    assert 1 - right / sum(len(got) for _, got in judged) <= 0.03


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
