from collections import Counter

import pytest

from nlp.core import corpus


def test_every_leaf_has_words_and_examples_and_every_example_a_known_leaf():
    codes = [leaf.code for leaf in corpus.leaves()]
    examples = Counter(sample.label for sample in corpus.seed_samples())

    assert len(codes) == len(set(codes)) >= 150
    assert set(examples) == set(codes)
    assert all(len(leaf.keywords) >= 5 for leaf in corpus.leaves())


def test_no_two_texts_of_the_seed_corpus_are_the_same():
    texts = Counter(sample.text for sample in corpus.seed_samples())
    assert [text for text, count in texts.items() if count > 1] == []


@pytest.mark.parametrize("line", ["没有类型的一行", "夸奖｜不在类型里", "投诉｜ "])
def test_a_line_that_is_no_text_is_refused_with_its_number(tmp_path, line):
    path = tmp_path / "99.txt"
    path.write_text(f"# 注释\n## 01.01.01 名称\n{line}\n", encoding="utf-8")
    with pytest.raises(corpus.BadCorpus, match=r"99.txt 第 3 行"):
        list(corpus.read_seed(path))


def test_a_text_before_the_first_leaf_is_refused(tmp_path):
    path = tmp_path / "99.txt"
    path.write_text("投诉｜没有类别\n", encoding="utf-8")
    with pytest.raises(corpus.BadCorpus):
        list(corpus.read_seed(path))
