import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.core.clean import clean
from nlp.core.search import MAX_TERMS, index_terms, query_terms, spelled_any_way
from tests.nlp.nasty import MEGABYTE, NASTY


def test_words_pairs_and_codes_are_indexed_in_lower_case():
    terms = index_terms("A3区供暖不热，工单JS20261120")
    assert {"a3", "供暖", "暖不", "不热", "js20261120"} <= set(terms)
    assert len(terms) == len(set(terms))


def test_traditional_and_full_width_writing_are_found_by_the_usual_one():
    assert set(query_terms("供暖A3")) <= set(index_terms("Ａ３區供暖"))


@given(st.text(alphabet="停水供暖路灯不亮了，。 a1", max_size=40), st.data())
def test_every_text_that_contains_a_han_query_has_all_its_terms(text, data):
    cleaned = clean(text).text
    start = data.draw(st.integers(0, len(cleaned)))
    end = data.draw(st.integers(start, len(cleaned)))
    query = cleaned[start:end].strip("a1")

    assert set(query_terms(query)) <= set(index_terms(text))


@pytest.mark.parametrize("text", [*NASTY.values(), *MEGABYTE.values()], ids=[*NASTY, *MEGABYTE])
def test_nasty_texts_give_a_bounded_list_that_is_the_same_each_time(text):
    terms = index_terms(text)

    assert len(terms) <= MAX_TERMS
    assert terms == index_terms(text)
    "".join(terms).encode("utf-8")


def test_a_code_at_the_end_of_a_query_may_go_on_in_the_text():
    assert query_terms("A3") == []
    assert query_terms("A座12号") == ["12"]
    assert query_terms("单123456789号") == []


@pytest.mark.parametrize(
    ("word", "text"),
    [("噪声", "噪聲"), ("噪聲", "噪声"), ("A3", "Ａ３"), ("a.b", "a.b"), ("(50%_]", "(50%_]"), ("-", "－")],
)
def test_a_word_is_found_in_either_script_and_width(word, text):
    assert re.fullmatch(spelled_any_way(word), text)


@pytest.mark.parametrize(("word", "text"), [("a.b", "axb"), ("[ab]", "a"), ("噪声", "噪音"), ("灯*", "灯灯")])
def test_every_character_of_a_word_stands_for_itself(word, text):
    assert not re.fullmatch(spelled_any_way(word), text)
