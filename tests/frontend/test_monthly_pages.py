"""每月一题 on the pages: who sees what, a theme clicked from the choice to the exit, refusals that lose no word."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from petitions.insight.models import HourCount, MonthlyCandidate, MonthlyIssue, Topic
from petitions.insight.monthly import asking, deciding
from petitions.insight.monthly.deciding import Choice
from routing.models import Area, Category
from tests import make
from tests.frontend.logging_in import client_of
from tests.frontend.reading import opened_steps

TODAY = timezone.localdate()
MONTH = (TODAY.replace(day=1) - timedelta(days=1)).replace(day=1)


@pytest.fixture
def leaf(city) -> Category:
    return Category.objects.leaves().first()


@pytest.fixture
def lead(city):
    return make.a_unit()


@pytest.fixture
def analyst(city) -> Client:
    return client_of(make.a_person("analyst"))


def a_theme(leaf, lead) -> MonthlyIssue:
    choice = Choice("路灯不亮", MONTH, ["背街小巷没有路灯"], [leaf], lead, "量大面广")
    return deciding.choose(choice, actor=make.a_supervisor(), now=timezone.now())


def text_of(answer) -> str:
    return answer.content.decode()


def stepped(client: Client, issue: MonthlyIssue, act: str, **said):
    return client.post(reverse("monthly-file", args=[issue.pk]), {"act": act, **said})


@pytest.mark.parametrize(
    ("role", "page", "choose"),
    [("analyst", 200, 200), ("leader", 200, 403), ("handler", 200, 403), ("operator", 403, 403)],
)
def test_who_reads_and_who_chooses(leaf, role, page, choose):
    person = client_of(make.a_person(role, of=make.a_unit()))

    assert person.get(reverse("monthly")).status_code == page
    assert person.get(reverse("monthly-choose")).status_code == choose
    assert person.post(reverse("monthly-rank")).status_code in {302, 403}


def test_a_unit_sees_its_own_themes_only_and_no_candidates(leaf, lead):
    issue = a_theme(leaf, lead)
    its, stranger = client_of(make.a_head(of=lead)), client_of(make.a_head(of=make.a_unit()))

    assert "路灯不亮" in text_of(its.get(reverse("monthly"))) and "得分" not in text_of(its.get(reverse("monthly")))
    assert its.get(reverse("monthly-file", args=[issue.pk])).status_code == 200
    assert "路灯不亮" not in text_of(stranger.get(reverse("monthly")))
    assert stranger.get(reverse("monthly-file", args=[issue.pk])).status_code == 404
    assert stepped(its, issue, "plan", text="做", starts_on=TODAY, reason="好").status_code == 403


def test_candidates_show_every_term_and_lead_to_the_choice(analyst, leaf, lead):
    HourCount.objects.create(
        hour=timezone.now().replace(year=MONTH.year, month=MONTH.month, day=3, minute=0, second=0, microsecond=0),
        area=Area.objects.at_level("street").first(),
        category=leaf,
        channel="phone",
        department=None,
        result="open",
        received=30,
    )

    analyst.post(reverse("monthly-rank"))
    shown = text_of(analyst.get(reverse("monthly")))
    address = f"{reverse('monthly-choose')}?category={leaf.code}&amp;month={MONTH.isoformat()}"

    assert MonthlyCandidate.objects.get().category == leaf
    assert address in shown and "30 / 30" in shown and "有单位能解决" in shown
    form = text_of(analyst.get(address.replace("&amp;", "&")))
    assert f'value="{leaf.pk}" selected' in form


def test_a_theme_is_clicked_from_the_choice_to_the_exit(analyst, leaf, lead):
    analyst.post(
        reverse("monthly-choose"),
        {
            "theme": "路灯不亮",
            "month": MONTH,
            "questions": "背街小巷没有路灯\n路灯坏了没人修",
            "categories": [leaf.pk],
            "lead": lead.pk,
            "topic": Topic.objects.create(found_title="路灯", title="路灯照明", made_at=timezone.now()).pk,
            "reason": "量大面广",
        },
    )
    issue = MonthlyIssue.objects.get()
    stepped(analyst, issue, "plan", text="先排查。", starts_on=TODAY - timedelta(days=30), reason="已会商")
    for kind in ("task", "responsibility", "policy"):
        stepped(analyst, issue, "line", kind=kind, text="排查", unit=lead.pk, due_on=TODAY)
    stepped(analyst, issue, "start", reason="清单已定")
    head, item = client_of(make.a_head(of=lead)), issue.items.get(kind="task")
    head.post(reverse("monthly-done", args=[issue.pk, item.pk]), {"on": TODAY, "evidence": "台账 126 处"})
    stepped(head, issue, "progress", month=TODAY, text="换了 80 盏。")
    assert "继续或退出" not in text_of(analyst.get(reverse("monthly-file", args=[issue.pk])))
    stepped(analyst, issue, "measure")
    waiting = text_of(analyst.get(reverse("monthly-file", args=[issue.pk])))
    assert "测算每月一题成效" in waiting and "继续或退出" not in waiting
    asking.run_waiting()

    shown = text_of(analyst.get(reverse("monthly-file", args=[issue.pk])))
    assert all(word in shown for word in ("路灯照明", "台账 126 处", "换了 80 盏。", "看不出效果", "继续或退出"))
    assert stepped(analyst, issue, "conclude", what="exited", reason="转常态").status_code == 302
    assert [each.what for each in issue.decisions.all()] == ["exited", "started", "planned", "chosen"]
    listed = text_of(analyst.get(reverse("monthly")))
    assert "1 / 3" in listed and "已退出" in listed


def test_the_step_that_the_file_waits_for_stands_open(analyst, leaf, lead):
    issue = a_theme(leaf, lead)
    file = reverse("monthly-file", args=[issue.pk])
    assert opened_steps(text_of(analyst.get(file))) == ["plan"]

    stepped(analyst, issue, "plan", text="先排查。", starts_on=TODAY, reason="已会商")
    assert opened_steps(text_of(analyst.get(file))) == ["start"]
    refused = stepped(analyst, issue, "line", kind="task", text="", unit=lead.pk, due_on=TODAY)
    assert (refused.status_code, opened_steps(text_of(refused))) == (422, ["line"])


@pytest.mark.parametrize(
    ("act", "said", "status", "word"),
    [
        ("plan", {"text": "做很多", "starts_on": "2026-13-40", "reason": "好"}, 422, "日期写得不对"),
        ("plan", {"text": "做很多", "starts_on": "1990-01-01", "reason": "好"}, 422, "日期写得不对"),
        ("plan", {"text": "做很多", "starts_on": "2099-01-01", "reason": "好"}, 422, "前后一年之内"),
        ("start", {"reason": "好"}, 409, "已经到了下一步"),
        ("conclude", {"what": "exited", "reason": "好"}, 409, "已经到了下一步"),
        ("conclude", {"what": "nonsense", "reason": "好"}, 404, ""),
        ("fly", {}, 404, ""),
    ],
)
def test_what_cannot_be_is_said_and_what_was_typed_stays(analyst, leaf, lead, act, said, status, word):
    answer = stepped(analyst, a_theme(leaf, lead), act, **said)

    assert answer.status_code == status
    assert word in text_of(answer)
    if "text" in said:
        assert said["text"] in text_of(answer)


@pytest.mark.parametrize(
    "said", [{}, {"month": "0001-01-01"}, {"categories": ["999999"]}, {"questions": "长" * 130}, {"areas": "x"}]
)
def test_a_choice_that_makes_no_sense_is_refused(analyst, leaf, lead, said):
    usual = {"theme": "x", "month": MONTH, "questions": "y", "categories": [leaf.pk], "lead": lead.pk, "reason": "z"}
    answer = analyst.post(reverse("monthly-choose"), usual | said if said else {})

    assert (answer.status_code, MonthlyIssue.objects.count()) == (422, 0)


def test_the_file_is_a_document_and_needs_a_typeface_for_pdf(analyst, leaf, lead, settings):
    issue, settings.FONT_DIRS = a_theme(leaf, lead), []

    answer = analyst.get(reverse("monthly-paper", args=[issue.pk, "docx"]))
    assert answer.content[:2] == b"PK"
    assert answer["Content-Type"].endswith("wordprocessingml.document")
    assert analyst.get(reverse("monthly-paper", args=[issue.pk, "pdf"])).status_code == 302
    assert analyst.get(reverse("monthly-paper", args=[issue.pk, "exe"])).status_code == 404


def test_the_list_takes_a_constant_number_of_statements(analyst, leaf, lead, django_assert_num_queries):
    a_theme(leaf, lead)
    with django_assert_num_queries(6) as one:
        analyst.get(reverse("monthly"))
    for _ in range(3):
        a_theme(leaf, lead)
    with django_assert_num_queries(len(one)):
        analyst.get(reverse("monthly"))


@pytest.mark.parametrize("query", ["?month=x", "?month=2026-13-99", "?after=zz", "?month=1990-01-01&after=-1"])
def test_addresses_that_make_no_sense_show_the_page(analyst, query):
    assert analyst.get(reverse("monthly") + query).status_code == 200
    assert analyst.get(reverse("monthly-choose") + query + "&category=%00").status_code == 200
    assert analyst.get(f"/monthly/{10**20}/").status_code == 404
