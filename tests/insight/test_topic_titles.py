"""What a topic is called when people's own titles share nothing: by the category tree, and never twice alike."""

import pytest

from petitions.insight.topics.titles import filed_as, title_of

WATER, POWER, SIGNAL = "公共服务 › 供水 › 停水", "公共服务 › 供电 › 停电", "公共服务 › 通信 › 信号差"
NOISE, SMOKE, BUS = "环境保护 › 噪声 › 施工噪声", "环境保护 › 大气 › 油烟", "交通管理 › 公交 › 班次"


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ([WATER, WATER, POWER, ""], "停水"),
        ([WATER, WATER, NOISE, NOISE, BUS], "停水、施工噪声等"),
        ([WATER, WATER, NOISE, BUS, SMOKE], "停水等"),
        ([WATER, POWER, SIGNAL, NOISE, SMOKE], "公共服务、环境保护等"),
        ([WATER, NOISE, BUS], ""),
        (["", "", WATER], ""),
        (["", ""], ""),
    ],
)
def test_half_of_the_cases_name_the_matter_else_what_they_share(names, said):
    assert filed_as(names) == said


def test_a_phrase_that_people_share_stays_and_words_give_way():
    assert title_of("夜间施工", is_listed=False, filed="施工噪声", keywords=["打桩"], taken=()) == "夜间施工"
    assert title_of("市里、四个", is_listed=True, filed="停水等", keywords=["市里"], taken=()) == "停水等"
    assert title_of("市里、四个", is_listed=True, filed="", keywords=["市里"], taken=()) == "市里、四个"


def test_a_second_topic_of_the_same_matter_is_told_from_the_first():
    said = {"is_listed": True, "filed": "停水", "keywords": ["停水", "水压", "管道"]}
    assert title_of("水压、管道", taken={"停水"}, **said) == "停水：水压"
    assert title_of("水压、管道", taken={"停水", "停水：水压"}, **said) == "停水：管道"
