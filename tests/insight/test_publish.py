"""A published period is sealed: recomputed from events it gives the same figures, and only a correction may follow."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, InternalError, connection, transaction

from petitions import errors
from petitions.insight import publish, windows
from petitions.insight.models import Period, Publication, Score
from petitions.services import requests
from petitions.states import CaseState
from tests import make

AFTER = make.NOW + timedelta(days=60)


@pytest.fixture
def period(city):
    window = windows.assessment_period(make.NOW.date() + timedelta(days=31), 19)
    return Period.objects.create(
        kind="assessment", name="2026 年 12 月考核期", first_half=window.first, end_half=window.end
    )


def line(publication, unit, calibre="B") -> Score:
    return publication.scores.get(department=unit, calibre=calibre)


def test_what_was_published_can_be_recomputed_from_events(period):
    unit = make.a_unit()
    for _ in range(3):
        make.a_case(state=CaseState.CLOSED, unit=unit)

    publication = publish.publish(period, actor=make.a_supervisor(), now=AFTER)

    score = line(publication, unit)
    assert (score.counts["valid"], score.composite, score.rank) == (3, 100.0, None)
    assert list(publish.verify(publication)) == []


def test_what_happens_later_does_not_change_it_and_a_correction_is_appended(period):
    unit = make.a_unit()
    case = make.a_case(state=CaseState.PENDING_CALLBACK, unit=unit)
    first = publish.publish(period, actor=make.a_supervisor(), now=AFTER)

    make._called(case, make.NOW + timedelta(days=1))
    with pytest.raises(errors.NoReason):
        publish.publish(period, actor=make.a_supervisor(), now=AFTER)
    second = publish.publish(period, actor=make.a_supervisor(), now=AFTER, reason="补录一件回访")

    assert (line(first, unit).counts["valid"], line(second, unit).counts["valid"]) == (0, 1)
    assert [list(publish.verify(p)) for p in (first, second)] == [[], []]
    assert (second.number, second.prev_hash) == (1, first.hash)


def test_the_database_refuses_to_change_a_published_line(period):
    make.a_case(state=CaseState.CLOSED)
    publication = publish.publish(period, actor=make.a_supervisor(), now=AFTER)

    for act in (
        lambda: Score.objects.update(composite=100),
        lambda: Score.objects.filter(publication=publication).delete(),
        lambda: Publication.objects.update(reason="改一改"),
    ):
        with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
            act()


def test_a_line_changed_behind_the_back_of_the_database_is_found(period):
    unit = make.a_unit()
    make.a_case(state=CaseState.CLOSED, unit=unit)
    publication = publish.publish(period, actor=make.a_supervisor(), now=AFTER)

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # a superuser who switches the guards off
        cursor.execute("UPDATE insight_score SET composite = 12.3 WHERE department_id = %s", [unit.pk])
        cursor.execute("SET LOCAL session_replication_role = origin")

    found = list(publish.verify(publication))
    assert any("封存校验不符" in line for line in found)
    assert any("重算结果不同" in line for line in found)


def test_an_exclusion_takes_effect_with_its_third_tier_and_shows_in_the_other_calibre(period):
    unit = make.a_unit()
    case = make.a_case(unit=unit)
    part = make.main(case)
    asked = requests.file(
        part.pk,
        kind="exclusion",
        actor=make.a_handler(of=unit),
        reason="不属实",
        evidence="现场记录",
        subtype="无事实依据",
        now=make.NOW,
    )
    requests.approve(asked.pk, actor=make.a_head(of=unit), now=make.NOW)
    before = publish.publish(period, actor=make.a_supervisor(), now=AFTER)
    requests.approve(asked.pk, actor=make.a_person("reviewer"), now=make.NOW)
    requests.approve(asked.pk, actor=make.a_center(), now=make.NOW)
    after = publish.publish(period, actor=make.a_supervisor(), now=AFTER, reason="剔除已批准")

    assert line(before, unit).counts["received"] == 1
    assert not after.scores.filter(department=unit, calibre="B").exists()
    assert line(after, unit, "A").counts["received"] == 1


def test_only_a_finished_period_is_published_and_only_by_supervisors(period):
    with pytest.raises(errors.PeriodStillRuns):
        publish.publish(period, actor=make.a_supervisor(), now=make.NOW)
    with pytest.raises(errors.NotYours):
        publish.publish(period, actor=make.an_operator(), now=AFTER)
