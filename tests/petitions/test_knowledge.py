"""The knowledge base: every edit kept, nothing stale said, owners reminded once, what is missing put together."""

import csv
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.core.answers import Answers, Item
from nlp.core.asked import Question, groups
from petitions import errors
from petitions.management.demo.setting import load_knowledge
from petitions.models import Ask, Citation, Delivery, KnowledgeItem, KnowledgeVersion, Outbox
from petitions.queries import answers, missing
from petitions.queries import knowledge as base
from petitions.services import intake, knowledge, knowledge_reminders, notify, self_service
from petitions.services.intake import Handling
from petitions.services.knowledge import Said
from routing import rulebook
from routing.models import Category, Department
from tests import make

TODAY = make.NOW.date()
LEAF = "09.01.03"
QUESTIONS = Path(__file__).resolve().parent.parent / "golden" / "kb_questions.csv"
FLOORS = {"precision": 0.9, "recall": 0.33}  # of the words alone: a trained model doubles the right answers


@pytest.fixture
def keeper(city):
    return make.a_person("knowledge")


def said(**more) -> Said:
    whole = {
        "title": "养犬登记",
        "question": "狗证在哪里办？",
        "answer": "到社区登记点办理。",
        "review_by": TODAY + timedelta(days=90),
        "category_id": Category.objects.get(code=LEAF).pk,
        "owner_id": Department.objects.exclude(email="").first().pk if more.pop("mail", False) else make.a_unit().pk,
    }
    return Said(**whole | more)


def published(keeper, **more) -> KnowledgeItem:
    return knowledge.add(said(**more), actor=keeper, is_published=True, now=make.NOW)


# ── writing ──
def test_every_edit_is_a_version_with_author_and_reason(keeper):
    item = published(keeper)
    knowledge.edit(item.pk, said(answer="改后。"), version=1, actor=keeper, note="窗口搬了", now=make.NOW)
    knowledge.withdraw(item.pk, reason="办法废止", actor=keeper, now=make.NOW)

    rows = list(KnowledgeVersion.objects.order_by("number").values_list("number", "answer", "note", "is_published"))
    assert rows == [
        (1, "到社区登记点办理。", "", True),
        (2, "改后。", "窗口搬了", True),
        (3, "改后。", "撤下：办法废止", False),
    ]


def test_whoever_saves_over_a_newer_version_is_told_and_nothing_is_lost(keeper):
    item = published(keeper)
    knowledge.edit(item.pk, said(answer="甲写的"), version=1, actor=keeper, now=make.NOW)
    with pytest.raises(errors.ItemMovedOn):
        knowledge.edit(item.pk, said(answer="乙写的"), version=1, actor=keeper, now=make.NOW)
    assert KnowledgeItem.objects.get().answer == "甲写的"


def test_what_is_not_whole_or_stale_is_not_published(keeper):
    draft = knowledge.add(said(answer=""), actor=keeper, now=make.NOW)
    with pytest.raises(errors.ItemIncomplete):
        knowledge.publish(draft.pk, actor=keeper, now=make.NOW)
    with pytest.raises(errors.ReviewDatePast):
        published(keeper, title="另一条", review_by=TODAY - timedelta(days=1))
    with pytest.raises(errors.TitleTaken):
        published(keeper)
    assert KnowledgeItem.objects.filter(is_published=True).count() == 0


def test_only_keepers_write_and_the_head_of_its_unit_may_say_that_it_holds(keeper):
    item = published(keeper)
    head, stranger = make.a_head(of=item.owner), make.a_head(of=make.a_unit())
    later = TODAY + timedelta(days=300)
    for act in (
        lambda: knowledge.publish(item.pk, actor=head, now=make.NOW),
        lambda: knowledge.confirm(item.pk, review_by=later, actor=stranger, now=make.NOW),
    ):
        with pytest.raises(errors.NotYours):
            act()

    assert knowledge.confirm(item.pk, review_by=later, actor=head, now=make.NOW).review_by == later


# ── answering at once ──
def test_a_direct_answer_names_the_version_and_a_stale_item_is_refused(keeper):
    item = published(keeper)
    way = Handling(way="answer", answer=item.answer, knowledge_id=item.pk)
    case = make.a_call(handling=way)

    assert case.citation.version.number == 1
    assert case.events.get(action="answer_directly").reason == "知识库：养犬登记"
    with pytest.raises(errors.ItemNotInForce):
        make.a_call(handling=way, now=make.later(days=91), phone="13800002222")
    assert Citation.objects.count() == 1


def test_figures_count_by_item_and_who_calls_again_was_not_answered(keeper):
    item = published(keeper)
    for phone in ("13800002222", "13800003333"):
        way = Handling(way="answer", answer=item.answer, knowledge_id=item.pk)
        make.a_call(handling=way, phone=phone, category_code=LEAF)
    make.a_call(phone="13800003333", category_code=LEAF, now=make.later(days=2), text="狗证还是没办成")
    asked = [self_service.ask("养犬登记，狗证在哪里办？", now=make.NOW).row for _ in range(3)]
    self_service.helped(asked[0].pk, version_id=asked[0].version_id, now=make.NOW)
    knowledge.edit(item.pk, said(), version=1, actor=keeper, now=make.NOW)  # figures are of all versions

    found = base.figures([item.pk], rules=rulebook.current())[item.pk]

    assert (found.cited, found.called_again, found.asked, found.answered, found.rejected) == (2, 1, 3, 1, 0)


