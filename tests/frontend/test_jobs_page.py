"""作业: whose jobs are shown, how far they are, stopping them, what they leave behind."""

import re
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from petitions.models import Job, Lookup
from petitions.services import exporting, job_files
from petitions.services.importing import run as importing
from tests import make
from tests.frontend.logging_in import client_of


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def owner(city):
    return make.an_operator()


def a_job(owner, *, state=Job.State.RUNNING, kind=exporting.KIND, **said) -> Job:
    now = timezone.now()
    ended = now if state in ("done", "failed", "cancelled") else None
    started = now - timedelta(minutes=1)
    common = {"done": 30, "total": 90, "params": {"form": "csv"}, "started_at": started, "ended_at": ended}
    return Job.objects.create(owner=owner, kind=kind, state=state, **common | said)


def test_a_job_says_how_far_how_fast_and_how_long_still(owner):
    a_job(owner)
    page = client_of(owner).get("/jobs/").content.decode()

    assert 'max="90" value="30"' in page
    assert "30 / 90" in page
    assert re.search("每分钟 (2[5-9]|30)", page), "a minute ago, and what the page took since"
    assert "还要约 2 分钟" in page


def test_own_jobs_are_shown_and_all_of_them_to_supervisors_and_administrators(owner):
    job = a_job(owner)
    for role, sees in (("operator", []), ("handler", []), ("supervisor", [job.pk]), ("admin", [job.pk])):
        page = client_of(make.a_person(role)).get("/jobs/?whose=all")
        assert [line.job.pk for line in page.context["lines"]] == sees, role
    assert client_of(make.a_supervisor()).get("/jobs/").context["lines"] == []


def test_every_page_counts_ones_own_jobs_that_go_on(owner):
    client = client_of(owner)
    assert 'id="jobs-now"' in client.get("/cases/").content.decode()
    assert "个作业进行中" not in client.get("/cases/").content.decode()

    a_job(owner), a_job(owner, state=Job.State.WAITING), a_job(owner, state=Job.State.DONE)
    a_job(make.a_supervisor())

    assert "2 个作业进行中" in client.get("/cases/").content.decode()
    fragment = client.get("/jobs/now/").content.decode()
    assert "2 个作业进行中" in fragment and "<html" not in fragment
    assert "job-changed from:body" in fragment and "every 10s" in fragment


@pytest.mark.parametrize(
    ("role", "state"), [("admin", "cancelled"), ("supervisor", "running"), ("operator", "running")]
)
def test_a_job_is_stopped_by_its_owner_or_an_administrator(owner, role, state):
    job = a_job(owner)
    client_of(make.a_person(role)).post(f"/jobs/{job.pk}/stop/")
    job.refresh_from_db()
    assert job.state == state

    client_of(owner).post(f"/jobs/{job.pk}/stop/")
    job.refresh_from_db()
    assert job.state == "cancelled"


def test_an_import_is_not_stopped_half_way(owner):
    job = a_job(owner, kind=importing.KIND)
    page = client_of(owner).post(f"/jobs/{job.pk}/stop/", follow=True)

    assert "不能中途取消" in page.content.decode()
    job.refresh_from_db()
    assert job.state == "running"


def test_rows_that_an_import_could_not_take_are_fetched_by_whoever_brought_them(owner):
    name = job_files.keep(ContentFile("行,原因\n3,没有内容\n".encode()), "csv")
    result = {"new": 2, "there_already": 0, "problems": 1, "file": name}
    job = a_job(owner, kind=importing.KIND, state=Job.State.DONE, done=90, result=result)

    assert "有问题 1 行" in client_of(owner).get("/jobs/").content.decode()
    assert "没有内容" in client_of(owner).get(f"/jobs/{job.pk}/file/").content.decode()
    assert client_of(make.a_person("admin")).get(f"/jobs/{job.pk}/file/").status_code == 404
    assert [(row.staff_id, row.said, row.found) for row in Lookup.objects.all()] == [(owner.pk, {"job": job.pk}, 1)]


def test_files_are_thrown_away_when_their_time_is_over(owner):
    name = job_files.keep(ContentFile(b"x"), "csv")
    job = a_job(owner, state=Job.State.DONE, done=90, result={"file": name, "rows": 1})

    assert job_files.forget_old(now=timezone.now() + timedelta(days=6)) == 0
    assert job_files.forget_old(now=timezone.now() + timedelta(days=8)) == 1
    page = client_of(owner).get(f"/jobs/{job.pk}/file/")
    assert (page.status_code, "已过保存期" in page.content.decode()) == (410, True)


def test_the_page_costs_the_same_with_one_job_and_with_five(owner, django_assert_num_queries):
    client = client_of(owner)
    a_job(owner)
    client.get("/jobs/")
    with django_assert_num_queries(4):
        client.get("/jobs/")
    for _ in range(4):
        a_job(owner, kind="report")
    with django_assert_num_queries(5):
        client.get("/jobs/")


def test_a_failed_job_says_why_and_an_empty_page_says_what_belongs_here(owner):
    assert "您没有后台作业" in client_of(owner).get("/jobs/").content.decode()
    a_job(owner, state=Job.State.FAILED, error="没有中文字体，生成不了 PDF。")
    assert "没有中文字体" in client_of(owner).get("/jobs/").content.decode()
