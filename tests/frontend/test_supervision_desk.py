"""督办台: what is late and by how much, what keeps coming back, 催办 of many at once, and the proof to print."""

from datetime import timedelta

import pytest
from django.utils import timezone

from frontend.distance import distance
from petitions.insight import scorecard, windows
from petitions.insight.models import Tally
from petitions.models import Disclosure, Petition, Supervision
from petitions.queries import supervision as desk
from petitions.services import supervision as supervising
from petitions.services.clock import local
from petitions.states import CaseState
from routing import rulebook
from tests import make

JSON = {"HTTP_ACCEPT": "application/problem+json"}


def overview(now=make.NOW, staff=None) -> desk.Overview:
    return desk.overview(staff or make.a_supervisor(), rulebook.current(), now=now)


def buckets_of(now) -> dict[str, int]:
    return {name: count for name, count in overview(now).tabs.items() if count and name in desk.BUCKETS}


@pytest.mark.parametrize(
    ("moment", "bucket"),
    [
        (timedelta(days=1), ""),
        (timedelta(days=5), "h72"),
        (timedelta(days=6, hours=12), "h24"),
        (timedelta(days=6, hours=23), "h2"),
        (timedelta(days=7), "h2"),
        (timedelta(days=7, seconds=1), "over"),
        (timedelta(days=14) - timedelta(seconds=1), "over"),
        (timedelta(days=14), "double"),
        (timedelta(days=21), "triple"),
    ],
)
def test_a_part_is_in_one_column_by_how_late_it_is(city, moment, bucket):
    """The limit of the case is seven days."""
    make.a_case()

    assert buckets_of(make.NOW + moment) == ({bucket: 1} if bucket else {})


def test_each_unit_has_its_line_the_worst_first_and_each_cell_opens_its_list(city):
    calm, late = make.a_unit(), make.a_unit()
    make.a_case(unit=calm, now=make.later(days=3))
    mine = [make.a_case(unit=late), make.a_case(unit=late)]
    now = make.later(days=8)

    seen = overview(now)

    assert [(line.unit, sum(line.counts)) for line in seen.lines] == [(late.name, 2), (calm.name, 1)]
    found = desk.parts_of(make.a_supervisor(), "over", rulebook.current(), now=now, unit=late.pk, after="")
    assert [part.petition for part in found.rows] == mine


def test_what_keeps_coming_back_is_found(city):
    calm, urged = make.a_case(phone="13900000001"), make.a_case(phone="13900000002")
    for phone in ("13700000001", "13700000002"):
        make.a_call(phone=phone, handling=make.Handling(way="merge", lead_id=urged.pk))
    often = [make.a_case(phone="13900000003", state=CaseState.PENDING_REVIEW) for _ in range(3)]
    unsolved = make.a_case(phone="13900000004", state=CaseState.PENDING_CALLBACK)
    make.callback.record(unsolved.pk, actor=make.a_caller_back(), result="reached", said=make.UNSATISFIED, now=make.NOW)
    staff, rules = make.a_supervisor(), rulebook.current()

    found = {
        tab: {c.pk for c in desk.cases_of(staff, tab, rules, now=make.NOW, after="").rows} for tab in desk.CASE_TABS
    }

    assert found["again"] == found["group"] == {urged.pk}
    assert found["callers"] == {case.pk for case in often}
    assert found["unsolved"] == {unsolved.pk}
    assert found["hard"] == set()
    assert {tab: overview(staff=staff).tabs[tab] for tab in found} == {tab: len(rows) for tab, rows in found.items()}
    assert calm.pk not in set().union(*found.values())


@pytest.mark.parametrize("rows", [1, 3])
def test_the_desk_costs_the_same_with_one_case_and_with_three(city, client, rows, django_assert_num_queries):
    staff, late = make.a_supervisor(), timezone.now() - timedelta(days=8)
    for _ in range(rows):
        case = make.a_case(now=late)
        supervising.raise_and_issue(case.pk, actor=staff, level="notice", reason="超期", now=late)
    client.force_login(staff)
    client.get("/supervise/")

    with django_assert_num_queries(20):
        page = client.get("/supervise/")

    assert page.content.decode().count('name="part"') == rows


