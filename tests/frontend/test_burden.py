"""The burden rule, counted on the rendered forms: an operator at most 8 fields, a clerk at most 6, nothing twice.

One complaint walks through all hands. At every desk the page is fetched, its form is read as a person sees it, filled
in and posted. A field that stands filled is not asked; a field that a person has filled before must stand filled.
"""

import re

import pytest

from petitions.models import Petition
from petitions.states import CaseState
from tests import make
from tests.frontend.reading import Form, form_at

OPERATOR_MOST, CLERK_MOST = 8, 6
SAID = {
    "text": "柳荫里小区南侧的路灯坏了三天，晚上看不见路。",
    "address": "江北区望河街道柳荫里小区",
    "name": "王女士",
    "phone": "13800001167",
    "category": make.LEAF,
    "way": "review",
    "how": "site",
    "public_answer": "您好，已到现场更换灯头，路灯恢复照明。",
    "solved": "yes",
    "note": "",
}
# What each desk judges anew is not a repetition: the citizen's own words at call-back are the point of calling back.
JUDGED_ANEW = {"solved", "contacted", "satisfaction", "reason", "verbatim", "attitude", "rehandle", "result"}


class Walk:
    """The complaint and what was asked of whom on its way."""

    def __init__(self, client):
        self.client = client
        self.asked: list[tuple[str, str]] = []  # (desk, field)

    def fill_in(self, desk: str, person, page: str, where: str, **more) -> Form:
        """Fetch a page as this person, note what its form asks, send it with what a person would write.

        `more` is what a person writes although something stands there already; it counts as asked.
        """
        self.client.force_login(person)
        form = form_at(self.client.get(page).content.decode(), where)
        wanted = [control.name for control in form.shown() if control.is_asked or control.name in more]
        self.asked += [(desk, name) for name in wanted]
        data = form.hidden | {name: control.value for name, control in form.controls.items() if control.value}
        data |= {name: SAID[name] for name in wanted if name in SAID} | more
        answer = self.client.post(form.action or page, data)
        assert answer.status_code == 302, (desk, re.findall(r"field-error.*?</p>", answer.content.decode()))
        return form

    def count(self, desk: str) -> int:
        return sum(where == desk for where, _ in self.asked)


@pytest.fixture
def walked(city, client):
    """From the call to the approved reply."""
    walk, unit = Walk(client), make.a_unit()
    walk.fill_in("operator", make.an_operator(), "/intake/", "#intake", picked_by="hand")
    case = Petition.objects.get()
    review = f"/cases/{case.no}/do/pass-review/"
    walk.fill_in("reviewer", make.a_reviewer(), f"/dispatch/?part=review&case={case.no}", review)
    page, send = f"/dispatch/?part=dispatch&case={case.no}", f"/cases/{case.no}/do/dispatch/"
    walk.fill_in("dispatcher", make.a_dispatcher(), page, send, other=unit.pk)
    page, report = f"/unit/?case={case.no}", f"/unit/report/{case.no}/"
    answer = SAID["public_answer"]
    walk.clerk_form = walk.fill_in("clerk", make.a_handler(of=unit), page, report, public_answer=answer)
    approve = f"/cases/{case.no}/do/approve/"
    walk.fill_in("head", make.a_head(of=unit), f"/cases/{case.no}/", approve)
    assert make.fresh(case).state == CaseState.REPLY_REVIEW
    accept = f"/cases/{case.no}/do/accept-reply/"
    walk.fill_in("reply review", make.a_reviewer(), f"/dispatch/?part=reply&case={case.no}", accept)
    assert make.fresh(case).state == CaseState.PENDING_CALLBACK
    return walk


def test_an_operator_fills_in_at_most_eight_fields(city, client):
    client.force_login(make.an_operator())
    form = form_at(client.get("/intake/").content.decode(), "#intake")
    shown = [control.name for control in form.shown() if control.kind != "file"]

    assert len(shown) <= OPERATOR_MOST, shown


def test_a_street_clerk_fills_in_at_most_six_fields(walked):
    shown = [control.name for control in walked.clerk_form.shown()]

    assert len(shown) <= CLERK_MOST, shown
    assert walked.count("clerk") <= CLERK_MOST
    typed = [c.name for c in walked.clerk_form.shown() if c.is_typed]
    assert typed == ["public_answer"], "everything else is a tap"


def test_everybody_else_is_asked_next_to_nothing(walked):
    assert walked.count("reviewer") == 0, "the operator's category stands there"
    assert walked.count("head") == 0
    # A slip of paper for an opinion, another unit than the proposed one: offered, not needed.
    assert {name for desk, name in walked.asked if desk == "dispatcher"} <= {"main", "other", "opinion", "assisting"}


def test_nothing_is_asked_twice_on_the_way(walked):
    names = [name for desk, name in walked.asked if name not in JUDGED_ANEW | {"note", "opinion"}]

    assert sorted(name for name in set(names) if names.count(name) > 1) == []
