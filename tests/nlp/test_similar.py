from hypothesis import given
from hypothesis import strategies as st

from nlp.core.search import index_terms
from nlp.core.similar import RELATED_FROM, SAME_FROM, Case, rank


def a_case(key, title, text="", **more) -> Case:
    return Case(key, title, tuple(index_terms(f"{title}\n{text}")), **more)


OIL = a_case(1, "锦绣家园楼下烧烤店油烟扰民", "每天夜里油烟直排，熏得开不了窗，烧烤店没有净化器")
SAME = a_case(2, "烧烤店油烟太大，锦绣家园居民开不了窗", "烧烤店夜里油烟直排，没有油烟净化器")
LIKE = a_case(3, "和平里小区饭店油烟扰民", "饭店油烟直排")
OTHER = a_case(4, "社保卡补办需要什么材料", "请问在哪里办理")


def test_the_same_problem_comes_first_and_is_told_from_the_rest():
    found = rank(OIL, [OTHER, LIKE, SAME])
    assert [match.key for match in found] == [2, 3, 4]
    assert found[0].score >= SAME_FROM > found[2].score
    assert found[2].score < RELATED_FROM


def test_reasons_name_the_wording_that_both_have():
    (match,) = rank(OIL, [SAME])
    assert any("烧烤店" in reason or "锦绣家园" in reason for reason in match.reasons)


def test_the_same_words_about_another_place_are_less_alike():
    here = a_case(1, "烧烤店油烟扰民", place="C/D1/S1/")
    near = a_case(2, "烧烤店油烟扰民", place="C/D1/")
    away = a_case(3, "烧烤店油烟扰民", place="C/D2/")
    found = {match.key: match for match in rank(here, [near, away])}
    assert found[2].score > found[3].score
    assert ("同一地点" in found[2].reasons, "地点不同" in found[3].reasons) == (True, True)


def test_the_same_caller_and_category_count():
    plain, known = a_case(2, SAME.title), a_case(3, SAME.title, category="10.01.01", caller="x")
    new = a_case(1, OIL.title, category="10.01.01", caller="x")
    first, second = rank(new, [plain, known])
    assert (first.key, second.key) == (3, 2)


def test_a_case_is_not_similar_to_itself():
    assert rank(OIL, [OIL]) == []


@given(st.lists(st.text(alphabet="停水油烟路灯，a1", max_size=12), min_size=1, max_size=6))
def test_scores_lie_between_nothing_and_the_same_and_do_not_depend_on_the_order(titles):
    new, *others = [a_case(at, title) for at, title in enumerate(titles)]
    found = rank(new, others)
    assert all(0 <= match.score <= 1 for match in found)
    assert {(m.key, m.score) for m in found} == {(m.key, m.score) for m in rank(new, list(reversed(others)))}
