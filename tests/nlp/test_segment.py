from concurrent.futures import ThreadPoolExecutor
from time import process_time

import jieba
import pytest

from nlp.core import corpus, segment
from tests.nlp.nasty import MEGABYTE, NASTY

TEXT = "市民反映小区物业费上涨，接诉即办中心让找街道办事处，老旧小区加装电梯的事也没有下文。"


def test_the_words_of_the_hotline_stay_whole():
    assert {"接诉即办", "物业费", "街道办事处", "加装电梯"} <= set(segment.words(TEXT))


def test_long_words_are_also_found_by_their_parts():
    assert segment.with_parts(["街道办事处"])[-1] == "街道办事处"
    assert {"街道", "办事处"} <= set(segment.with_parts(["街道办事处"]))


def test_a_government_is_not_a_civil_affairs_office():
    assert "民政" not in segment.search_words("请市人民政府处理")


def test_parts_are_those_of_jiebas_search_mode():
    assert segment.search_words(TEXT) == [
        word for word in segment._jieba().cut_for_search(TEXT) if any(map(str.isalnum, word))
    ]


def test_words_and_frequencies_are_those_of_jieba(tmp_path):
    theirs = jieba.Tokenizer()
    theirs.tmp_dir = str(tmp_path)
    theirs.initialize()
    sentences = [sample.text for sample in corpus.seed_samples()[::40]]
    for word, count, tag in segment.own_words():
        theirs.add_word(word, count or None, tag)
    runs = [segment.runs(text) for text in sentences]
    cut = [[word for run in each for word in theirs.cut(run) if segment.is_word(word)] for each in runs]

    same = sum(segment.words(text) == words for text, words in zip(sentences, cut, strict=True))
    assert same >= 0.97 * len(sentences)
    known = ("公司", "停水", "接诉即办", "人民政府", "没有的词组")
    assert [segment.frequency(word) for word in known] == [theirs.FREQ.get(word) or 0 for word in known]


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY)
def test_nasty_texts_give_words_that_stand_in_the_text(text):
    assert all(word in text for word in segment.words(text))


def test_a_run_without_punctuation_takes_linear_time():
    started = process_time()
    segment.words(MEGABYTE["one han character"][:40_000])
    assert process_time() - started < 2  # jieba alone needs 4 s for this, and 23 s for 100,000


def test_many_threads_get_the_same_words():
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(segment.words, [TEXT] * 200))
    assert all(result == segment.words(TEXT) for result in results)
