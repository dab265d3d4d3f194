"""A question answered at any hour; what was not solved becomes a case; neighbours are counted, never shown."""

from datetime import timedelta

import pytest

from nlp.core.search import index_terms
from petitions import access, errors
from petitions.models import Ask, KnowledgeItem, KnownEventCase, Link, Petition
from petitions.queries import neighbours
from petitions.services import beforehand, intake, knowledge, known_events, self_service
from petitions.services.knowledge import Said
from petitions.services.known_events import Notice
from petitions.states import CaseState
from routing import rulebook
from routing.models import Area, Category, Department
from tests import make

QUESTION = "养犬登记怎么办？狗证在哪里办？电话13912345678"
TODAY = make.NOW.date()
PLACE = "江北区望河街道柳荫里小区"


@pytest.fixture
def keeper(city):
    return make.a_person("knowledge")


@pytest.fixture
def item(keeper) -> KnowledgeItem:
    said = Said(
        title="养犬登记",
        question="狗证在哪里办？养狗要登记吗？",
        answer="携犬只免疫证明和身份证到社区登记点办理。",
        review_by=TODAY + timedelta(days=90),
        category_id=Category.objects.get(code="09.01.03").pk,
        owner_id=Department.objects.first().pk,
    )
    return knowledge.add(said, actor=keeper, is_published=True, now=make.NOW)


def asked(text: str = QUESTION, **more) -> self_service.Answered:
    return self_service.ask(text, now=make.NOW, **more)


def filed_from(ask: Ask | None, *, answered=(), text=QUESTION, phone=make.PHONE, **more) -> Petition:
    case = intake.submit(
        make.a_matter(text=text, category_code="09.01.03"), make.a_contact(phone=phone), key=text + phone, now=make.NOW
    )
    self_service.filed(case, rejected=ask.pk if ask else None, answered=answered, now=make.NOW, **more)
    return case


def test_a_question_is_answered_by_the_version_in_force_and_keeps_no_number(item):
    found = asked()

    assert [answer.title for answer in found.answers] == ["养犬登记"]
    assert (found.row.version.number, found.row.outcome) == (1, Ask.Outcome.LEFT)
    assert "13912345678" not in found.row.text


def test_an_item_past_its_review_date_or_withdrawn_answers_nobody(item, keeper):
    late = self_service.ask(QUESTION, now=make.later(days=91))
    assert (late.answers, late.row.outcome) == ((), Ask.Outcome.UNANSWERED)

    knowledge.withdraw(item.pk, reason="办法改了", actor=keeper, now=make.NOW)
    assert asked().answers == ()


def test_a_changed_item_answers_with_its_new_words_at_once_and_the_old_ones_stay_on_record(item, keeper):
    before = asked().row
    said = Said(title=item.title, question=item.question, answer="到派出所办理。", review_by=item.review_by,
                category_id=item.category_id, owner_id=item.owner_id)  # fmt: skip
    knowledge.edit(item.pk, said, version=1, actor=keeper, now=make.NOW)

    assert asked().answers[0].answer == "到派出所办理。"
    before.refresh_from_db()
    assert before.version.answer == "携犬只免疫证明和身份证到社区登记点办理。"


def test_enterprises_ask_among_their_own_items(item):
    assert asked(for_enterprise=True).answers == ()


def test_what_helped_is_counted_once_and_what_did_not_is_linked_to_the_case(item):
    good, bad = asked().row, asked().row

    for _pressed in range(2):
        self_service.helped(good.pk, version_id=good.version_id, now=make.NOW)
    case = filed_from(bad)

    rows = dict(Ask.objects.values_list("pk", "outcome"))
    assert rows == {good.pk: Ask.Outcome.ANSWERED, bad.pk: Ask.Outcome.REJECTED}
    assert case.asked == bad


def test_a_case_of_the_same_leaf_reopens_what_was_called_solved(item):
    solved, other = asked().row, asked().row
    for row in (solved, other):
        self_service.helped(row.pk, version_id=row.version_id, now=make.NOW)

    filed_from(solved, phone="13800002222")  # by the button on the page
    filed_from(None, answered=[other.pk])  # by the browser that had said so

    assert set(Ask.objects.values_list("reopened_at", flat=True)) == {make.NOW}


def test_a_question_without_an_item_stays_on_the_list_even_when_it_was_filed(keeper):
    found = asked()
    filed_from(found.row)

    row = Ask.objects.get()
    assert (row.outcome, row.petition_id is not None) == (Ask.Outcome.UNANSWERED, True)


def test_nobody_can_say_for_another_question_that_it_helped(item):
    with pytest.raises(errors.Unknown):
        self_service.helped(0, version_id=asked().row.version_id, now=make.NOW)
    assert access.asked("1:forged") is None


