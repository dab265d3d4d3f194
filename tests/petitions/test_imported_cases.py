"""What an imported case is: the same rows as one by one, no messages to citizens, limits from now."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError
from django.db.models import TextField
from django.db.models.functions import Cast
from django.utils import timezone

from petitions.models import Assignment, Event, Job, Outbox, Petition, Suggestion
from petitions.queries.search import matching
from petitions.services import dispatch, intake, seal
from petitions.services.contact import Contact
from petitions.services.intake import Matter
from petitions.states import CaseState, Channel
from routing.models import Staff
from tests.petitions.files import HEADINGS, ROW, a_csv, a_row

SHANGHAI = ZoneInfo("Asia/Shanghai")
UNNAMED = {"id", "no", "idempotency_key", "event_hash", "search"}
UNNAMED |= {"due_at", "next_check_at", "submitted_at", "promised_at", "dispatched_at"}


# ── what an imported case is ──
def test_bulk_and_single_intake_write_the_same_rows(bring, tmp_path):
    """Field by field; left out are keys, hashes and the clocks, which an import sets on purpose."""
    texts = [ROW[4], "投诉江南区鹭洲街道鹭洲大道工地夜里施工噪声太大，电话13800001111。", "咨询公积金怎么提取"]
    now = timezone.now()
    file = a_csv(
        tmp_path / "a.csv",
        *((str(n), f"U{n}", f"标题{n}", "2019-03-01 08:00:00", text, "10.02.01") for n, text in enumerate(texts)),
        headings=(*HEADINGS, "category"),
    )
    for number, text in enumerate(texts):
        intake.submit(
            Matter(text=text, title=f"标题{number}", category_code="10.02.01"),
            Contact(account=f"U{number}"),
            key=f"single-{number}",
            channel=Channel.IMPORT,
            source="single",
            external_id=str(number),
            received_at=datetime(2019, 3, 1, 8, tzinfo=SHANGHAI),
            now=now,
        )
    bring(file)

    assert facts_of("test") == facts_of("single")
    assert not list(seal.verify())


def facts_of(source: str) -> list[dict]:
    cases = Petition.objects.filter(source=source).annotate(terms=Cast("search", TextField())).order_by("external_id")
    return [_facts(case) for case in cases]


def _facts(case: Petition) -> dict:
    own = {f.attname: getattr(case, f.attname) for f in case._meta.concrete_fields if f.name not in UNNAMED}
    return own | {
        "source": "",
        "terms": case.terms,
        "events": list(case.events.values_list("seq", "actor_id", "subject", "action", "before", "after", "reason")),
        "suggestions": list(
            case.suggestions.exclude(kind=Suggestion.Kind.SIMILAR).values_list(
                "kind", "label", "confidence", "alternatives", "evidence", "model_version", "accepted", "chosen"
            )
        ),
        "parts": list(case.assignments.values_list("department_id", "part", "state", "may_return", "assigned_by_id")),
    }


def test_dispatched_by_import_is_dispatched_as_by_hand(bring, tmp_path):
    dispatcher, reviewer = (Staff.objects.get(username=name) for name in ("dispatcher1", "reviewer1"))
    matter = Matter(text=ROW[4], title=ROW[2], category_code="12.03.01")
    case = intake.submit(matter, Contact(account="U01"), key="by-hand", channel=Channel.IMPORT, source="hand")
    case = dispatch.pass_review(case.pk, actor=reviewer)
    dispatch.dispatch(case.pk, dispatch.Order(*suggestion_of(case)), actor=dispatcher)

    file = a_csv(tmp_path / "a.csv", (*ROW, "12.03.01"), headings=(*HEADINGS, "category"))
    said, _ = bring(file, dispatch=True, person="dispatcher1")

    def parts(source: str) -> list[tuple]:
        rows = Assignment.objects.filter(petition__source=source).order_by("id")
        return [(a.department_id, a.part, a.state, a.assigned_by_id, a.limit_at - a.assigned_at) for a in rows]

    assert "随批派单 1" in said
    assert parts("test") == parts("hand") != []
    imported = Petition.objects.get(source="test")
    steps = imported.events.filter(subject=Event.Subject.CASE).order_by("seq")
    assert [(e.action, e.actor.username) for e in steps] == [
        ("create", "system"),
        ("submit", "system"),
        ("pass_review", "system"),
        ("dispatch", "dispatcher1"),
    ]


def suggestion_of(case: Petition) -> tuple[int, tuple[int, ...]]:
    route = case.suggestions.get(kind=Suggestion.Kind.ROUTE)
    return int(route.label), tuple(map(int, route.alternatives))


def test_an_import_sends_citizens_nothing_and_tells_units_what_they_got(bring, tmp_path):
    file = a_csv(tmp_path / "a.csv", (*ROW, "12.03.01"), headings=(*HEADINGS, "category"))

    bring(file, dispatch=True, person="dispatcher1")

    assert set(Outbox.objects.values_list("topic", flat=True)) == {"unit-assigned"}


def test_without_dispatch_cases_wait_for_review_with_a_proposal_and_days_of_time(bring, tmp_path):
    bring(a_csv(tmp_path / "a.csv", (*ROW, "12.03.01"), headings=(*HEADINGS, "category")))

    case = Petition.objects.get()
    assert case.state == CaseState.PENDING_REVIEW
    assert (case.proposed_department is None, case.route_reasons == []) == (False, False)
    assert (case.due_at - timezone.now()).days in (6, 7)


def test_danger_is_not_dispatched_in_a_heap(bring, tmp_path):
    file = a_csv(
        tmp_path / "a.csv",
        (*a_row(body="江北区望河街道柳堤路燃气泄漏，已经有人中毒昏迷，快来人!"), "17.02.01"),
        headings=(*HEADINGS, "category"),
    )

    bring(file, dispatch=True, person="dispatcher1")

    assert Petition.objects.get().state == CaseState.PENDING_REVIEW


def test_what_nobody_is_sure_of_waits_for_a_person(bring, tmp_path):
    bring(a_csv(tmp_path / "a.csv", ROW), dispatch=True, person="dispatcher1")

    assert Petition.objects.get().state == CaseState.PENDING_REVIEW


@pytest.mark.parametrize("person", [None, "nobody", "operator1"])
def test_dispatching_needs_somebody_who_may(bring, tmp_path, person):
    with pytest.raises(CommandError):
        bring(a_csv(tmp_path / "a.csv", ROW), dispatch=True, person=person)

    assert not Petition.objects.exists()


def test_an_old_reply_ends_the_case_when_a_desk_officer_imports_it(bring, tmp_path):
    headings = (*HEADINGS, "答复意见", "答复时间")
    file = a_csv(tmp_path / "a.csv", (*ROW, "您好，路灯已修复。", "2019/3/5"), headings=headings)

    bring(file, person="operator1")

    case = Petition.objects.get()
    assert (case.state, case.answer) == (CaseState.ANSWERED, "您好，路灯已修复。")


def test_an_old_reply_without_such_a_person_stays_with_the_case(bring, tmp_path):
    file = a_csv(tmp_path / "a.csv", (*ROW, "您好，路灯已修复。"), headings=(*HEADINGS, "答复意见"))

    bring(file)

    case = Petition.objects.get()
    assert (case.state, case.answer) == (CaseState.PENDING_REVIEW, "")
    assert case.events.get(action="create").data["reply"] == "您好，路灯已修复。"


def test_imported_cases_are_found_by_a_word(bring, tmp_path):
    bring(a_csv(tmp_path / "a.csv", ROW, a_row(1002, title="垃圾", body="垃圾三天没有清运")))

    assert [case.external_id for case in matching(Petition.objects.all(), "路灯")] == ["1001"]


def test_the_job_row_tells_how_far_it_came(bring, tmp_path):
    bring(a_csv(tmp_path / "a.csv", *(a_row(n) for n in range(7))), batch=3)

    job = Job.objects.get()
    assert (job.kind, job.state, job.done, job.total) == ("import_messages", Job.State.DONE, 7, 7)
    assert job.result == {"new": 7, "there_already": 0, "problems": 0}


def test_the_number_of_statements_does_not_grow_with_the_rows(bring, tmp_path, django_assert_max_num_queries):
    rows = [(*a_row(n, user=f"U{n}"), "12.03.01") for n in range(60)]
    file = a_csv(tmp_path / "a.csv", *rows, headings=(*HEADINGS, "category"))

    with django_assert_max_num_queries(70):
        bring(file, dispatch=True, person="dispatcher1", batch=60)

    assert Petition.objects.filter(state=CaseState.IN_PROGRESS).count() == 60
