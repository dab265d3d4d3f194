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
        # Words of danger that mean none.
        ("这是我攒了半辈子的救命钱", "一般"),
        ("信息大爆炸的时代还要跑三趟", "一般"),
        ("半夜打桩吵死人", "一般"),
        ("希望继续跟踪处理此事", "一般"),
        ("进站闸机罢工，排了长队", "一般"),
        ("老板玩失踪，工资不发", "一般"),
        ("六楼进水压力不够", "一般"),
        ("邻居实质性侵占了楼道", "一般"),
        ("我养的蜜蜂大量死亡", "一般"),
        # Told of others, supposed, or to come: one level lower.
        ("一旦起火，消防车进不来，会引发爆炸", "紧急"),
        ("配电箱裸露，有巨大的火灾安全隐患", "紧急"),
        ("新闻里刚说过外地起火的事", "紧急"),
        ("存在重大火灾隐患", "紧急"),
        ("发生火灾时住户没有出口", "紧急"),
        ("老师体罚学生", "紧急"),
        ("一旦下雨就积水。昨晚配电室起火", "特急"),
        ("他持刀威胁邻居", "特急"),
        ("楼上持刀砍人，有人流血", "特急"),
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