def test_the_direct_answer_rate_counts_consultations_only(keeper):
    item = published(keeper)
    way = Handling(way="answer", answer=item.answer, knowledge_id=item.pk)
    make.a_call(handling=way, request_type="consult")
    make.a_call(request_type="consult", phone="13800002222")
    make.a_call(request_type="complaint", phone="13800003333")

    found = base.direct(rules=rulebook.current(), now=make.later(days=1))

    assert found.hotline == (1, 2)


# ── reminders ──
def test_the_owner_is_reminded_once_for_each_step_and_by_mail(keeper):
    Department.objects.filter(pk=Department.objects.first().pk).update(email="owner@example.org")
    item = published(keeper, mail=True, review_by=TODAY + timedelta(days=8))

    counts = [knowledge_reminders.remind(now=make.later(days=days)) for days in (0, 0, 1, 1, 8, 9, 30)]

    assert counts == [1, 0, 1, 0, 1, 0, 0]
    notify.plan_ready(now=make.later(days=30), size=100)
    assert not Outbox.objects.exclude(state="done").exists()
    assert {d.department_id for d in Delivery.objects.filter(way="email")} == {item.owner_id}
    assert "养犬登记" in Delivery.objects.filter(way="email").first().text


def test_an_item_that_was_confirmed_is_reminded_of_anew(keeper):
    item = published(keeper, review_by=TODAY + timedelta(days=5))
    knowledge_reminders.remind(now=make.NOW)
    knowledge.confirm(item.pk, review_by=TODAY + timedelta(days=40), actor=keeper, now=make.NOW)

    assert [knowledge_reminders.remind(now=make.later(days=days)) for days in (1, 11)] == [0, 1]


# ── what is missing ──
def test_what_nobody_could_answer_is_put_together_until_an_item_answers_it(keeper):
    for text in ("老年公交卡怎么办理，去哪里领", "老年公交卡在哪里办理", "社区图书室几点开门"):
        self_service.ask(text, now=make.NOW)
    make.a_call(request_type="consult", category_code=LEAF, text="想问养犬登记的狗证在哪里办理")

    def listed():
        return missing.listing(rules=rulebook.current(), now=make.later(hours=1), today=TODAY)

    assert [each.times for each in listed()] == [2, 1, 1]
    published(keeper)
    assert [each.times for each in listed()] == [2, 1], "the consultation has its item by now"
    chosen = missing.chosen([*listed()[0].keys, "ask:x", "case:99", "nonsense"])
    assert len(chosen) == 2


def test_a_case_that_came_of_a_question_is_listed_once(keeper):
    row = self_service.ask("老年公交卡在哪里办理", now=make.NOW).row
    case = intake.submit(make.a_matter(text="老年公交卡在哪里办理", request_type="consult"), make.a_contact(),
                         key="once", now=make.NOW)  # fmt: skip
    self_service.filed(case, rejected=row.pk, now=make.NOW)

    assert [each.times for each in missing.listing(rules=rulebook.current(), now=make.NOW, today=TODAY)] == [1]
    assert Ask.objects.get().outcome == Ask.Outcome.UNANSWERED


# ── matching, pure ──
def test_the_words_alone_find_the_right_item_or_none(keeper):
    """tests/golden/kb_questions.csv; bench/knowledge.py says the same with the category model, with intervals."""
    load_knowledge(TODAY)
    everybody = answers.current(TODAY).everybody
    titles = {pk: answer.title for pk, answer in answers.current(TODAY).answers.items()}
    at_least = rulebook.current().parameter("knowledge.threshold")

    with QUESTIONS.open(encoding="utf-8", newline="") as file:
        golden = list(csv.DictReader(file))
    found = [(row["item"], everybody.find(row["question"], at_least=at_least, most=1)) for row in golden]

    told = [(right, titles[match[0].key]) for right, match in found if match]
    hits = sum(right == title for right, title in told)
    assert hits / len(told) >= FLOORS["precision"]
    assert hits / sum(bool(row["item"]) for row in golden) >= FLOORS["recall"]


texts = st.text(alphabet="养犬登记狗证在哪里办停水通知路灯不亮，？ ", max_size=20)


@given(st.lists(texts, max_size=6), texts)
def test_scores_are_shares_and_a_question_in_an_items_own_words_finds_it(asked, question):
    items = Answers(Item(at, text, "") for at, text in enumerate(asked))

    found = items.find(question, at_least=0.0, most=10)

    assert all(0 <= match.score <= 1 for match in found)
    assert [match.score for match in found] == sorted((match.score for match in found), reverse=True)


@given(st.lists(st.tuples(texts, st.sampled_from(["", "01.01.01", "02.02.02"])), max_size=8))
def test_groups_keep_every_question_once_and_leaves_apart(asked):
    questions = [Question(at, text, leaf) for at, (text, leaf) in enumerate(asked)]

    found = groups(questions)

    assert sorted(q.key for group in found for q in group.questions) == list(range(len(questions)))
    assert all(len({q.leaf for q in group.questions}) == 1 for group in found)
