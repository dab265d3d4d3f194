"""标注台, 模型监测 and the hints for an answer, through the pages."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from nlp.models import TrainedModel
from petitions.models import Label, Suggestion
from petitions.queries import casefile, drift
from petitions.services import handling, labels, reply_check
from petitions.states import CaseState
from tests import make

HEATING, ROADS = "02.01.01", make.LEAF


def signed_in(role: str, of=None) -> Client:
    client = Client()
    client.force_login(make.a_person(role, of=of))
    return client


def an_unsure_case(text=make.WORDS):
    case = make.a_call(text=text, category_code="")
    case.suggestions.filter(kind="category").update(
        label=ROADS, confidence=0.3, alternatives=[[HEATING, 0.28]], evidence=["路灯"], model_version="category-1"
    )
    return case


# ── 标注台 ──
def test_the_page_shows_the_redacted_text_with_the_models_words_marked(city):
    case = an_unsure_case("北门路灯坏了，请联系 13812345678。")
    page = signed_in("analyst").get("/learn/").content.decode()
    assert case.no in page
    assert "<mark>路灯</mark>" in page
    assert "13812345678" not in page


def test_one_answer_labels_the_case_and_shows_the_next(city):
    first, second = an_unsure_case(), an_unsure_case()
    client = signed_in("knowledge")
    answer = client.post("/learn/?part=unsure", {"case": second.pk, "guess": HEATING}, follow=True)
    assert Label.objects.get().category.code == HEATING
    assert "已标为" in (page := answer.content.decode())
    assert f"/cases/{first.no}/" in page


def test_another_leaf_can_be_chosen_and_none_at_all_is_asked_for(city):
    case, client = an_unsure_case(), signed_in("admin")
    empty = client.post("/learn/", {"case": case.pk, "category": ""})
    assert (empty.status_code, Label.objects.count()) == (422, 0)
    assert "请选一个分类。" in empty.content.decode()
    client.post("/learn/", {"case": case.pk, "category": HEATING})
    assert Label.objects.get().category.code == HEATING


def test_a_second_labeller_does_not_see_the_first_label(city):
    case = an_unsure_case()
    chosen = "16.01.01"

    class Always:
        def random(self):
            return 0.0

    labels.give(case.pk, category_code=chosen, actor=make.a_person("analyst"), now=make.NOW, rng=Always())
    page = signed_in("analyst").get("/learn/?part=second").content.decode()
    assert case.no in page
    assert "人工改成的分类" not in page
    assert f'value="{chosen}" data-key' not in page


@pytest.mark.parametrize("role", ["operator", "reviewer", "handler", "leader"])
def test_others_read_who_labels(city, role):
    assert signed_in(role).get("/learn/").status_code == 403


# ── 模型监测 ──
def a_week_of_guesses(count: int, *, ago: int, label=ROADS, accepted=None, confidence=0.9, version="category-1"):
    case = make.a_call(category_code="")
    at = timezone.now() - timedelta(weeks=ago)
    Suggestion.objects.bulk_create(
        Suggestion(
            petition=case,
            kind="category",
            label=label,
            confidence=confidence,
            accepted=accepted,
            made_at=at,
            model_version=version,
        )
        for _ in range(count)
    )


def a_model(version: int, *, mix: dict, sure_from=0.8, active=False) -> TrainedModel:
    return TrainedModel.objects.create(
        kind="category",
        version=version,
        file=f"c{version}",
        checksum="0" * 64,
        format_version=1,
        is_active=active,
        scores={"sure_from": sure_from, "macro_f1": 0.7},
        trained_on={"mix": mix, "texts": 100},
        created_at=timezone.now() - timedelta(weeks=9 - version),
    )


def test_weeks_count_what_was_sure_and_what_was_taken(city):
    a_model(1, mix={"01": 100}, active=True)
    a_week_of_guesses(3, ago=1, accepted=True)
    a_week_of_guesses(1, ago=1, accepted=False, confidence=0.5)
    week = drift.weekly(now=timezone.now()).weeks[0]
    assert (week.guesses, week.category.hits, week.category.of) == (4, 3, 4)
    assert (week.sure.hits, week.sure.of) == (3, 4)
    assert week.mean_confidence == pytest.approx(0.8)


def test_each_model_is_judged_by_its_own_threshold(city):
    a_model(1, mix={"01": 100}, sure_from=0.95)
    a_model(12, mix={"01": 100}, sure_from=0.6, active=True)
    a_week_of_guesses(1, ago=1, confidence=0.7, version="category-1")
    a_week_of_guesses(1, ago=1, confidence=0.7, version="category-12 request_type-1")
    week = drift.weekly(now=timezone.now()).weeks[0]
    assert (week.sure.hits, week.sure.of, week.models) == (1, 2, ("v1", "v12"))


def test_another_mix_of_matters_is_named(city):
    a_model(1, mix={"01": 500, "02": 500}, active=True)
    a_week_of_guesses(150, ago=0, label=HEATING)
    found = drift.weekly(now=timezone.now())
    assert found.latest.from_training > 0.25
    assert "明显不同" in signed_in("supervisor").get("/drift/").content.decode()


@pytest.mark.parametrize("weeks", [1, 3])
def test_the_figures_cost_three_statements_for_any_number_of_weeks(city, django_assert_num_queries, weeks):
    for ago in range(weeks):
        a_week_of_guesses(2, ago=ago)
    with django_assert_num_queries(3):
        assert len(drift.weekly(now=timezone.now()).weeks) >= weeks


def test_the_page_has_a_table_beside_each_chart_and_marks_a_new_model(city):
    a_model(1, mix={"01": 10})
    a_model(2, mix={"01": 10}, active=True)
    a_week_of_guesses(2, ago=2, version="category-1")
    a_week_of_guesses(2, ago=1, version="category-2")
    page = signed_in("analyst").get("/drift/").content.decode()
    assert page.count('role="img" aria-label="') >= 5
    assert "竖线：换了模型 v2" in " ".join(page.split())
    assert "各周数据" in page


def test_without_suggestions_the_page_says_what_will_be_there(city):
    assert "最近十二周没有智能建议" in signed_in("analyst").get("/drift/").content.decode()


@pytest.mark.parametrize("role", ["operator", "handler", "callback"])
def test_others_read_who_watches_the_models(city, role):
    assert signed_in(role).get("/drift/").status_code == 403


# ── hints for an answer ──
def test_a_reviewer_gets_hints_and_may_still_accept(city):
    case = make.a_case(state=CaseState.REPLY_REVIEW)
    case.replies.update(public_answer="您反映的问题已转办相关部门,感谢您的支持。")
    page = signed_in("reviewer").get(f"/dispatch/?part=reply&case={case.no}").content.decode()
    assert "答复提示" in page
    assert "套话" in page
    assert "核准答复" in page


def test_the_units_head_gets_hints_for_what_waits_for_them(city):
    unit = make.a_unit()
    case, part = make.a_signed_case(unit=unit)
    author = make.a_handler(of=unit)
    handling.log_contact(part.pk, actor=author, how="phone", reached=True, now=make.NOW)
    handling.submit_reply(part.pk, make.an_answer(public_answer="已转办。"), actor=author, now=make.NOW)
    assert "答复提示" in signed_in("unit_head", of=unit).get(f"/cases/{case.no}/").content.decode()
    assert "答复提示" not in signed_in("handler", of=unit).get(f"/cases/{case.no}/").content.decode()


def test_an_answer_copied_from_another_case_is_named_with_its_number(city):
    unit = make.a_unit()
    answer = "经现场核实,北门外三盏路灯因电缆老化损坏,我街道已更换电缆和灯头,当晚恢复照明,欢迎您继续监督。"
    first, second = (make.a_case(state=CaseState.REPLY_REVIEW, unit=unit) for _ in range(2))
    for case in (first, second):
        case.replies.update(public_answer=answer)
    page = signed_in("reviewer").get(f"/dispatch/?part=reply&case={second.no}").content.decode()
    assert f"与 {first.no} 的答复有" in page


def test_hints_cost_one_statement(city, django_assert_num_queries):
    reviewer = make.a_reviewer()
    case = casefile.of(make.a_case(state=CaseState.REPLY_REVIEW).no, reviewer)
    with django_assert_num_queries(1):
        assert reply_check.hints(case, reviewer) is not None


# ── similar cases while the call goes on ──
def test_the_caller_on_the_line_is_recognised_in_the_similar_cases(city):
    case = make.a_call(phone="13800002222")
    said = {"text": make.WORDS, "phone": "138 0000 2222"}
    page = signed_in("operator").post("/intake/suggestions/", said).content.decode()
    assert case.title in page
    assert "同一诉求人" in page