def test_ticked_cases_are_urged_at_once_and_each_refusal_has_its_case(city, client):
    staff, late = make.a_supervisor(), timezone.now() - timedelta(days=8)
    cases = [make.a_case(now=late) for _ in range(3)]
    parts = [make.main(case).pk for case in cases]
    supervising.raise_and_issue(cases[0].pk, actor=staff, level="notice", reason="已催", now=late)
    client.force_login(staff)

    answer = client.post("/supervise/urge/", {"tab": "over", "part": parts, "reason": "请立即办理"}, follow=True)

    said = answer.content.decode()
    assert "已催办 2 家" in said
    assert f"{cases[0].no}：" in said, "the one that is running already says so under its number"
    assert Supervision.objects.filter(reason="请立即办理").count() == 2
    assert {s.acknowledged_at for s in Supervision.objects.all()} == {None}
    assert all(case.outbox.filter(topic="supervision-issued").count() == 1 for case in cases)


def test_urging_nothing_or_without_a_reason_is_refused_with_its_sentence(city, client):
    client.force_login(make.a_supervisor())

    nothing = client.post("/supervise/urge/", {"reason": "请办理"})
    wordless = client.post("/supervise/urge/", {"part": ["1"], "reason": ""}, **JSON)

    assert (nothing.status_code, "请至少选一件。" in nothing.content.decode()) == (422, True)
    assert wordless.json()["errors"] == [{"field": "reason", "detail": "请写明理由。"}]


def test_the_desk_is_for_supervisors(city, client):
    client.force_login(make.a_dispatcher())

    assert client.get("/supervise/").status_code == 403


def test_the_pack_shows_the_whole_history_without_the_number_and_keeps_who_took_it(city, client):
    case, staff = make.a_case(state=CaseState.CLOSED), make.a_supervisor()
    client.force_login(staff)

    page = client.get(f"/cases/{case.no}/pack/").content.decode()

    assert "哈希链校验通过" in page
    assert make.PHONE not in page
    assert Disclosure.objects.filter(petition=case, staff=staff, what="pack").count() == 1


def test_a_broken_history_is_said_on_the_pack(city, client):
    case = make.a_case()
    Petition.objects.filter(pk=case.pk).update(event_hash="0" * 64)
    client.force_login(make.a_supervisor())

    page = client.get(f"/cases/{case.no}/pack/").content.decode()

    assert "哈希链校验通过" not in page


def test_the_units_own_desk_shows_what_it_has_not_signed_for(city, client):
    unit = make.a_unit()
    case, staff = make.a_case(unit=unit), make.a_supervisor()
    issued = supervising.raise_and_issue(case.pk, actor=staff, level="red", reason="超期", now=make.NOW)
    head = make.a_head(of=unit)
    client.force_login(head)
    assert "1 件督办等着签收" in client.get("/unit/").content.decode()

    supervising.acknowledge(issued.pk, actor=head, now=make.NOW)

    assert "督办等着签收" not in client.get("/unit/").content.decode()
    assert desk.unsigned_by(make.a_head(of=make.a_unit())) == []


def test_units_stand_by_their_distance_to_the_target_the_farthest_first(city, client):
    """Two units closed forty cases each, one of them ten too late; a third closed three, too few to be compared."""
    now, book = timezone.now(), rulebook.current()
    prompt, slow, small = (make.a_unit() for _ in range(3))
    Tally.objects.create(**tally_of(small, now, closed=3, late=3))
    assert [bar.percent for bar in distance(book, now=now).bars] == ["0.0%"]  # nobody else: for orientation
    for unit, late in ((prompt, 0), (slow, 10)):
        Tally.objects.create(**tally_of(unit, now, closed=40, late=late))

    found, names = distance(book, now=now), scorecard.units()
    client.force_login(make.a_supervisor())
    page = client.get("/supervise/").content.decode()

    assert [bar.name for bar in found.bars] == [names[slow.pk].name, names[prompt.pk].name]
    assert (found.units, found.short, found.bars[0].percent) == (2, 1, "75.0%")
    assert found.bars[0].name in page.split('id="distance"')[1] and "figure=closed_late" in page
    assert client.get(found.bars[0].href).status_code == client.get(found.bars[0].board).status_code == 200


def tally_of(unit, now, *, closed: int, late: int) -> dict:
    today = local(now).date()
    nothing = dict.fromkeys(("amount", "contacted", "solved", "partly", "satisfied", "basically"), 0)
    said = {"kind": "closed", "assessment": "three_rates", "excluded": False, "not_counted": False}
    half = windows.days(today, today).first
    return {"half": half, "department": unit, "n": closed, "good": closed - late} | said | nothing
