import pytest

from nlp.core import urgency
from nlp.core.corpus import BadCorpus
from tests.nlp.nasty import MEGABYTE, NASTY


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("家里闻到一股煤气味，快来人", "特急"),
        ("楼下电动车着火了", "特急"),
        ("电梯把老人困在里面半小时", "特急"),
        ("再没人管我就不想活了", "特急"),
        ("不是没有着火过", "特急"),
        ("差点没被打伤", "紧急"),
        ("多次反映没有解决漏电问题", "紧急"),
        ("担心引发火灾", "紧急"),
        ("楼道堆物存在火灾隐患", "紧急"),
        ("有没有人员受伤还不清楚", "紧急"),
        ("没有发生火灾", "一般"),
        ("未造成人员受伤", "一般"),
        ("路灯修好了，没人受伤", "一般"),
        ("起火已扑灭", "一般"),
        ("小区组织消防演练，模拟火灾疏散", "一般"),
        ("想参加火灾知识讲座", "一般"),
        ("漏电保护器怎么办理更换", "紧急"),
        ("暖气不热，家里只有十四度", "一般"),
        ("请问社保卡怎么补办", "一般"),
    ],
)
def test_the_level_follows_what_happened_not_what_is_denied(text, level):
    assert urgency.read(text).level == level


def test_the_words_that_fired_are_given_with_their_place():
    text = "昨晚三号楼起火，没有人员受伤"
    found = urgency.read(text)

    assert [text[hit.start : hit.end] for hit in found.hits] == ["起火"]
    assert [hit.word for hit in found.denied] == ["受伤"]
    assert found.reasons == ("火情:起火",)


def test_a_fear_is_one_level_below_the_event_and_says_so():
    found = urgency.read("这样下去容易引发火灾")
    assert (found.level, found.reasons) == ("紧急", ("火情:火灾(担忧,降一级)",))


@pytest.mark.parametrize("text", [*NASTY.values(), *MEGABYTE.values()], ids=[*NASTY, *MEGABYTE])
def test_nasty_texts_alarm_nobody(text):
    assert urgency.read(text).level == "一般"


def test_a_lexicon_line_without_a_level_is_refused_with_its_number(tmp_path):
    lexicon = tmp_path / "risk.txt"
    lexicon.write_text("# 注释\n着火｜很急｜火情\n", encoding="utf-8")
    with pytest.raises(BadCorpus, match="risk.txt 第 2 行"):
        urgency.load(lexicon)
