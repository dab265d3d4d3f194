"""标注: who is asked about what, what a second person may know, and what the next training learns."""

import random

import pytest

from petitions import errors
from petitions.models import Label, Petition, Request, Suggestion
from petitions.queries import labels as queue
from petitions.queries import lessons as effects
from petitions.services import dispatch, labels, training
from petitions.states import CaseState
from routing.models.staff import Role
from tests import make

HEATING, ROADS = "02.01.01", make.LEAF
ALWAYS, NEVER = random.Random(1), random.Random(1)
ALWAYS.random, NEVER.random = lambda: 0.0, lambda: 0.999


def an_analyst():
    return make.a_person("analyst")


def a_guess(case, label=HEATING, confidence=0.9, second=0.05, accepted=None, chosen="") -> Suggestion:
    """What the machine said about a made case (there is no trained model in these tests)."""
    found = case.suggestions.get(kind=Suggestion.Kind.CATEGORY)
    found.label, found.confidence, found.alternatives = label, confidence, [[ROADS, second]]
    found.accepted, found.chosen = accepted, chosen
    found.save()
    return found


def a_guessed_case(**guess) -> Petition:
    case = make.a_call(category_code="")
    a_guess(case, **guess)
    return case


def given(case, person, code=ROADS, rng=NEVER) -> Label:
    return labels.give(case.pk, category_code=code, actor=person, now=make.NOW, rng=rng)


def waiting(person, part) -> list[str]:
    return [row.no for row in queue.queue(person, part).page.rows]


# ── who is asked about what ──
def test_a_case_waits_when_the_guess_is_weak_or_close(city):
    weak, close = a_guessed_case(confidence=0.3), a_guessed_case(confidence=0.55, second=0.5)
    a_guessed_case(confidence=0.9)
    assert waiting(an_analyst(), "unsure") == [close.no, weak.no]


def test_a_case_is_disputed_when_somebody_chose_otherwise_or_a_unit_gave_it_back(city):
    overridden = a_guessed_case(accepted=False, chosen=ROADS)
    returned = make.a_case(unit=(unit := make.a_unit()))
    Request.objects.create(
        petition=returned, department=unit, kind="return", reason="不归我们管", filed_at=make.NOW, filed_by=an_analyst()
    )
    a_guessed_case()
    assert waiting(an_analyst(), "disputed") == [returned.no, overridden.no]


def test_a_labelled_case_waits_for_nobody_unless_it_was_drawn(city):
    first, second = an_analyst(), an_analyst()
    plain, drawn = a_guessed_case(confidence=0.3), a_guessed_case(confidence=0.3)
    given(plain, first)
    given(drawn, first, rng=ALWAYS)

    assert waiting(second, "unsure") == []
    assert waiting(second, "second") == [drawn.no]
    assert waiting(first, "second") == []

    given(drawn, second)
    assert waiting(an_analyst(), "second") == []


def test_probe_cases_are_neither_shown_nor_labelled(city):
    probe = a_guessed_case(confidence=0.1)
    Petition.objects.filter(pk=probe.pk).update(is_probe=True)
    assert waiting(an_analyst(), "unsure") == []
    assert queue.case(probe.no) is None
    with pytest.raises(errors.Unknown):
        given(probe, an_analyst())


def test_pages_follow_each_other_without_gaps(city):
    cases = [a_guessed_case(confidence=0.1) for _ in range(23)]
    person = an_analyst()
    first = queue.queue(person, "unsure").page
    rest = queue.queue(person, "unsure", after=first.next).page
    assert [row.pk for row in (*first.rows, *rest.rows)] == [case.pk for case in reversed(cases)]
    assert rest.next == ""


@pytest.mark.parametrize("count", [1, 3])
def test_the_queue_costs_the_same_for_one_case_and_for_three(city, django_assert_num_queries, count):
    person = an_analyst()
    for _ in range(count):
        a_guessed_case(confidence=0.1)
    with django_assert_num_queries(4):
        queue.queue(person, "unsure")


# ── giving a label ──
def test_a_label_settles_an_open_suggestion(city):
    person, case = an_analyst(), a_guessed_case(label=HEATING)
    label = given(case, person, ROADS)
    suggestion = case.suggestions.get(kind="category")
    assert (label.kind, label.category.code) == ("other", ROADS)
    assert (suggestion.chosen, suggestion.accepted, suggestion.decided_by) == (ROADS, False, person)


def test_the_desks_decision_stays_when_an_analyst_sees_it_otherwise(city):
    case = a_guessed_case(label=HEATING, accepted=False, chosen=ROADS)
    given(case, an_analyst(), HEATING)
    suggestion = case.suggestions.get(kind="category")
    assert (suggestion.chosen, suggestion.accepted) == (ROADS, False)


def test_a_case_keeps_its_category_and_its_clock_when_it_is_labelled(city):
    case = make.a_call()
    before = make.fresh(case)
    given(case, an_analyst(), HEATING)
    after = make.fresh(case)
    assert (after.category_id, after.due_at, after.version) == (before.category_id, before.due_at, before.version)


def test_ones_own_label_can_be_corrected_and_stays_one(city):
    person, case = an_analyst(), a_guessed_case(confidence=0.3)
    given(case, person, ROADS, rng=ALWAYS)
    again = given(case, person, HEATING)
    assert (Label.objects.count(), again.category.code) == (1, HEATING)
    assert (again.kind, again.second_wanted) == ("unsure", True)


