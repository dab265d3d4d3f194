"""Similar cases: found at once, for reasons that staff can check, at a bounded cost."""

import math
import random

import pytest
from django.db import connection

from nlp.core.search import index_terms
from petitions.models import Suggestion
from petitions.queries import similar
from petitions.queries.frequencies import Frequencies, read
from petitions.queries.telling import ENTRIES, ROWS_ALONE, ROWS_TOGETHER, asked, expected
from petitions.services import suggest
from petitions.states import CaseState
from tests import make

OIL = "锦绣家园楼下烧烤店每天夜里油烟直排，熏得开不了窗。"
AGAIN = "烧烤店油烟太大，锦绣家园居民夜里开不了窗，油烟直排。"
OTHER = "社保卡丢了，请问补办需要什么材料？"


def like(text, **more):
    return similar.for_text(index_terms(text), **more)


def test_a_new_case_is_found_as_soon_as_it_is_registered(city):
    first = make.a_call(text=OIL)
    make.a_call(text=OTHER)

    found = like(AGAIN)

    assert [each.no for each in found] == [first.no]
    assert any("处相同说法：" in reason and "烧烤店" in reason for reason in found[0].reasons)


def test_the_preview_of_the_next_call_shows_it(city):
    first = make.a_call(text=OIL)
    assert [each.no for each in suggest.preview(AGAIN, now=make.NOW).similar] == [first.no]


def test_the_same_caller_and_the_same_place_count_and_are_named(city):
    mine = make.a_call(text=OIL, phone="13800002222")
    make.a_call(text=OIL, phone="13800003333")
    mine = make.fresh(mine)

    best, second = like(AGAIN, caller_id=mine.caller_id)

    assert (best.no, best.score > second.score) == (mine.no, True)
    assert "同一诉求人" in best.reasons
    assert "同一诉求人" not in second.reasons


def test_a_caller_with_another_matter_is_not_shown_for_the_name_alone(city):
    mine = make.fresh(make.a_call(text=OTHER))
    assert like(OIL, caller_id=mine.caller_id) == ()


def test_what_is_kept_with_a_new_case_puts_the_callers_own_case_first(city):
    make.a_call(text=OIL, phone="13800003333")
    mine = make.a_call(text=OIL, phone="13800002222")
    make.a_call(text=OIL, phone="13800004444")

    again = make.a_call(text=AGAIN, phone="13800002222")

    kept = Suggestion.objects.get(petition=again, kind=Suggestion.Kind.SIMILAR)
    assert kept.label == str(mine.pk)
    assert ["同一诉求人" in reasons for _, _, reasons in kept.alternatives] == [True, False, False]


def test_drafts_invalid_cases_and_the_case_itself_are_left_out(city):
    make.a_case(state=CaseState.DRAFT, text=OIL)
    itself = make.a_call(text=OIL)
    assert like(OIL, but=itself.pk) == ()


def test_a_text_that_says_nothing_asks_nothing(city, django_assert_num_queries):
    similar.frequencies.known()
    with django_assert_num_queries(0):
        assert like("12 34 。。") == ()


def test_a_search_is_one_statement(city, django_assert_num_queries):
    make.a_call(text=OIL)
    similar.frequencies.known()
    with django_assert_num_queries(1):
        assert like(AGAIN)


# ── what is asked, planned with invented statistics ──
TERMS = [f"词{letter}" for letter in "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳"]


def frequencies(shares: list[float], cases: float) -> Frequencies:
    return Frequencies(cases, dict(zip(TERMS, shares, strict=False)), rare=min(shares))


def clauses_of(tsquery: str) -> list[list[str]]:
    return [clause.strip("()").replace("'", "").split(" & ") for clause in tsquery.split(" | ")]


@pytest.mark.parametrize("cases", [20_000, 1_000_000, 10_000_000])
def test_the_rows_that_may_match_stay_within_the_budget_at_any_size(cases):
    rng = random.Random(5)
    for _number in range(50):
        known = frequencies([10 ** -rng.uniform(1, 6) for _ in TERMS], cases)
        ask = asked(TERMS, {}, known)
        alone = [clause for clause in clauses_of(ask.find) if len(clause) == 1]
        pairs = [clause for clause in clauses_of(ask.find) if len(clause) == 2]
        near = clauses_of(ask.near)
        assert rows(alone, known) <= ROWS_ALONE
        assert rows(pairs, known) <= ROWS_TOGETHER
        assert rows([[term] for term in {term for pair in pairs for term in pair}], known) <= ENTRIES
        assert rows(near, known) <= ENTRIES or len(near) == 1


def rows(clauses: list[list[str]], known: Frequencies) -> float:
    """How many cases have all terms of a clause, as if they occurred independently, summed."""
    return sum(known.cases * math.prod(map(known.share, clause)) for clause in clauses)


def test_a_term_that_the_statistics_do_not_list_is_guessed_from_the_models_corpus():
    known = frequencies([0.3] * 15 + [0.01], 1_000_000)
    seldom, often = expected("没列", {"没列": 9.0}, known), expected("没列", {"没列": 2.0}, known)
    assert seldom.rows < 500 < often.rows == 10_000


def test_the_hotter_a_term_the_more_company_it_needs():
    rare, middling, hot = 1e-5, 2e-3, 0.3
    known = frequencies([rare, *[middling] * 3, *[hot] * 12], 1_000_000)
    find = asked(TERMS, {}, known).find
    assert "('词甲')" in find
    assert "'词乙' & " in find
    assert not any(f"'{term}'" in find for term in TERMS[4:])


def test_a_text_of_common_words_only_is_still_asked_for():
    assert asked(TERMS, {}, frequencies([0.3] * 16, 10_000_000)).find.count("&") == 2


def test_statistics_come_from_the_database(city):
    make.a_call(text=OIL)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE petitions_petition")
    known = read()
    assert known.share("烧烤店") == 1.0
