"""The ladder on a small catalogue made of plain values."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from routing.clock import SHANGHAI
from routing.conditions import BadCondition, Conditions, SeasonWindow, parse
from routing.decide import CategoryRow, Claim, Facts, Snapshot, UnitRow, decide

NOON = datetime(2026, 11, 20, 12, tzinfo=SHANGHAI)
WEST = UnitRow(1, "西区城管委", "district.urban", "C/W/")
EAST = UnitRow(2, "东区城管委", "district.urban", "C/E/")
WEST_GOVERNMENT = UnitRow(3, "西区政府", "district.government", "C/W/")
MOBILE = UnitRow(4, "甲通信公司", "company.telecom", "C/")
UNICOM = UnitRow(5, "乙通信公司", "company.telecom", "C/")
POLICE = UnitRow(6, "西区公安分局", "district.police", "C/W/")
UNITS = (WEST, EAST, WEST_GOVERNMENT, MOBILE, UNICOM, POLICE)


def a_claim(kind="district.urban", *, entry=1, area="", conditions=None, helpers=(), unit=None):
    return Claim(entry, "01.01.01", area, conditions or Conditions(), kind, unit, tuple(helpers), "N", "three_rates")


def a_catalogue(*claims, units=UNITS):
    by_kind = {unit.kind: tuple(u for u in units if u.kind == unit.kind) for unit in units}
    return Snapshot(
        number=3,
        claims={"01.01.01": claims},
        units=by_kind,
        kinds={"district.urban": "区城管委", "company.telecom": "通信公司", "street.office": "街道办"},
        categories={"01.01.01": CategoryRow("路灯不亮", "N")},
        areas={"C/": "江市", "C/W/": "江市 西区", "C/E/": "江市 东区"},
        seasons=(SeasonWindow("heating", "采暖季", date(2026, 11, 15), date(2027, 3, 15)),),
        home_path="C/",
        units_by_id={unit.id: unit for unit in units},
    )


def facts(area="C/W/", **more):
    return Facts("01.01.01", area, NOON, **more)


def test_the_unit_whose_area_holds_the_place_answers():
    decision = decide(facts("C/E/"), a_catalogue(a_claim()))

    assert (decision.main_department_id, decision.ladder_step, decision.version) == (EAST.id, "direct", 3)
    assert decision.reasons == (
        "按派单目录第3版，“路灯不亮”由区城管委负责。",
        "地点在江市 东区，由东区城管委办理。",
        "时限按“一般”档计算。",
    )


def test_two_units_of_one_kind_for_one_place_are_put_to_a_person_by_name():
    decision = decide(facts(), a_catalogue(a_claim("company.telecom")))

    assert (decision.main_department_id, decision.ladder_step) == (None, "person")
    assert "2家单位同样适用（甲通信公司、乙通信公司）" in decision.reasons[0]
    assert decision.candidates == (MOBILE.id, UNICOM.id)


def test_two_equal_claims_of_different_units_are_put_to_a_person():
    rivals = a_claim(entry=1), a_claim("district.police", entry=2)

    decision = decide(facts(), a_catalogue(*rivals))

    assert decision.ladder_step == "person"
    assert "西区城管委、西区公安分局" in decision.reasons[0]


def test_two_equal_claims_of_the_same_unit_are_no_dispute():
    decision = decide(facts(), a_catalogue(a_claim(entry=1), a_claim(None, entry=2, unit=WEST.id)))

    assert (decision.main_department_id, decision.entry_id) == (WEST.id, 1)


def test_the_deeper_area_goes_before_more_conditions():
    narrow_area = a_claim("district.police", entry=1, area="C/W/")
    many_conditions = a_claim(entry=2, conditions=Conditions("heating", tags=frozenset({"主路"})))

    decision = decide(facts(tags=frozenset({"主路"})), a_catalogue(narrow_area, many_conditions))

    assert decision.main_department_id == POLICE.id


def test_a_claim_for_another_area_does_not_apply():
    decision = decide(facts("C/E/"), a_catalogue(a_claim(area="C/W/")))

    assert (decision.ladder_step, decision.missing) == ("person", ("claim",))
    assert decision.reasons == (
        "派单目录第3版没有单位负责“路灯不亮”，请人工派单。",
        "时限按“一般”档计算。",
    )


def test_an_area_whose_code_begins_like_another_is_another():
    unit = UnitRow(9, "西区城管委", "district.urban", "C/W/")

    decision = decide(facts("C/W2/"), a_catalogue(a_claim(), units=(unit,)))

    assert decision.main_department_id is None


def test_without_the_wanted_unit_the_district_answers():
    decision = decide(facts(), a_catalogue(a_claim("street.office")))

    assert (decision.main_department_id, decision.ladder_step) == (WEST_GOVERNMENT.id, "district")
    assert decision.reasons[2] == "找不到对应的单位，按区兜底由西区政府办理。"


def test_without_the_district_a_person_decides():
    decision = decide(facts("C/E/"), a_catalogue(a_claim("street.office")))

    assert (decision.ladder_step, decision.missing) == ("person", ("unit",))


def test_a_named_unit_that_was_closed_sends_the_case_to_the_district():
    decision = decide(facts(), a_catalogue(a_claim(None, unit=99)))

    assert (decision.main_department_id, decision.ladder_step) == (WEST_GOVERNMENT.id, "district")
    assert "已停用的单位" in decision.reasons[0]


def test_an_unsure_category_offers_its_unit_but_does_not_send():
    decision = decide(facts(confidence=0.3), replace(a_catalogue(a_claim()), category_floor=0.5))

    assert (decision.main_department_id, decision.candidates) == (None, (WEST.id,))
    assert decision.missing == ("confidence",)
    assert decision.reasons[0] == "分类的把握只有30%，低于50%，请人工确认分类后派单。"


def test_no_catalogue_in_force_is_said():
    decision = decide(facts(), replace(a_catalogue(), number=None))

    assert decision.missing == ("catalogue",)


def test_the_main_unit_does_not_assist_itself():
    decision = decide(facts(), a_catalogue(a_claim(helpers=["district.urban", "district.police"])))

    assert decision.assisting_department_ids == (POLICE.id,)


def test_danger_to_life_raises_the_tier_even_when_a_person_decides():
    urgent = facts("", urgency=frozenset({"life_and_property"}))

    decision = decide(urgent, a_catalogue(a_claim()))

    assert (decision.ladder_step, decision.tier) == ("person", "E")
    assert decision.reasons[-2] == "涉及人身财产安全，时限由“一般”提为“突发”档。"


@pytest.mark.parametrize(
    ("hours", "clock", "holds"),
    [
        ("22:00-06:00", "21:59", False),
        ("22:00-06:00", "22:00", True),
        ("22:00-06:00", "03:00", True),
        ("22:00-06:00", "06:00", False),
        ("09:00-12:00", "09:00", True),
        ("09:00-12:00", "12:00", False),
    ],
)
def test_hours_hold_from_the_first_to_before_the_last_also_over_midnight(hours, clock, holds):
    moment = datetime.fromisoformat(f"2026-11-20 {clock}").replace(tzinfo=SHANGHAI)

    assert parse({"hours": hours}).hold(moment, frozenset(), ()) is holds


@pytest.mark.parametrize(
    "wrong",
    [
        {"weather": "rain"},
        {"hours": "late"},
        {"hours": "09:00-09:00"},
        {"tags": "主路"},
        {"tags": [1]},
        {"season": 3},
        [],
    ],
)
def test_conditions_that_cannot_be_understood_are_refused(wrong):
    with pytest.raises(BadCondition):
        parse(wrong)
