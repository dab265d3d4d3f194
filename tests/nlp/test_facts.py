"""The golden set is authored; its last 25 rows were first scored before anything had been changed for them
(places recall .75, object first .64, among three .76)."""

import csv
from dataclasses import dataclass
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.core import facts
from nlp.core.clean import clean
from nlp.core.facts import CAUSE, DEMAND, WHEN, WHERE, WHO, Facts
from tests.nlp.nasty import MEGABYTE, NASTY

GOLDEN = Path(__file__).parent.parent / "golden" / "facts.csv"


@dataclass(frozen=True)
class Row:
    text: str
    wanted: dict[str, list[str]]
    read: Facts


def rows() -> list[Row]:
    with GOLDEN.open(encoding="utf-8", newline="") as file:
        return [row_of(cells) for cells in csv.DictReader(file)]


def row_of(cells: dict[str, str]) -> Row:
    text = clean(cells["text"]).text
    wanted = {name: [clean(w).text for w in cells[name].split("|") if w] for name in list(cells)[1:6]}
    return Row(text, wanted, facts.read(text))


@pytest.fixture(scope="module")
def golden() -> list[Row]:
    return rows()


def overlap(one: str, other: str) -> bool:
    return one in other or other in one


def scores(golden: list[Row], wanted: str, given_: list[list[str]]) -> tuple[float, float]:
    """Precision and recall over all rows; a hit is one text inside the other."""
    pairs = [(row.wanted[wanted], got) for row, got in zip(golden, given_, strict=True)]
    right = sum(any(overlap(want, each) for want in wants) for wants, got in pairs for each in got)
    found = sum(any(overlap(want, each) for each in got) for wants, got in pairs for want in wants)
    return right / sum(len(got) for _, got in pairs), found / sum(len(wants) for wants, _ in pairs)


def test_the_golden_set_is_large(golden):
    assert len(golden) >= 120


@pytest.mark.parametrize(
    ("name", "precision", "recall"), [("times", 0.93, 0.93), ("amounts", 0.95, 0.95), ("places", 0.88, 0.85)]
)
def test_times_places_and_amounts_keep_their_floors(golden, name, precision, recall):
    got = [[each.text for each in getattr(row.read, name)] for row in golden]
    shown = scores(golden, name, got)
    print(name, shown)  # noqa: T201
    assert shown[0] >= precision
    assert shown[1] >= recall


@pytest.mark.parametrize(("first", "floor"), [(1, 0.80), (3, 0.93)])
def test_the_object_is_among_the_first(golden, first, floor):
    named = [row for row in golden if row.wanted["object"]]
    hits = [
        any(overlap(want, each.text) for want in row.wanted["object"] for each in row.read.objects[:first])
        for row in named
    ]
    print("object among", first, sum(hits) / len(named), len(named))  # noqa: T201
    assert sum(hits) / len(named) >= floor


def test_the_demand_is_found_and_little_else(golden):
    precision, _ = scores(golden, "demand", [[each.phrase for each in row.read.demands] for row in golden])
    asking = [row for row in golden if row.wanted["demand"]]
    found = [any(overlap(w, d.phrase) for w in row.wanted["demand"] for d in row.read.demands) for row in asking]
    print("demand", precision, sum(found) / len(asking))  # noqa: T201
    assert precision >= 0.95
    assert sum(found) / len(asking) >= 0.95


def test_every_fact_points_to_its_words(golden):
    for row in golden:
        read = row.read
        for fact in (*read.times, *read.places, *read.objects, *read.problems, *read.demands, *read.feelings):
            assert row.text[fact.start : fact.end] == fact.text


def test_a_full_complaint_lacks_nothing():
    read = facts.read("昨晚十点半，建设路58号旁边的工地打桩扰民，苦不堪言，周围200多户睡不着，希望城管部门尽快制止。")
    assert read.missing == ()
    assert [each.text for each in read.feelings] == ["苦不堪言", "睡不着"]
    assert [(each.value, each.unit) for each in read.affected] == [(200, "户")]
    assert (read.demands[0].cue, read.demands[0].text) == ("希望", "希望城管部门尽快制止")


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("喂，你好。", (WHO, WHEN, WHERE, CAUSE, DEMAND)),
        ("昨天路灯坏了，请修。", (WHERE,)),
        ("建设路的路灯坏了。", (WHEN, DEMAND)),
        ("昨天在建设路，请来看看。", (WHO, CAUSE)),
    ],
)
def test_what_was_not_said_is_named(text, missing):
    assert facts.read(text).missing == missing


def test_a_place_known_from_elsewhere_is_not_asked_for():
    assert WHERE not in facts.read("昨天路灯坏了，请修。", place_is_known=True).missing


@pytest.mark.parametrize(
    "text",
    [
        "希望小学的围墙很漂亮",
        "医生建议多休息",
        "申请了三次都被驳回",
        "物业要求我们搬走",
        "看不到希望",
        "他望着河水发呆",
    ],
)
def test_words_of_asking_that_ask_for_nothing_are_no_demand(text):
    assert facts.read(text).demands == ()


@given(st.text(max_size=200) | st.text(alphabet="希望请求路小区3号楼昨晚十点，。公司拖欠20元", max_size=120))
def test_spans_lie_in_the_text(text):
    read = facts.read(text)
    for fact in (*read.times, *read.places, *read.objects, *read.problems, *read.demands, *read.amounts):
        assert 0 <= fact.start < fact.end <= len(text)


@pytest.mark.parametrize("text", [*NASTY.values(), *MEGABYTE.values()], ids=[*NASTY, *MEGABYTE])
def test_hostile_text_is_read_in_bounded_time(text):
    started = process_time()
    facts.read(clean(text).text)
    assert process_time() - started < 3
