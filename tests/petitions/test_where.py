"""Where a case is: the address decides, the text helps out, and what stays open becomes a question, never a guess."""

import pytest

from petitions.services import suggest
from tests import make


def seen(text: str, *, address: str = "", **more) -> suggest.Preview:
    return suggest.preview(text, address=address, now=make.NOW, with_similar=False, **more)


@pytest.mark.parametrize(
    ("text", "address", "area", "ask"),
    [
        ("江北望河杨柳新村三区停水", "", "临江市 江北区 望河街道 杨柳社区", ""),
        ("楼道堆满杂物", "杨柳社区2号网格", "临江市 江北区 望河街道 杨柳社区 第2网格", ""),
        ("清平街道有人占道", "望河街道杨柳社区", "临江市 江北区 望河街道 杨柳社区", ""),
        ("鹤鸣苑停水", "江南区", "临江市 江南区 清平街道 鹤鸣社区", ""),
        ("江南区停水了", "锦绣花园3栋", "临江市 江南区 清平街道 金锦社区", ""),
        ("望河街道路灯不亮", "", "临江市 江北区 望河街道", "请问清是哪个社区（村）"),
        ("江南大道堵车", "", "", "可能是江南区：请确认"),
        ("锦绣花园停水", "", "临江市", "可能是江北区青石桥街道纺织社区，也可能是江南区清平街道金锦社区"),
        ("停水三天了", "门口", "", "没有地点"),
    ],
)
def test_address_and_text_together_say_where_it_is_and_what_is_open(city, text, address, area, ask):
    found = seen(text, address=address)

    assert found.area_name == area
    assert ask in found.ask_for_place if ask else found.ask_for_place == ""


def test_an_ambiguous_place_sends_the_case_to_no_district(city):
    decision = seen("锦绣花园停水", category_code="10.02.01").decision

    assert decision.main_department_id is None
    assert seen("青石桥锦绣花园停水", category_code="10.02.01").main_unit.name == "江北区城管委"


def test_an_area_that_a_person_chose_is_asked_for_no_more(city):
    chosen = seen("青石桥锦绣花园停水").area_id

    assert seen("锦绣花园停水", area_id=chosen).ask_for_place == ""