def test_out_of_hours_is_what_the_calendar_says(city):
    rules = rulebook.current()
    assert not self_service.is_out_of_hours(rules, make.NOW)
    assert self_service.is_out_of_hours(rules, make.later(hours=12))


# ── neighbours ──
def reported(phone: str, **more) -> Petition:
    return make.a_call(phone=phone, address=PLACE, text=make.WORDS, **more)


@pytest.mark.usefixtures("city")
class TestNeighbours:
    def look(self, place="杨柳社区", leaf=make.LEAF):
        """Without a trained model nothing has a leaf, so it is given."""
        rules = rulebook.current()
        area = rules.area(Area.objects.get(name=place).pk)
        terms = index_terms(make.WORDS)
        return neighbours.like(terms, area=area, category_code=leaf, weights=None, rules=rules, now=make.NOW)

    def test_what_others_reported_in_the_street_is_offered_in_public_words(self):
        lead = reported("13800005555")

        (found,) = self.look()

        assert (found.lead_id, found.street, found.people) == (lead.pk, "望河街道", 1)
        assert not any(word in str(vars(found)) for word in (make.WORDS, lead.no, "13800005555", "王小明"))

    def test_nothing_is_offered_elsewhere_nor_of_what_is_private_or_over(self):
        reported("13800005555", confidential=True)
        reported("13800006666", request_type="report")
        reported("13800007777", handling=intake.Handling(way="refer", referral="court"))
        assert self.look() == []

        reported("13800009999", category_code="09.01.01")
        assert self.look(leaf="09.01.01") == [], "what is between people is shown to nobody"

        reported("13800008888")
        assert self.look("江北区") == [], "the district is too wide a place"
        assert len(self.look()) == 1

    def test_whoever_says_me_too_has_a_number_of_their_own_and_is_answered_with_the_lead(self):
        lead = reported("13800005555")
        joined = intake.submit(
            make.a_matter(address=PLACE), make.a_contact(phone="13800006666"), key="me-too", same_as=lead.pk,
            now=make.NOW,
        )  # fmt: skip

        assert (joined.state, joined.lead_id) == (CaseState.MERGED, lead.pk)
        assert joined.no != lead.no
        assert joined.outbox.filter(topic="case-received").exists()
        assert self.look()[0].people == 2

    def test_another_matter_is_not_merged_on_a_citizens_word(self):
        lead = reported("13800005555")
        case = intake.submit(
            make.a_matter(address=PLACE, category_code="09.01.03"), make.a_contact(phone="13800006666"), key="other",
            same_as=lead.pk, now=make.NOW,
        )  # fmt: skip

        assert case.state == CaseState.PENDING_REVIEW
        assert Link.objects.filter(from_case=case, to_case=lead, kind=Link.Kind.RELATED).count() == 1


# ── known events ──
def an_event(keeper, **more):
    area = Area.objects.get(name="望河街道")
    said = {"title": "望河街道路灯检修", "script": "电缆检修，今晚十点恢复。", "area_id": area.pk}
    said |= {"begins_at": make.NOW, "until": make.later(hours=8)} | more
    return known_events.announce(Notice(**said), actor=keeper, now=make.NOW)


def test_an_event_is_told_where_and_while_it_holds_and_what_is_taken_then_is_linked(keeper):
    event = an_event(keeper)

    told = beforehand.look(make.WORDS, address=PLACE, now=make.later(hours=1)).events
    over = beforehand.look(make.WORDS, address=PLACE, now=make.later(hours=9)).events
    elsewhere = beforehand.look(make.WORDS, address="江南区", now=make.later(hours=1)).events
    case = make.a_call(address=PLACE, event_id=event.pk)

    assert (list(told), list(over), list(elsewhere)) == ([event], [], [])
    assert KnownEventCase.objects.get().petition == case
    assert "known_event" in make.actions(case)


def test_a_citizens_form_cannot_link_what_is_elsewhere(keeper):
    event = an_event(keeper)
    intake.submit(make.a_matter(address="江南区", event_id=event.pk), make.a_contact(), key="far", now=make.NOW)
    assert KnownEventCase.objects.count() == 0


def test_an_event_is_about_something_has_an_end_and_is_not_changed_when_it_is_over(keeper):
    with pytest.raises(errors.EventTooWide):
        an_event(keeper, area_id=None)
    with pytest.raises(errors.EventEndsTooEarly):
        an_event(keeper, until=make.NOW)
    event = an_event(keeper)
    known_events.withdraw(event.pk, actor=keeper, now=make.NOW)
    with pytest.raises(errors.WrongState):
        known_events.withdraw(event.pk, actor=keeper, now=make.NOW)
    with pytest.raises(errors.NotYours):
        an_event(make.an_operator())
