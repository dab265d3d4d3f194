import time

from hypothesis import given
from hypothesis import strategies as st

from nlp.core import copies, corpus

TEXT = "小区东门外的烧烤店每天营业到凌晨两点，油烟呛人，吵得老人孩子睡不着，打过三次电话也没有人管，请尽快处理。"
OTHER = "孩子今年上小学，房产证还没有办下来，请问凭购房合同能不能在学区报名，需要带哪些材料？"


def together(*texts):
    found = copies.groups(texts)
    return len(set(found)) == 1


def test_copies_with_other_digits_marks_or_a_few_other_words_are_one_group():
    assert together(TEXT, TEXT.replace("三次", "8 次"), TEXT.replace("，", " "), "你好！" + TEXT)
    assert together(TEXT, TEXT.replace("烧烤店", "小饭馆").replace("请尽快处理", "请马上处理"))


def test_another_matter_is_another_group_and_so_is_every_text_without_letters():
    assert not together(TEXT, OTHER)
    assert len(set(copies.groups(["", "123", "，。", "1"]))) == 4


@given(st.permutations([TEXT, OTHER, TEXT + "谢谢", "停水了", "停水了！！"]))
def test_the_order_of_texts_does_not_matter(texts):
    found = dict(zip(texts, copies.groups(texts), strict=True))
    assert found[TEXT] == found[TEXT + "谢谢"] != found[OTHER]
    assert found["停水了"] == found["停水了！！"]


def test_five_percent_of_other_characters_hide_no_copy_and_thousands_are_grouped_in_seconds():
    texts = [sample.text for sample in corpus.seed_samples()]
    long_ones = [text for text in texts if len(text) >= 60][:300]
    changed = ["".join("某" if at % 20 == 19 else letter for at, letter in enumerate(text)) for text in long_ones]
    started = time.process_time()
    found = copies.groups([*texts, *changed])
    assert time.process_time() - started < 30
    named = dict(zip(texts, found, strict=False))
    hits = [named[text] == group for text, group in zip(long_ones, found[len(texts) :], strict=True)]
    assert sum(hits) >= 0.9 * len(hits)
