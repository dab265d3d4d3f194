"""Sentences that the system writes itself, and what it leaves to a person."""

from datetime import datetime
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from petitions.services.compose import Known, filled, measures, opening, still_open

AT = datetime(2026, 11, 20, 15, 2, tzinfo=ZoneInfo("Asia/Shanghai"))
KNOWN = Known(no="LJ1", title="路灯不亮", received=AT, place="柳荫里小区", unit="望河街道办事处")


def test_an_answer_begins_with_the_matter_and_its_day():
    assert opening(KNOWN) == "您好，您11月20日反映的“路灯不亮”收悉（工单号 LJ1）。"


def test_a_template_gets_what_is_known_and_keeps_the_rest_open():
    text = filled("您好，执法人员已于{时间}到{地点}检查，{处理结果}。", KNOWN)

    assert text == "您好，执法人员已于【时间】到柳荫里小区检查，【处理结果】。"
    assert still_open(text) == ["时间", "处理结果"]


def test_the_last_contact_is_the_time_of_a_template():
    seen = Known(no="1", title="", received=AT, contacts=[(AT, "现场", True)])
    assert filled("已于{时间}到场", seen) == "已于11月20日15:02到场"


def test_what_was_done_is_told_from_contacts_and_photos():
    seen = Known(no="1", title="", received=AT, contacts=[(AT, "电话", False), (AT, "现场", True)], photos=2)

    assert measures(seen) == "11月20日15:02电话联系诉求人，未联系上；11月20日15:02现场联系诉求人；留存照片 2 张。"
    assert measures(KNOWN) == ""


@given(st.text(max_size=80))
def test_any_template_keeps_its_own_words_and_leaves_no_brace_with_a_name(template):
    text = filled(template, KNOWN)
    assert filled(text, KNOWN) == text