def test_a_second_label_is_kept_beside_the_first_and_corrects_nothing(city):
    case = a_guessed_case(confidence=0.3)
    given(case, an_analyst(), ROADS, rng=ALWAYS)
    second = given(case, an_analyst(), HEATING, rng=ALWAYS)
    assert (second.kind, second.second_wanted) == ("second", False)
    assert case.suggestions.get(kind="category").chosen == ROADS


@pytest.mark.parametrize("role", sorted(set(Role.values) - {"analyst", "knowledge", "admin"}))
def test_nobody_else_labels(city, role):
    with pytest.raises(errors.NotYours):
        given(a_guessed_case(), make.a_person(role))


@pytest.mark.parametrize("code", ["", "02", "99.99.99"])
def test_only_a_leaf_in_force_is_a_label(city, code):
    with pytest.raises(errors.NoCategory):
        given(a_guessed_case(), an_analyst(), code)


def test_about_the_wanted_share_is_drawn_for_a_second_person(city):
    rng, person = random.Random(3), an_analyst()
    for _ in range(30):
        given(a_guessed_case(), person, rng=rng)
    assert 2 <= Label.objects.filter(second_wanted=True).count() <= 11  # .2 of 30, and chance


def test_agreement_is_counted_over_cases_with_two_labels(city, django_assert_num_queries):
    one, other = an_analyst(), an_analyst()
    for mine, theirs in [(ROADS, ROADS), (HEATING, HEATING), (ROADS, HEATING), (HEATING, HEATING)]:
        case = a_guessed_case()
        given(case, one, mine, rng=ALWAYS)
        given(case, other, theirs)
    given(a_guessed_case(), one)
    with django_assert_num_queries(1):
        found = queue.agreement()
    assert (found.leaf.observed.hits, found.leaf.observed.of, found.leaf.kappa) == (3, 4, 0.5)


# ── what the next training learns ──
def lessons() -> list[tuple[str, str, float]]:
    return [(each.origin, each.sample.label, each.sample.weight) for each in training.lessons()]


def closed(label, accepted, chosen) -> Petition:
    """A case that went the whole way as 路灯, whatever the machine and the desk had said about it."""
    case = make.a_case(state=CaseState.CLOSED, category_code=ROADS)
    a_guess(case, label=label, accepted=accepted, chosen=chosen)
    return case


def test_closed_cases_corrections_and_labels_are_learnt_with_their_weights(city):
    closed(label=ROADS, accepted=True, chosen=ROADS)
    closed(label=HEATING, accepted=False, chosen=ROADS)
    given(a_guessed_case(), an_analyst(), HEATING)
    assert lessons() == [("label", HEATING, 3.0), ("closed", ROADS, 1.0), ("corrected", ROADS, 2.0)]


def test_what_only_the_machine_said_is_not_learnt(city):
    closed(label=ROADS, accepted=None, chosen="")
    a_guessed_case()
    assert lessons() == []


def test_a_reviewers_choice_teaches_before_the_case_ends(city):
    case = a_guessed_case(label=HEATING)
    dispatch.pass_review(case.pk, actor=make.a_reviewer(), category_code=ROADS, now=make.NOW)
    assert lessons() == [("corrected", ROADS, 2.0)]


def test_nothing_is_learnt_from_probe_cases(city):
    probes = [closed(label=ROADS, accepted=True, chosen=ROADS), a_guessed_case()]
    given(probes[1], an_analyst())
    Petition.objects.update(is_probe=True)
    assert lessons() == []


def test_a_case_on_which_two_disagree_waits_and_one_on_which_they_agree_counts_once(city):
    one, other = an_analyst(), an_analyst()
    disputed, agreed = a_guessed_case(), a_guessed_case()
    for case, mine, theirs in [(disputed, ROADS, HEATING), (agreed, HEATING, HEATING)]:
        given(case, one, mine, rng=ALWAYS)
        given(case, other, theirs)
    assert lessons() == [("label", HEATING, 3.0)]


def test_lessons_carry_no_phone_number(city):
    case = make.a_call(text="路灯坏了，请打 13812345678 找王小明。", category_code="")
    given(case, an_analyst())
    (lesson,) = training.lessons()
    assert "13812345678" not in lesson.sample.text


def test_the_effect_counts_what_came_since_the_last_training(city, django_assert_num_queries):
    given(a_guessed_case(), an_analyst())
    closed(label=HEATING, accepted=False, chosen=ROADS)
    with django_assert_num_queries(3):
        found = effects.effect()
    assert (found.labels, found.overridden, found.waiting, found.latest) == (1, 1, 2, None)


def test_a_training_keeps_where_its_lessons_came_from_and_answers_nobody_yet(city, settings, tmp_path):
    settings.MODEL_DIR = tmp_path
    person = an_analyst()
    for number in range(4):
        given(make.a_call(text=f"{number}号楼北门路灯不亮，晚上漆黑。"), person, ROADS)
        given(make.a_call(text=f"{number}单元暖气不热，室温只有十三度。"), person, HEATING)

    model = training.train(now=make.NOW, with_seed=False)

    assert (model.is_active, model.trained_on["source"], model.trained_on["texts"]) == (False, "cases", 8)
    assert model.trained_on["cases"] == {"label": 8, "corrected": 0, "closed": 0}
    assert model.trained_on["mix"] == {"01": 4, "02": 4}


def test_without_a_single_lesson_there_is_nothing_to_train(city):
    with pytest.raises(training.NothingToLearn):
        training.train(now=make.NOW, with_seed=False)
