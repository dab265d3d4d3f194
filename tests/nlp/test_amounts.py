from time import process_time

import pytest

from nlp.core.amounts import AREA, DISTANCE, HEAT, HOURS, HOUSEHOLDS, MONEY, NOISE, PEOPLE, SHARE, find
from nlp.core.numerals import number
from tests.nlp.nasty import MEGABYTE, NASTY


@pytest.mark.parametrize(
    ("text", "value"),
    [("1200", 1200), ("1,200", 1200), ("1.2万", 12_000), ("三万五", 35_000), ("一千二", 1200), ("两百五", 250),
     ("一万零五十", 10_050), ("一千零二", 1002), ("一亿二千万", 120_000_000), ("3千万", 30_000_000),
     ("十五万", 150_000), ("二〇二六", 2026), ("十", 10), ("几百", 200), ("上百", 100), ("35w", 350_000),
     ("万", None), ("", None)],
)  # fmt: skip
def test_a_number_is_read_as_people_mean_it(text, value):
    assert number(text) == value


@pytest.mark.parametrize(
    ("text", "shown", "kind", "value", "about", "per"),
    [
        ("交了1200元押金", "1200元", MONEY, 1200, False, ""),
        ("一共花了三万五", "三万五", MONEY, 35_000, False, ""),
        ("还有1.2万元没退", "1.2万元", MONEY, 12_000, False, ""),
        ("每平米2.5元的物业费", "每平米2.5元", MONEY, 2.5, False, "平米"),
        ("物业费2.98元/平方米", "2.98元/平方米", MONEY, 2.98, False, "平方米"),
        ("三块五一斤", "三块五一斤", MONEY, 3.5, False, "斤"),
        ("罚款2万", "2万", MONEY, 20_000, False, ""),
        ("5000多块押金", "5000多块", MONEY, 5000, True, ""),
        ("涉案近3亿元", "3亿元", MONEY, 300_000_000, True, ""),
        ("￥3000", "￥3000", MONEY, 3000, False, ""),
        ("涉及20多户", "20多户", HOUSEHOLDS, 20, True, ""),
        ("几百户没水", "几百户", HOUSEHOLDS, 200, True, ""),
        ("三百人签名", "三百人", PEOPLE, 300, False, ""),
        ("上百名业主", "上百名", PEOPLE, 100, True, ""),
        ("15名学生", "15名", PEOPLE, 15, False, ""),
        ("离我家不到100米", "100米", DISTANCE, 100, True, ""),
        ("方圆五公里", "五公里", DISTANCE, 5000, False, ""),
        ("积水20厘米", "20厘米", DISTANCE, 0.2, False, ""),
        ("房子120平方米", "120平方米", AREA, 120, False, ""),
        ("等了三个小时", "三个小时", HOURS, 3, False, ""),
        ("30分钟一班", "30分钟", HOURS, 0.5, False, ""),
        ("噪音75分贝", "75分贝", NOISE, 75, False, ""),
        ("室温只有14.5度", "14.5度", HEAT, 14.5, False, ""),
        ("下降80%", "80%", SHARE, 80, False, ""),
    ],
)
def test_an_amount_is_found_with_its_value(text, shown, kind, value, about, per):
    (found,) = find(text)
    assert (text[found.start : found.end], found.kind, found.value, found.about, found.per) == (
        shown,
        kind,
        pytest.approx(value),
        about,
        per,
    )


@pytest.mark.parametrize(
    "text",
    ["一块地，两块牌子", "第三人民医院", "2号楼3单元", "一名业主", "人人有责", "高三学生", "各位领导", "一个人住"],
)
def test_what_only_looks_like_an_amount_is_none(text):
    assert find(text) == ()


@pytest.mark.parametrize("text", [*NASTY.values(), *MEGABYTE.values()], ids=[*NASTY, *MEGABYTE])
def test_hostile_text_takes_no_time(text):
    started = process_time()
    find(text)
    assert process_time() - started < 0.5
