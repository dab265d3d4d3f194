"""Rulings that go against the catalogue propose to change it; a person accepts into the draft, or says why not."""

import pytest

from petitions import errors
from petitions.models import CatalogueProposal
from petitions.queries import catalogue_proposals as queries
from petitions.queries.catalogue_proposals import Group
from petitions.services import asking, catalogue_proposals, conference, dispatch
from petitions.services.catalogue_proposals import Acceptance
from petitions.services.dispatch import Order
from routing import drafts
from routing.differences import between
from routing.models import Area, Department
from tests import make

LAMPS = "12.03.01"
GROUP = Group(LAMPS, "district.urban", "street.office")


def unit(code: str) -> Department:
    return Department.objects.get(code=code)


def a_lamp_case(street: str = "LJ0101"):
    """As the catalogue routes it: the district's city management."""
    return make.a_case(unit=unit(f"{street[:4]}-URBAN"), category_code=LAMPS, area_id=Area.objects.get(code=street).pk)


def returned(case, *, to: Department, granted: bool = True):
    """The main unit asks to return the case to `to`, and somebody rules."""
    part = make.main(case)
    head = make.a_head(of=part.department)
    request = asking.request_return(
        part.pk, actor=head, reason="路灯归街道养护", proposed_id=to.pk, evidence="移交清单", now=make.NOW
    )
    asking.rule_on_return(request.pk, actor=make.a_dispatcher(), granted=granted, note="已移交街道", now=make.NOW)
    return case


def open_ones() -> list[tuple]:
    rows = CatalogueProposal.objects.filter(verdict="").select_related("category", "named", "to")
    return [(row.kind, row.category.code, row.named.code, row.to.code) for row in rows]


def test_a_granted_return_proposes_what_the_unit_proposed(city):
    returned(a_lamp_case(), to=unit("LJ0101-OFFICE"))

    assert open_ones() == [("return", LAMPS, "LJ01-URBAN", "LJ0101-OFFICE")]


def test_a_refused_return_proposes_nothing(city):
    returned(a_lamp_case(), to=unit("LJ0101-OFFICE"), granted=False)

    assert open_ones() == []


def test_where_the_case_really_went_counts(city):
    case = returned(a_lamp_case(), to=unit("LJ0101-OFFICE"))

    dispatch.dispatch(case.pk, Order(main_id=unit("LJ01-PARKS").pk), actor=make.a_dispatcher(), now=make.NOW)

    assert open_ones() == [("return", LAMPS, "LJ01-URBAN", "LJ01-PARKS")]


def test_a_case_that_goes_where_the_catalogue_says_teaches_nothing(city):
    """The dispatcher had overridden the catalogue, and the return put it right."""
    case = make.a_case(unit=unit("LJ01-PARKS"), category_code=LAMPS, area_id=Area.objects.get(code="LJ0101").pk)
    returned(case, to=unit("LJ01-URBAN"))

    assert open_ones() == []


def ruled_for(unit_code: str):
    """Two units returned the case, which called a conference; it rules for one of them."""
    case, office = returned(a_lamp_case(), to=unit("LJ0101-OFFICE")), unit("LJ0101-OFFICE")
    dispatch.dispatch(case.pk, Order(main_id=office.pk), actor=make.a_dispatcher(), now=make.NOW)
    asking.request_return(
        make.main(case).pk,
        actor=make.a_head(of=office),
        reason="没有移交",
        proposed_id=unit("LJ01-URBAN").pk,
        evidence="说明",
        now=make.NOW,
    )
    conference.rule(case.pk, Order(main_id=unit(unit_code).pk), actor=make.a_center(), ruling="据实裁定", now=make.NOW)
    return case


def test_a_ruling_against_the_catalogue_proposes(city):
    ruled_for("LJ0101-OFFICE")

    assert open_ones() == [("ruling", LAMPS, "LJ01-URBAN", "LJ0101-OFFICE")]


def test_a_ruling_that_confirms_the_catalogue_settles_what_the_return_had_proposed(city):
    case = ruled_for("LJ01-URBAN")

    assert open_ones() == []
    assert [row.verdict for row in case.catalogue_proposals.all()] == ["rejected"]


