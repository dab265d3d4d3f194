"""Calls about one outage hardly share a word: where they come from and what they were filed under says it."""

import pytest

from petitions.insight.issues import joining, nightly
from petitions.insight.models import HotIssue
from petitions.models import Petition
from routing.models import Area, Category
from tests import make
from tests.insight.issue_texts import a_call, issue_of, learn

OUTAGE = (
    "家里突然没水了，问了邻居都是一样，请问怎么回事。",
    "从今天上午开始停水，没有任何通知，什么时候能来水？",
    "整栋楼没水，听说是管道破了，想知道有没有送水车。",
    "水压越来越小，现在完全没有了，麻烦催一下供水公司。",
)


@pytest.fixture(autouse=True)
def learned(city):
    learn()


def calls(community: Area, *, first: int):
    matter = Category.objects.get(name="停水")
    cases = [a_call(text, number) for number, text in enumerate(OUTAGE, start=first)]
    Petition.objects.filter(pk__in=[case.pk for case in cases]).update(area=community, category=matter)
    return cases


def two_communities() -> tuple[Area, Area]:
    """In different streets."""
    here = Area.objects.filter(level="community").first()
    return here, Area.objects.filter(level="community").exclude(parent=here.parent).first()


def test_an_outage_is_one_issue_within_seconds_and_another_streets_is_another():
    here, across = two_communities()
    first = calls(here, first=0)
    joining.ring(now=make.NOW)
    assert {(issue_of(case).messages, issue_of(case).in_short) for case in first} == {(4, f"{here.name} 停水")}

    second = calls(across, first=20)
    joining.ring(now=make.NOW)
    assert len({issue_of(case) for case in first}) == len({issue_of(case) for case in second}) == 1
    assert issue_of(first[0]) != issue_of(second[0])


def test_the_night_puts_right_what_was_filed_at_the_wrong_place():
    here, across = two_communities()
    cases = calls(here, first=0)
    Petition.objects.filter(pk=cases[2].pk).update(area=across)
    joining.ring(now=make.NOW)
    assert issue_of(cases[2]) != issue_of(cases[0])

    Petition.objects.filter(pk=cases[2].pk).update(area=here)
    nightly.run(now=make.NOW)
    assert len({issue_of(case) for case in cases}) == 1


def test_in_short_an_issue_is_called_what_people_called_it_or_by_its_title(city):
    community, _ = two_communities()
    matter = Category.objects.get(name="停水")
    known = {"title": "从今天上午开始停水，什么时候能来水？", "area": community, "category": matter}
    said = [
        HotIssue(**known).in_short,
        HotIssue(**known | {"object": "云栖里小区"}).in_short,
        HotIssue(**known | {"name": "云栖里一带停水"}).in_short,
        HotIssue(**known | {"area": None}).in_short,
    ]
    assert said == [f"{community.name} 停水", "云栖里小区 停水", "云栖里一带停水", known["title"]]
