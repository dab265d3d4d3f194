from datetime import datetime
from time import process_time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.core.times import DAY, DURATION, MOMENT, PERIOD, RECURRING, find
from tests.nlp.nasty import MEGABYTE, NASTY

# A Friday afternoon.
SENT = datetime(2026, 11, 20, 15, 0)


@pytest.mark.parametrize(
    ("text", "kind", "begins", "ends"),
    [
        ("昨晚十点半", MOMENT, "2026-11-19 22:30", "2026-11-19 22:31"),
        ("昨晚凌晨两点", MOMENT, "2026-11-20 02:00", "2026-11-20 03:00"),
        ("昨天凌晨2点", MOMENT, "2026-11-19 02:00", "2026-11-19 03:00"),
        ("今早6点", MOMENT, "2026-11-20 06:00", "2026-11-20 07:00"),
        ("前天下午三点左右", MOMENT, "2026-11-18 15:00", "2026-11-18 16:00"),
        ("上个月十五号晚上八点", MOMENT, "2026-10-15 20:00", "2026-10-15 21:00"),
        ("二〇二六年十月一日上午九点一刻", MOMENT, "2026-10-01 09:15", "2026-10-01 09:16"),
        ("2019/2/28 11:25", MOMENT, "2019-02-28 11:25", "2019-02-28 11:26"),
        ("今天晚上12点", MOMENT, "2026-11-21 00:00", "2026-11-21 01:00"),
        ("今天中午1点", MOMENT, "2026-11-20 13:00", "2026-11-20 14:00"),
        ("半个小时前", MOMENT, "2026-11-20 14:30", "2026-11-20 15:00"),
        ("11月18日", DAY, "2026-11-18 00:00", "2026-11-19 00:00"),
        ("12月30日", DAY, "2025-12-30 00:00", "2025-12-31 00:00"),
        ("12月5日", DAY, "2026-12-05 00:00", "2026-12-06 00:00"),
        ("18年4月21日", DAY, "2018-04-21 00:00", "2018-04-22 00:00"),
        ("本月15日", DAY, "2026-11-15 00:00", "2026-11-16 00:00"),
        ("上周三", DAY, "2026-11-11 00:00", "2026-11-12 00:00"),
        ("周四", DAY, "2026-11-19 00:00", "2026-11-20 00:00"),
        ("三天前", DAY, "2026-11-17 00:00", "2026-11-18 00:00"),
        ("今年 2月12号", DAY, "2026-02-12 00:00", "2026-02-13 00:00"),
        ("2026年3月", PERIOD, "2026-03-01 00:00", "2026-04-01 00:00"),
        ("8月到10月", PERIOD, "2026-08-01 00:00", "2026-11-01 00:00"),
        ("近一周", PERIOD, "2026-11-13 15:00", "2026-11-20 15:00"),
        ("国庆期间", PERIOD, "2026-10-01 00:00", "2026-10-08 00:00"),
        ("从去年开始", PERIOD, "2025-01-01 00:00", None),
        ("从2018年5月至今", PERIOD, "2018-05-01 00:00", None),
        ("11月18日开始", PERIOD, "2026-11-18 00:00", None),
        ("年底前", PERIOD, None, "2027-01-01 00:00"),
        ("每天晚上22:30以后", RECURRING, None, None),
        ("每周一至周五早上七点半", RECURRING, None, None),
        ("一天到晚", RECURRING, None, None),
        ("两年多", DURATION, None, None),
        ("大半年", DURATION, None, None),
        ("三天了", DURATION, None, None),
        ("春节期间", PERIOD, None, None),
        ("2月30日", DAY, None, None),
    ],
)
def test_an_expression_is_resolved_against_the_moment_of_the_message(text, kind, begins, ends):
    (found,) = find(text, SENT)
    shown = [moment and moment.isoformat(" ", "minutes") for moment in (found.begins, found.ends)]
    assert (found.kind, *shown) == (kind, begins, ends)


def test_offsets_point_into_the_text():
    text = "小区从11月18日开始停水，昨晚十点半才来。"
    assert [text[each.start : each.end] for each in find(text, SENT)] == ["从11月18日开始", "昨晚十点半"]


def test_without_a_moment_nothing_is_resolved():
    assert [(each.begins, each.ends) for each in find("昨晚十点半停电")] == [(None, None)]


def test_the_zone_of_the_moment_is_kept():
    sent = SENT.replace(tzinfo=ZoneInfo("Asia/Shanghai"))
    (found,) = find("昨晚十点半停电", sent)
    assert found.begins == datetime(2026, 11, 19, 22, 30, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.mark.parametrize(
    "text",
    [
        "有两点建议：第一",
        "提几点要求，快一点处理",
        "我住15号楼，坐5号线",
        "读三年级二班",
        "请您评评理",
        "3.5版本",
        "12345热线",
    ],
)
def test_what_only_looks_like_a_time_is_none(text):
    assert find(text, SENT) == ()


@given(st.text(alphabet="昨今前每上周三月年日号点半晚早从到至开始20261119:-/ 以后,", max_size=60))
def test_any_run_of_time_words_gives_ordered_spans(text):
    at = 0
    for each in find(text, SENT):
        assert at <= each.start < each.end <= len(text)
        assert each.begins is None or each.ends is None or each.begins < each.ends
        at = each.end


@pytest.mark.parametrize("text", [*NASTY.values(), *MEGABYTE.values()], ids=[*NASTY, *MEGABYTE])
def test_hostile_text_takes_no_time(text):
    started = process_time()
    find(text, SENT)
    assert process_time() - started < 0.5
