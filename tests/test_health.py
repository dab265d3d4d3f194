"""The health report: true, readable, and useful to somebody who has to act on it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from backend import health
from nlp.models import TrainedModel
from petitions.models import Outbox

pytestmark = pytest.mark.django_db


def an_outbox_row(*, waiting_for: timedelta) -> Outbox:
    since = timezone.now() - waiting_for
    return Outbox.objects.create(key=f"test {waiting_for}", topic="sms", next_try_at=since, made_at=since)


def test_a_system_without_a_model_says_so_and_what_to_do(client):
    TrainedModel.objects.all().delete()
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json() == {
        "healthy": False,
        "issues": ["no text model is trained, so nothing is classified"],
        "actions": ["run `python manage.py train`"],
    }


def test_an_outbox_that_nobody_works_is_a_finding():
    an_outbox_row(waiting_for=timedelta(minutes=5))
    assert [finding.issue for finding in health.outbox()] == ["the outbox is 300 s behind"]


def test_an_outbox_a_few_seconds_behind_is_well():
    an_outbox_row(waiting_for=timedelta(seconds=5))
    assert list(health.outbox()) == []


def test_a_database_with_all_its_tables_has_no_missing_migration():
    assert list(health.migrations()) == []


def test_a_dead_database_is_reported_and_ends_the_examination(caplog):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 1; SET LOCAL lock_timeout = 1")
        with pytest.raises(Exception, match="timeout"):
            cursor.execute("SELECT pg_sleep(1)")
    findings = health.examine()  # the transaction is broken now: every statement is refused
    assert [finding.issue for finding in findings] == ["the database refuses (InternalError)"]


def test_the_report_needs_no_login_but_refuses_to_be_posted_to(client):
    assert client.post("/healthz").status_code == 405
