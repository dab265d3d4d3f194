import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.core import area_file
from nlp.core.clean import clean
from nlp.core.place_names import MOST_NAMES, Names
from nlp.core.places import Area, Gazetteer
from routing.places import Found, Resolution, resolve
from routing.places import Place as RoutingPlace
from tests.nlp.nasty import MEGABYTE, NASTY

ROWS = [
    (1, "C", "临州市", "city", "C/", ()),
    (2, "D1", "青浦区", "district", "C/D1/", ("青浦",)),
    (3, "D2", "河东区", "district", "C/D2/", ()),
    (4, "S1", "城关镇", "street", "C/D1/S1/", ()),
    (5, "S2", "城关镇", "street", "C/D2/S2/", ()),
    (6, "S3", "泉塘街道", "street", "C/D2/S3/", ()),
    (7, "S4", "路口镇", "street", "C/D2/S4/", ()),
    (8, "V1", "泉塘新村社区", "community", "C/D2/S3/V1/", ("泉塘新村",)),
    (20, "A", "A市", "city", "A/", ()),
    (21, "A3", "A3区", "district", "A/A3/", ()),
    (22, "A7", "A7县", "district", "A/A7/", ()),
    (23, "XS", "星沙街道", "street", "A/A7/XS/", ()),
]
PATHS = {row[0]: row[4] for row in ROWS}


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer(Area(*row) for row in ROWS)


@pytest.mark.parametrize(
    ("text", "area"),
    [
        ("临州市河东区泉塘街道停水", 6),
        ("泉塘新村社区门口路灯不亮", 8),
        ("河东区城关镇有人占道", 5),
        ("青浦区城关镇有人占道", 4),
        ("青浦的城关镇", 4),
        ("泉塘这边没有公交", 6),
        ("A市A3区停水", 21),
        ("Ａ７县星沙街道的烧烤店", 23),
        ("A7县星沙的烧烤店", 23),
        ("A3区路口的红绿灯坏了", 21),
        ("今天天气不好", None),
        ("A3栋没有暖气", None),
    ],
)
def test_the_deepest_chain_that_fits_is_chosen(gazetteer, text, area):
    place = gazetteer.locate(clean(text).text)
    assert (place.area_id, place.area_path) == (area, PATHS.get(area, ""))


def test_an_ambiguous_name_gives_what_is_certain_and_the_choices(gazetteer):
    place = gazetteer.locate("城关镇的垃圾没人收")
    assert (place.area_path, place.candidates, place.missing) == ("C/", (4, 5), ("区县", "街道", "社区"))


def test_of_different_areas_the_one_named_first_is_taken_and_said_to_be_less_sure(gazetteer):
    several = gazetteer.locate("A3区门口堵车，公交开到A7县才松快")
    assert (several.area_id, several.candidates) == (21, (21, 22))
    assert several.confidence < gazetteer.locate("A3区门口堵车").confidence


def test_what_the_caller_chose_decides_between_equal_names(gazetteer):
    assert gazetteer.locate("城关镇的垃圾没人收", known_path="C/D1/").area_id == 4


def test_a_short_name_makes_less_sure_than_the_full_one_and_more_names_make_surer(gazetteer):
    short = gazetteer.locate("泉塘停水").confidence
    full = gazetteer.locate("泉塘街道停水").confidence
    chain = gazetteer.locate("临州市河东区泉塘街道停水").confidence
    assert 0 < short < full < chain < 1


def test_evidence_points_at_the_names_in_the_text(gazetteer):
    text = "住在河东区，泉塘街道"
    place = gazetteer.locate(text)
    assert [(text[each.start : each.end], each.area_id) for each in place.evidence] == [("河东区", 3), ("泉塘街道", 6)]


def test_without_any_name_all_levels_have_to_be_asked_for(gazetteer):
    assert gazetteer.locate("停水了").missing == ("市", "区县", "街道", "社区")


@pytest.mark.parametrize("text", [*NASTY.values(), *MEGABYTE.values()], ids=[*NASTY, *MEGABYTE])
def test_nasty_texts_name_no_place(gazetteer, text):
    assert gazetteer.locate(text).area_id is None


# From here on the fictional city as it is shipped, and the sentences that an operator reads out.
GOLDEN = Path(__file__).parents[1] / "golden" / "places.csv"
CITY = area_file.read(Path(__file__).parents[2] / "routing" / "data" / "areas.csv")
FLOOR = 0.5
ENOUGH = 120


