import pytest

from nlp.core.places import Area, Gazetteer
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
    from nlp.core.clean import clean

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
