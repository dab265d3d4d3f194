"""Searching finds what a plain look through the texts would find, and treats every character as itself."""

import random

import pytest

from nlp.core import corpus
from petitions.models import Petition
from petitions.queries.search import matching
from tests import make


def found(query: str) -> set[str]:
    return {case.title for case in matching(Petition.objects.all(), query)}


def a_text(text: str, *, title: str, address: str = "") -> Petition:
    return make.a_call(text=text, title=title, address=address)


@pytest.fixture
def cases(city):
    a_text("小区北门的路灯坏了三天，晚上漆黑一片", title="路灯", address="望河大道18号")
    a_text("施工噪声扰民，半夜还在打桩", title="噪声")
    a_text("路边的灯箱广告太亮，影响休息", title="灯箱")
    a_text("电梯坏了，物业说要等到灯会以后，路又不好走", title="电梯")
    a_text("乘坐G1次列车到站后,A座12号扶梯停运", title="扶梯")
    a_text("折扣写着50%_off,结账时不认，店名叫O'Neil\\Co", title="折扣")


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("路灯", {"路灯"}),
        ("灯", {"路灯", "灯箱", "电梯"}),
        ("坏了", {"路灯", "电梯"}),
        ("路灯 坏了", {"路灯"}),
        ("坏了 物业", {"电梯"}),
        ("路灯坏了", {"路灯"}),
        ("噪声 路灯", set()),
        ("望河大道", {"路灯"}),
        ("路灯坏了一片", set()),
        ("没有这样的话", set()),
        ("A座12号", {"扶梯"}),
        ("a座", {"扶梯"}),
        ("G1次", {"扶梯"}),
        ("50%", {"折扣"}),
        ("%", {"折扣"}),
        ("_off", {"折扣"}),
        ("O'Neil", {"折扣"}),
        ("Neil\\Co", {"折扣"}),
        ("路%坏", set()),
        ("路_坏", set()),
        ("' | 'x", set()),
        ("路灯 & 坏了", set()),
        ("!噪声", set()),
        ("(路灯", set()),
        ("路灯:*", set()),
    ],
)
def test_a_query_finds_what_stands_there(cases, query, titles):
    assert found(query) == titles


def test_a_phrase_is_not_found_where_only_its_pieces_are(city):
    a_text("路灯的灯坏了，坏了的路", title="scattered")
    a_text("路灯坏了的路", title="whole")

    assert found("路灯坏了的") == {"whole"}


@pytest.mark.parametrize(
    "query", ["", "   ", "\x00", "\ud800", "\u3000\n", "'" * 50, "\\" * 50, "灯" * 3_000, "a b " * 500]
)
def test_nasty_queries_are_harmless(cases, query):
    assert isinstance(found(query), set)


def test_a_case_is_found_by_its_number_and_by_its_beginning(cases):
    case = Petition.objects.first()

    for query in (case.no, case.no.lower(), case.no[:-1]):
        assert case in matching(Petition.objects.all(), query)


def test_a_traditional_query_finds_a_simplified_text_and_the_other_way_round(city):
    a_text("施工噪声扰民", title="简")
    a_text("施工噪聲擾民", title="繁")

    assert found("噪聲擾民") == found("噪声扰民") == {"简", "繁"}


def test_a_search_finds_just_what_a_look_through_the_texts_finds(city):
    """On texts of the seed corpus, for phrases cut out of them anywhere: the index never loses or adds a case."""
    chance = random.Random(12345)
    texts = [sample.text for sample in chance.sample(corpus.seed_samples(), 250)]
    for number, text in enumerate(texts):
        make.a_call(text=text, key=f"seed-{number}", by=None if number else make.an_operator(), title=f"{number}号")
    rows = list(Petition.objects.values_list("id", "redacted_text", "title", "address"))

    for query in phrases(texts, chance, count=150):
        looked = {pk for pk, *columns in rows if any(query.lower() in column.lower() for column in columns)}
        assert set(matching(Petition.objects.all(), query).values_list("id", flat=True)) == looked, query


def phrases(texts, chance: random.Random, *, count: int):
    while count:
        text = chance.choice(texts)
        start = chance.randrange(len(text))
        phrase = text[start : start + chance.choice([1, 2, 2, 3, 4, 6, 10])]
        if phrase.strip() == phrase and " " not in phrase and phrase and "\n" not in phrase:
            count -= 1
            yield phrase
