import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.core.clean import MAX_CHARACTERS, clean, fold, plain
from tests.nlp.nasty import MEGABYTE, NASTY

anything = st.text(max_size=200) | st.text(alphabet="停水臺乾坤！！。 \n\r\t１３８Ａ\u200b\ud800😀", max_size=60)


def test_width_script_blanks_and_repeated_marks_are_normalised():
    assert clean("  臺灣路１２号　停水！！！\r\n\r\n請處理……").text == "台湾路12号 停水！\n请处理…"


def test_words_that_are_not_simplified_character_by_character_stay_right():
    assert fold("乾坤小區乾淨") == "乾坤小区干净"


def test_control_invisible_and_broken_characters_are_dropped():
    assert clean("停\x00水\u200b了\ud800\u202e。\ufeff").text == "停水了。"


def test_repeated_letters_and_digits_are_kept_because_numbers_have_them():
    assert clean("电话88888888 wwww").text == "电话88888888 wwww"


@given(anything)
def test_every_character_left_points_to_the_one_it_came_from(text):
    cleaned = clean(text)
    folded = fold(text)

    assert len(cleaned.origins) == len(cleaned.text)
    assert list(cleaned.origins) == sorted(set(cleaned.origins))
    for at, origin in enumerate(cleaned.origins):
        assert cleaned.text[at] == folded[origin] or cleaned.text[at] in " \n"


@given(anything, st.data())
def test_a_span_of_the_cleaned_text_maps_to_a_span_of_the_original_that_cleans_to_it(text, data):
    cleaned = clean(text)
    start = data.draw(st.integers(0, len(cleaned.text)))
    end = data.draw(st.integers(start, len(cleaned.text)))

    first, last = cleaned.span(start, end)

    assert 0 <= first <= last <= len(text)
    assert clean(text[first:last]).text == clean(cleaned.text[start:end]).text


@given(anything)
def test_the_plain_text_is_that_of_the_slower_way(text):
    assert plain(text) == clean(text).text


@pytest.mark.parametrize("text", [*NASTY.values(), *MEGABYTE.values()], ids=[*NASTY, *MEGABYTE])
def test_nasty_texts_read_the_same_either_way(text):
    assert plain(text) == clean(text).text


@given(anything)
def test_folding_keeps_the_length(text):
    assert len(fold(text)) == len(text)


@given(anything)
def test_cleaning_twice_changes_nothing_more(text):
    once = clean(text).text
    assert clean(once).text == once


@pytest.mark.parametrize("text", [*NASTY.values(), *MEGABYTE.values()], ids=[*NASTY, *MEGABYTE])
def test_nasty_texts_come_out_printable_and_storable(text):
    cleaned = clean(text)

    cleaned.text.encode("utf-8")
    assert all(character == "\n" or unicodedata.category(character) not in ("Cc", "Cs") for character in cleaned.text)
    assert cleaned.truncated == (len(text) > MAX_CHARACTERS)
    assert cleaned.original_length == len(text)
