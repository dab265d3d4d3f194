"""The demo city: every story can be told, and what they leave behind is a hotline that holds together."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import F, Window
from django.db.models.functions import Lag

from petitions.insight.issues.heat import Limits
from petitions.insight.models import HotIssue
from petitions.management.demo import city as demo
from petitions.management.demo.play import Play
from petitions.management.demo.setting import Setting, load_knowledge
from petitions.management.demo.stories import STORIES
from petitions.models import Assignment, DaySeal, Event, KnowledgeItem, Petition
from petitions.services import seal
from petitions.states import UNIT_OWES, CaseState
from routing.models import Staff

NOW = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)  # Friday, 14:00 in Shanghai
# Where a case stands when its story is over (before time passes on).
ENDS = {
    "draft": CaseState.DRAFT,
    "answered": CaseState.ANSWERED,
    "referred": CaseState.REFERRED,
    "awaiting_info": CaseState.AWAITING_INFO,
    "invalid": CaseState.INVALID,
    "withdrawn": CaseState.WITHDRAWN,
    "returned": CaseState.PENDING_DISPATCH,
    "in_conference": CaseState.IN_CONFERENCE,
    "ruled": CaseState.IN_PROGRESS,
    "whistling": CaseState.IN_PROGRESS,
    "reply_review": CaseState.REPLY_REVIEW,
    "pending_callback": CaseState.PENDING_CALLBACK,
    "rehandling": CaseState.REHANDLING,
    "hot": CaseState.IN_PROGRESS,
    "hot_and_unsolved": CaseState.CLOSED,
    "redispatched": CaseState.IN_PROGRESS,
    "long_term": CaseState.LONG_TERM,
    "solved": CaseState.CLOSED,
    "solved_by_link": CaseState.CLOSED,
    "unreached": CaseState.CLOSED,
    "reopened": CaseState.IN_PROGRESS,
}


@pytest.mark.parametrize("number", [1, 2, 3])
def test_every_story_can_be_told_whatever_is_drawn(city, number):
    load_knowledge(NOW.date())
    setting = Setting.load(random.Random(number), NOW.date())
    for told, story in enumerate(sorted(STORIES, key=lambda story: -story.hours_ago[0])):
        play = Play(setting, NOW - timedelta(hours=story.hours_ago[0]), NOW, key=f"story-{told}")
        story.tell(play)
        play.case.refresh_from_db()
        assert story.name not in ENDS or play.case.state == ENDS[story.name], story.name


def seeded(**more) -> list[tuple]:
    demo.seed(now=NOW, password="for-tests-only", **more)
    return list(Petition.objects.order_by("id").values_list("title", "state", "received_at", "main_department__code"))


def test_the_same_number_gives_the_same_city(city):
    with transaction.atomic():
        first = seeded(number=5, cases=25)
        transaction.set_rollback(True)
    with transaction.atomic():
        second = seeded(number=5, cases=25)
        transaction.set_rollback(True)

    assert first == second
    assert len(first) >= 25
    assert seeded(number=6, cases=25) != first


def test_the_city_holds_together(city):
    """Chains verify, time runs forward in every case, younger cases have higher keys, nothing lies in the future."""
    seeded(cases=60)

    earlier = Window(Lag("at"), partition_by=F("petition_id"), order_by=F("seq").asc())
    backwards = [e for e in Event.objects.annotate(earlier=earlier) if e.earlier and e.at < e.earlier]
    # The second call of an urged case comes while its first is still being told.
    first_calls = Petition.objects.exclude(idempotency_key__endswith="-again")
    received = list(first_calls.order_by("id").values_list("received_at", flat=True))
    assert list(seal.verify()) == []
    assert backwards == []
    assert received == sorted(received)
    assert max(Event.objects.values_list("at", flat=True)) <= NOW
    assert Event.objects.filter(at__lt=NOW - timedelta(days=15)).count() == 0


def test_the_usual_city_has_living_hot_issues(city):
    seeded(stage="hot", cases=18)

    hottest = HotIssue.objects.filter(citizens__gte=Limits().least_citizens).order_by("-heat")
    assert len(hottest) >= 3
    assert all(issue.area and issue.messages == issue.members.count() for issue in hottest)


def test_everybody_can_log_in_and_nobody_holds_a_real_number(city, client):
    seeded(cases=10)

    assert client.login(username="operator1", password="for-tests-only")
    assert not client.login(username="system", password="for-tests-only")
    phones = {case.caller.phone for case in Petition.objects.exclude(caller=None).select_related("caller")}
    assert all(phone.startswith("100") for phone in phones)


def test_ready_answers_have_owner_and_leaf_and_two_are_past_their_review(city):
    assert load_knowledge(NOW.date()) == load_knowledge(NOW.date()) >= 30

    items = KnowledgeItem.objects.filter(is_published=True)
    assert not [item.title for item in items if not (item.owner_id and item.category_id and item.basis)]
    assert sum(item.is_stale(NOW.date()) for item in items) == 2


def test_a_city_with_cases_is_left_alone(city, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    call_command("seed_demo", "--cases=3", verbosity=0)
    before = Petition.objects.count(), Event.objects.count()

    call_command("seed_demo", "--if-empty", verbosity=0)

    assert (Petition.objects.count(), Event.objects.count()) == before
    assert settings.DEMO_PASSWORD in (tmp_path / "demo_logins.txt").read_text()


def test_the_sheet_of_logins_names_people_who_have_something_to_do(city):
    demo.seed(now=NOW, password="for-tests-only", cases=12)

    sheet = demo.logins("for-tests-only")

    named = Staff.objects.filter(username__in=sheet.split(), roles__contains=["handler"])
    assert Assignment.objects.filter(department__in=named.values("department"), state__in=UNIT_OWES).exists()


def test_a_sealed_history_gets_no_invented_past(city):
    DaySeal.objects.create(day=NOW.date(), events=0, hash="x", sealed_at=NOW)

    with pytest.raises(CommandError, match="封存"):
        call_command("seed_demo")


def test_without_a_password_there_is_no_demo(city, settings):
    settings.DEMO_PASSWORD = ""

    with pytest.raises(CommandError, match="DEMO_PASSWORD"):
        call_command("seed_demo")

    assert not Staff.objects.exclude(password="!").exists()


def test_one_stage_alone(city):
    seeded(cases=2, stage="reply_review")

    assert list(Petition.objects.values_list("state", flat=True)) == [CaseState.REPLY_REVIEW] * 2
