"""Hot issues in the running city: found within a ring, put right at night, and what people decide stays."""

import pytest

from petitions.insight.issues import editing, joining, nightly
from petitions.insight.models import HotIssue, IssueMember, Unread
from petitions.services import review
from petitions.states import CaseState
from tests import make
from tests.insight.issue_texts import NOISE, WATER, a_call, issue_of, learn


@pytest.fixture(autouse=True)
def learned(city):
    learn()


def test_a_new_case_joins_the_issue_that_it_is_about_or_starts_one():
    first, second, third = (a_call(text, number) for number, text in enumerate(NOISE[:3]))
    other = a_call(WATER[0], 9)

    assert joining.ring(now=make.NOW) == 4

    issue = issue_of(first)
    assert issue_of(second) == issue_of(third) == issue != issue_of(other)
    assert (issue.messages, issue.citizens, issue.recent) == (3, 3, 3)
    assert IssueMember.objects.get(petition=third).reasons, "a case says why it belongs"
    assert (joining.ring(now=make.NOW), Unread.objects.count(), HotIssue.objects.count()) == (0, 0, 2)


def test_somebody_who_writes_often_counts_once(city):
    for _ in range(3):
        a_call(NOISE[0], 1)
    other = a_call(NOISE[1], 2)
    joining.ring(now=make.NOW)

    issue = issue_of(other)
    assert (issue.messages, issue.citizens, issue.returning) == (4, 2, 1)


def test_drafts_test_calls_and_invalid_cases_are_no_messages(city):
    a_call(NOISE[0], 1, state=CaseState.DRAFT)
    case = a_call(NOISE[1], 2)
    joining.ring(now=make.NOW)
    assert IssueMember.objects.get().petition == case

    review.mark_invalid(case.pk, reason="无实际内容", actor=make.a_reviewer(), now=make.NOW)
    joining.ring(now=make.NOW)
    assert (IssueMember.objects.count(), HotIssue.objects.get().messages) == (0, 0)


def test_the_night_brings_together_what_came_apart_and_changes_nothing_twice(city):
    noise = [a_call(text, number) for number, text in enumerate(NOISE)]
    water = a_call(WATER[0], 9)
    joining.ring(now=make.NOW)
    keeps = issue_of(noise[0])
    alone = HotIssue.objects.create(title="分开了的")
    IssueMember.objects.filter(petition=noise[3]).update(issue=alone)

    first = nightly.run(now=make.NOW)

    assert {issue_of(case) for case in noise} == {keeps}
    assert issue_of(water) != keeps
    alone.refresh_from_db()
    assert (alone.state, alone.merged_into) == ("merged", keeps)
    assert (first.moved, nightly.run(now=make.NOW).moved) == (1, 0)


def test_cases_from_before_the_notes_are_taken_in_by_the_night(city):
    cases = [a_call(text, number) for number, text in enumerate(NOISE)]
    Unread.objects.all().delete()

    night = nightly.run(now=make.NOW)

    assert (night.adopted, len({issue_of(case) for case in cases})) == (4, 1)
    assert HotIssue.objects.get().citizens == 4


def test_what_a_person_put_together_or_apart_stays_over_night(city):
    analyst = make.a_person("analyst")
    noise, water = (
        [a_call(text, number + start) for number, text in enumerate(texts)]
        for start, texts in ((0, NOISE), (50, WATER))
    )
    joining.ring(now=make.NOW)
    together = issue_of(noise[0])
    editing.merge(together.pk, issue_of(water[0]).pk, actor=analyst, reason="同一家物业", now=make.NOW)
    split = editing.split(together.pk, [noise[1].pk], actor=analyst, reason="另一个工地", now=make.NOW)

    nightly.run(now=make.NOW)
    late = a_call(NOISE[2], 70)
    joining.ring(now=make.NOW)

    stay = {issue_of(case) for case in [*noise, *water] if case != noise[1]}
    assert stay == {together}
    assert issue_of(noise[1]) == split.other
    assert issue_of(late) == together


def test_an_issue_that_stays_alone_over_its_first_night_counts_its_case(city):
    noise = [a_call(text, number) for number, text in enumerate(NOISE)]
    alone = a_call(WATER[0], 9)
    Unread.objects.all().delete()

    nightly.run(now=make.NOW)

    assert [(row.messages, row.citizens, row.last_at) for row in (issue_of(noise[0]), issue_of(alone))] == [
        (4, 4, make.NOW),
        (1, 1, make.NOW),
    ]


def test_an_issue_is_called_by_what_says_where_and_what(city):
    clause = "柳林街道和顺家园二期工地每天夜里十一点还在打桩，整栋楼都睡不着"
    empty = a_call(NOISE[0], 1, title="有个情况想请教")
    joining.ring(now=make.NOW)
    assert issue_of(empty).title == clause, "nobody's title says anything"

    called = a_call(NOISE[0], 2, title="和顺家园二期工地半夜打桩")
    joining.ring(now=make.NOW)
    nightly.run(now=make.NOW)
    assert issue_of(empty) == issue_of(called)
    assert issue_of(empty).title == called.title

    analyst = make.a_person("analyst")
    split = editing.split(issue_of(empty).pk, [empty.pk], actor=analyst, reason="看错了", now=make.NOW)
    assert split.other.title == clause