def test_proposals_for_the_same_change_stand_together(city, django_assert_num_queries):
    for street in ("LJ0101", "LJ0102", "LJ0201"):
        returned(a_lamp_case(street), to=unit(f"{street}-OFFICE"))
    returned(a_lamp_case("LJ0103"), to=unit("LJ01-PARKS"))

    with django_assert_num_queries(3):
        lines = queries.groups()

    assert [(line.group, line.count) for line in lines] == [
        (GROUP, 3),
        (Group(LAMPS, "district.urban", "district.parks"), 1),
    ]
    assert [area.code for area in queries.scopes(GROUP)] == ["LJ01", "LJ0101", "LJ0102", "LJ02", "LJ0201"]


def test_accepting_writes_the_change_into_the_draft_for_the_chosen_area_only(city):
    for street in ("LJ0101", "LJ0201"):
        returned(a_lamp_case(street), to=unit(f"{street}-OFFICE"))
    district, center = Area.objects.get(code="LJ01"), make.a_center()

    entry = catalogue_proposals.accept(
        GROUP, Acceptance(area_id=district.pk, area_path=district.path, note="已移交"), actor=center, now=make.NOW
    )

    (change,) = between(drafts.latest_published(), drafts.the_draft())
    assert (change.kind, change.after) == ("added", entry)
    assert (entry.main_kind_id, entry.area, entry.tier) == ("street.office", district, "N")
    assert "灯" in entry.answer_template
    left = CatalogueProposal.objects.get(verdict="")
    assert left.area.code == "LJ0201"
    done = CatalogueProposal.objects.get(verdict="accepted")
    assert (done.decided_by, done.edition, done.note) == (center, drafts.the_draft(), "已移交")


def test_accepting_everywhere_changes_the_entry_itself_and_can_name_the_very_unit(city):
    returned(a_lamp_case(), to=unit("LJ0101-OFFICE"))

    catalogue_proposals.accept(GROUP, Acceptance(this_unit=True), actor=make.a_center(), now=make.NOW)

    (change,) = between(drafts.latest_published(), drafts.the_draft())
    assert change.fields == ("main_kind_id", "main_department_id")
    assert change.after.main_department.code == "LJ0101-OFFICE"


def test_of_two_people_who_decide_one_is_told(city):
    returned(a_lamp_case(), to=unit("LJ0101-OFFICE"))
    catalogue_proposals.accept(GROUP, Acceptance(), actor=make.a_center(), now=make.NOW)

    with pytest.raises(errors.ProposalDecided):
        catalogue_proposals.accept(GROUP, Acceptance(), actor=make.a_center(), now=make.NOW)
    with pytest.raises(errors.ProposalDecided):
        catalogue_proposals.reject(GROUP, actor=make.a_center(), note="不改", now=make.NOW)


def test_rejecting_needs_a_reason_and_a_role(city):
    returned(a_lamp_case(), to=unit("LJ0101-OFFICE"))

    with pytest.raises(errors.NoReason):
        catalogue_proposals.reject(GROUP, actor=make.a_center(), note=" ", now=make.NOW)
    with pytest.raises(errors.NotYours):
        catalogue_proposals.reject(GROUP, actor=make.a_dispatcher(), note="个案", now=make.NOW)
    assert catalogue_proposals.reject(GROUP, actor=make.a_center(), note="个案，不改目录", now=make.NOW) == 1
    assert drafts.the_draft() is None


def test_with_the_draft_its_accepted_proposals_are_open_again(city):
    returned(a_lamp_case(), to=unit("LJ0101-OFFICE"))
    center = make.a_center()
    catalogue_proposals.accept(GROUP, Acceptance(), actor=center, now=make.NOW)

    catalogue_proposals.discard_draft(drafts.the_draft().pk, actor=center)

    assert drafts.the_draft() is None
    assert open_ones() == [("return", LAMPS, "LJ01-URBAN", "LJ0101-OFFICE")]