def full_name(path: str) -> str:
    codes = path.rstrip("/").split("/")
    return " ".join(CITY.areas["/".join(codes[:depth]) + "/"].name for depth in range(1, len(codes) + 1))


BY_ID = {
    a.id: RoutingPlace(a.id, a.code, a.name, a.aliases, a.level, a.path, full_name(a.path)) for a in CITY.areas.values()
}
KNOWN = {place.full_name.removeprefix("临江市 "): place.path for place in BY_ID.values()} | {"": ""}


def resolved(text: str, known: str = "") -> Resolution:
    place = CITY.locate(clean(text).text, known_path=KNOWN[known])
    sure = place.confidence, place.candidates, place.candidate_confidence
    return resolve(Found(place.area_id, *sure, place.missing, place.unknown_grid), BY_ID, floor=FLOOR)


def in_golden_words(text: str, known: str) -> dict[str, str]:
    found = resolved(text, known)
    named = [found.place, *(choice.place for choice in found.choices)]
    area, *choices = [place.full_name.removeprefix("临江市 ") if place else "" for place in named]
    told = {"area": area, "choices": ";".join(choices), "missing": "、".join(found.missing), "ask": found.ask}
    return {"text": text, "known": known, **told}


def golden() -> list[dict[str, str]]:
    with GOLDEN.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_every_golden_place_is_resolved_as_written():
    rows = golden()
    assert len({(row["text"], row["known"]) for row in rows}) == len(rows) >= ENOUGH
    assert [in_golden_words(row["text"], row["known"]) for row in rows] == rows


def test_choices_are_equally_likely_and_together_no_surer_than_one_certain_name():
    found = resolved("锦绣花园停水")
    assert [choice.confidence for choice in found.choices] == [0.45, 0.45]
    assert resolved("江南区锦绣花园停水").confidence > 0.9


def test_an_area_below_the_floor_is_a_choice_and_no_place():
    found = resolved("江南大道堵车")
    assert (found.place, [choice.place.name for choice in found.choices]) == (None, ["江南区"])
    assert found.confidence < FLOOR


def test_an_area_that_is_gone_meanwhile_is_not_known():
    assert resolve(Found(area_id=10**6, confidence=0.9, missing=("社区",)), BY_ID).place is None


ADDRESSES = [place for place in BY_ID.values() if place.level == "community"]
LETTERS = set("".join(name for place in BY_ID.values() for name in (place.name, *place.aliases))) | set("网格号个第")
OTHER = st.text(st.characters(exclude_characters=LETTERS, codec="utf-8", exclude_categories=["Cs"]), max_size=200)
FILLERS = st.lists(
    st.sampled_from(["昨晚开始没有水", "，", "。", "我要反映", "请尽快处理", "\n", " ", "123"]), max_size=8
)


@given(st.sampled_from(ADDRESSES), OTHER | FILLERS.map("".join), OTHER | FILLERS.map("".join), st.data())
def test_a_full_address_is_found_in_any_text_and_its_mentions_are_where_they_say(place, before, after, data):
    parts = place.full_name.split(" ")
    parts = parts[data.draw(st.integers(0, len(parts) - 1)) :]
    written = data.draw(st.sampled_from(["", " ", "，", "的"])).join(parts)
    text = clean(f"{before}{written}{after}").text
    found = CITY.locate(text)
    assert found.area_id == place.id
    assert [mention.text for mention in found.evidence][: len(parts)] == parts
    assert all(text[each.start : each.end] == each.text for each in found.evidence)


@given(st.lists(st.sampled_from(sorted(KNOWN)), max_size=60).map("".join) | st.text(max_size=300))
def test_whatever_is_written_the_answer_holds_together(text):
    found = CITY.locate(clean(text).text)
    assert 0 <= found.confidence < 1
    assert (found.area_id is None) == (found.area_path == "") == (found.level == "")
    assert len(found.candidates) != 1
    starts = [mention.start for mention in found.evidence]
    assert starts == sorted(starts)


def test_reciting_the_whole_gazetteer_costs_no_more_than_its_first_names():
    """The work is bounded by names that differ, not by the length of the text."""
    recited = "、".join(place.full_name.replace(" ", "") for place in ADDRESSES)
    assert len({named.text for named in Names(CITY.areas.values()).find(recited)}) == MOST_NAMES
    assert CITY.locate(recited * 200).area_id is not None
