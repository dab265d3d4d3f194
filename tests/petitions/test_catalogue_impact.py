"""What a draft would change, by deciding the cases of the last weeks again."""

from datetime import timedelta

import pytest
from django.db import connection

from petitions import errors
from petitions.models import Job, Petition
from petitions.queries import catalogue_impact as past
from petitions.services import catalogue, catalogue_impact
from petitions.services.dispatch import Order, dispatch, pass_review
from routing.drafts import Wording
from routing.models import Area, CatalogueVersion, Department, Parameter
from tests import make

LAMPS = "12.03.01"
LATER = make.NOW + timedelta(days=1)


@pytest.fixture
def draft(city) -> CatalogueVersion:
    """Street lamps go to the street offices, all others stay."""
    center = make.a_center()
    version = catalogue.start(actor=center, now=make.NOW)
    entry = version.entries.get(category__code=LAMPS)
    wording = Wording(**{**Wording.of(entry).__dict__, "main_kind_id": "street.office", "tier": "U"})
    catalogue.keep(version.pk, wording, entry_id=entry.pk, actor=center)
    return version


def a_lamp_call(street: str = "LJ0101", **more) -> Petition:
    return make.a_call(category_code=LAMPS, area_id=Area.objects.get(code=street).pk, **more)


def preview(draft, **more) -> Job:
    return catalogue_impact.start(draft.pk, actor=make.a_center(), now=LATER, **more)


def moves(job: Job) -> list[tuple]:
    return [(move["from"], move["to"], move["count"]) for move in job.result["moves"]]


def test_it_says_how_many_cases_would_go_from_whom_to_whom(draft):
    for street in ("LJ0101", "LJ0101", "LJ0102", "LJ0201"):
        a_lamp_call(street)
    make.a_call()

    job = preview(draft)

    assert job.state == Job.State.DONE
    assert moves(job) == [
        ("江北区城管委", "望河街道", 2),
        ("江北区城管委", "临湖街道", 1),
        ("江南区城管委", "清平街道", 1),
    ]
    assert (job.result["cases"], job.result["moved"]) == (5, 4)
    assert job.result["tiers"] == [["N", "U", 4]]
    assert job.result["moves"][0]["leaves"] == [["路灯不亮", 2]]
    assert len(job.result["moves"][0]["cases"]) == 2


def test_a_case_without_a_place_goes_to_a_person(draft):
    make.a_call(category_code=LAMPS, text="路灯坏了", address="")

    assert moves(preview(draft)) == []


def test_only_cases_of_the_asked_days_count_and_probes_never(draft):
    a_lamp_call(now=make.NOW - timedelta(days=40))
    a_lamp_call()
    probe = a_lamp_call()
    Petition.objects.filter(pk=probe.pk).update(is_probe=True)

    assert preview(draft, days=30).result["cases"] == 1
    assert preview(draft, days=90).result["cases"] == 2


def test_it_says_how_often_each_edition_names_the_unit_that_really_had_the_case(draft):
    office = Department.objects.get(code="LJ0101-OFFICE")
    case = a_lamp_call()
    pass_review(case.pk, actor=make.a_reviewer(), now=make.NOW)
    dispatch(case.pk, Order(main_id=office.pk), actor=make.a_dispatcher(), now=make.NOW)

    result = preview(draft).result

    assert (result["sent"], result["right_before"], result["right_after"]) == (1, 0, 1)


def test_conditions_are_judged_by_the_hour_of_each_case(draft):
    night = catalogue.draft().entries.get(category__code="10.02.01", conditions={"hours": "22:00-06:00"})
    wording = Wording(**{**Wording.of(night).__dict__, "main_kind_id": "district.police"})
    catalogue.keep(draft.pk, wording, entry_id=night.pk, actor=make.a_center())
    place = Area.objects.get(code="LJ0101").pk
    make.a_call(category_code="10.02.01", area_id=place)
    make.a_call(category_code="10.02.01", area_id=place, now=make.NOW - timedelta(hours=11))

    assert moves(preview(draft)) == [("江北区城管委", "江北区公安分局", 1)]


# ── many cases: a job ──
@pytest.fixture
def only_two_at_once(city):
    Parameter.objects.update_or_create(key="catalogue.preview_at_once", defaults={"value": 2})


def test_many_cases_become_a_job_that_the_worker_carries_out(draft, only_two_at_once):
    for _ in range(3):
        a_lamp_call()

    job = preview(draft)
    assert (job.state, job.total) == (Job.State.WAITING, 3)
    with pytest.raises(errors.PreviewRunning):
        preview(draft)
    assert catalogue_impact.run_waiting() == 1
    assert catalogue_impact.run_waiting() == 0

    job.refresh_from_db()
    assert (job.state, job.done, moves(job)) == (Job.State.DONE, 3, [("江北区城管委", "望河街道", 3)])


def test_a_job_that_a_killed_worker_left_is_taken_up_again(draft, only_two_at_once):
    for _ in range(3):
        a_lamp_call()
    job = preview(draft)
    job.state, job.done = Job.State.RUNNING, 2
    job.save()

    assert catalogue_impact.run_waiting() == 1
    job.refresh_from_db()
    assert (job.state, job.result["cases"]) == (Job.State.DONE, 3)


def test_a_job_that_another_worker_holds_is_left_to_it(draft, only_two_at_once):
    for _ in range(3):
        a_lamp_call()
    job = preview(draft)
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [f"{catalogue_impact.KIND}:{job.pk}"])
        assert catalogue_impact.run_waiting() == 0
        with other.cursor() as cursor:  # closing alone lets go only when the server has noticed
            cursor.execute("SELECT pg_advisory_unlock_all()")
    finally:
        other.close()
    assert catalogue_impact.run_waiting() == 1


def test_a_cancelled_job_is_not_carried_out(draft, only_two_at_once):
    for _ in range(3):
        a_lamp_call()
    job = preview(draft)

    catalogue_impact.cancel(job.pk, actor=make.a_center())

    assert catalogue_impact.run_waiting() == 0
    job.refresh_from_db()
    assert (job.state, job.result) == (Job.State.CANCELLED, {})


def test_batches_leave_nobody_out_where_many_came_in_at_the_same_moment(city):
    for _ in range(5):
        a_lamp_call()

    found = list(past.batches(make.NOW - timedelta(days=1), LATER, size=2))

    assert [len(batch) for batch in found] == [2, 2, 1]
    assert len({case.pk for batch in found for case in batch}) == 5


def test_only_editors_may_preview(draft):
    with pytest.raises(errors.NotYours):
        catalogue_impact.start(draft.pk, actor=make.a_dispatcher(), now=LATER)
