"""The catalogue is changed in a draft, compared, checked, and takes over as a whole on its first day."""

from datetime import date, datetime, timedelta
from io import BytesIO

import openpyxl
import pytest
from django.db import IntegrityError, transaction

from routing import catalogue, drafts, rulebook
from routing.checks import problems
from routing.clock import SHANGHAI
from routing.decide import decide
from routing.differences import between
from routing.drafts import Wording
from routing.facts import Facts
from routing.loading.catalogue import COLUMNS, load_catalogue
from routing.models import Area, CatalogueEntry, CatalogueVersion, Category, Department, Staff, UnitKind
from routing.refusals import (
    AlreadyInForce,
    AlreadyPublished,
    DraftThere,
    EntryGone,
    EntryThere,
    NobodyNamed,
    NotPublishable,
)
from routing.replay import Replay
from routing.sheets import workbook
from routing.snapshots import read_version
from routing.tables import read_table

NOW = datetime(2026, 11, 20, 10, tzinfo=SHANGHAI)
NEXT_MONTH = date(2026, 12, 1)
LAMPS = "12.03.01"


@pytest.fixture
def city(_city_of_the_module, db):
    """Made once for this file."""


@pytest.fixture
def draft(city) -> CatalogueVersion:
    return drafts.start(name="十二月调整", effective_from=NEXT_MONTH, by=Staff.objects.get(username="admin"))


def the_entry(version: CatalogueVersion, code: str = LAMPS) -> CatalogueEntry:
    return version.entries.get(category__code=code, area=None, conditions={})


def wording(**more) -> Wording:
    leaf = Category.objects.get(code=more.pop("code", LAMPS))
    usual = {"area_id": None, "conditions": {}, "main_kind_id": "district.urban", "main_department_id": None}
    usual |= {"assisting_kinds": [], "tier": "N", "assessment": "three_rates", "answer_template": ""}
    return Wording(category_id=leaf.pk, **(usual | more))


def texts(version: CatalogueVersion) -> list[str]:
    return [problem.text for problem in problems(version)]


# --- drafts -----------------------------------------------------------------------------------------------------------


def test_a_draft_says_what_the_published_edition_says_and_is_the_only_one(draft):
    published = drafts.latest_published()

    assert (draft.number, draft.entries.count()) == (2, published.entries.count())
    assert between(published, draft) == []
    with pytest.raises(DraftThere):
        drafts.start(name="又一份", effective_from=NEXT_MONTH, by=None)


def test_a_published_edition_is_final_for_the_editor_and_for_the_database(city):
    published = drafts.latest_published()
    entry = the_entry(published)

    with pytest.raises(AlreadyPublished):
        drafts.keep(published.pk, wording(), entry_id=entry.pk)
    with pytest.raises(AlreadyPublished):
        drafts.retire(published.pk, entry.pk)
    for change in (
        lambda: CatalogueEntry.objects.filter(pk=entry.pk).update(tier="E"),
        lambda: CatalogueEntry.objects.filter(pk=entry.pk).delete(),
        lambda: CatalogueEntry.objects.create(version=published, category=entry.category, main_kind=entry.main_kind),
        lambda: published.delete(),
    ):
        with pytest.raises(IntegrityError, match="final"), transaction.atomic():
            change()


def test_an_entry_that_somebody_else_changed_meanwhile_is_not_overwritten(draft):
    entry = the_entry(draft)
    seen = Wording.of(entry)
    drafts.keep(draft.pk, wording(tier="U"), entry_id=entry.pk, seen=seen)

    with pytest.raises(EntryGone):
        drafts.keep(draft.pk, wording(tier="C"), entry_id=entry.pk, seen=seen)
    with pytest.raises(EntryGone):
        drafts.retire(draft.pk, entry.pk, seen=seen)
    entry.refresh_from_db()
    assert entry.tier == "U"


def test_entries_that_make_no_sense_are_refused(draft):
    with pytest.raises(EntryThere):
        drafts.keep(draft.pk, wording())
    with pytest.raises(NobodyNamed):
        drafts.keep(draft.pk, wording(main_kind_id=None, area_id=Area.objects.get(code="LJ01").pk))


# --- comparing --------------------------------------------------------------------------------------------------------


def test_the_difference_is_said_field_by_field(draft):
    published = drafts.latest_published()
    area = Area.objects.get(code="LJ0202")
    drafts.keep(draft.pk, wording(main_kind_id="street.office", tier="U"), entry_id=the_entry(draft).pk)
    drafts.keep(draft.pk, wording(code="01.01.01", area_id=area.pk))
    drafts.retire(draft.pk, the_entry(draft, "02.03.01").pk)
    moved = draft.entries.get(category__code="14.02.01", area__code="LJ010201")
    drafts.keep(
        draft.pk,
        Wording(**{**Wording.of(moved).__dict__, "area_id": area.pk}),
        entry_id=moved.pk,
    )

    changes = {(c.entry.category.code, c.kind): c.fields for c in between(published, draft)}

    assert changes == {
        ("01.01.01", "added"): (),
        ("02.03.01", "removed"): (),
        (LAMPS, "changed"): ("main_kind_id", "tier", "answer_template"),
        ("14.02.01", "changed"): ("area_id",),
    }


@pytest.mark.parametrize("entries", [1, 3])
def test_comparing_costs_two_statements_whatever_there_is_to_compare(draft, entries, django_assert_num_queries):
    published = drafts.latest_published()
    for entry in draft.entries.all()[:entries]:
        drafts.keep(draft.pk, Wording(**{**Wording.of(entry).__dict__, "tier": "E"}), entry_id=entry.pk)
    with django_assert_num_queries(2):
        assert len(between(published, draft)) == entries


# --- checking ---------------------------------------------------------------------------------------------------------


def test_a_leaf_that_nobody_owns_stops_publication_and_is_named(draft):
    drafts.retire(draft.pk, the_entry(draft).pk)

    with pytest.raises(NotPublishable) as refused:
        catalogue.publish(draft, now=NOW)

    assert [(p.category, p.is_error) for p in refused.value.problems] == [(LAMPS, True)]
    assert "路灯不亮”没有单位负责" in str(refused.value)


def test_both_of_two_overlapping_entries_are_shown(draft):
    one = drafts.keep(draft.pk, wording(conditions={"tags": ["公园内"]}, main_kind_id="district.parks"))
    other = drafts.keep(draft.pk, wording(conditions={"tags": ["背街小巷"]}, main_kind_id="street.office"))

    (problem,) = problems(draft)

    assert (problem.is_error, problem.entries) == (False, (one.pk, other.pk))
    assert "“公园内”由区园林绿化局负责；“背街小巷”由街道办事处（乡镇政府）负责" in problem.text
    drafts.keep(draft.pk, wording(conditions={"tags": ["公园内", "背街小巷"]}, main_kind_id="district.parks"))
    assert texts(draft) == []


@pytest.mark.parametrize(
    ("one", "other", "overlap"),
    [
        ({"hours": "22:00-06:00"}, {"hours": "05:00-08:00"}, True),
        ({"hours": "22:00-06:00"}, {"hours": "06:00-22:00"}, False),
        ({"season": "heating"}, {"season": "flood"}, False),
        ({"season": "heating"}, {"season": "wage"}, True),
        ({"season": "flood"}, {"hours": "22:00-06:00"}, True),
    ],
)
def test_entries_overlap_when_some_moment_fits_both(draft, one, other, overlap):
    drafts.keep(draft.pk, wording(conditions=one, main_kind_id="district.parks"))
    drafts.keep(draft.pk, wording(conditions=other, main_kind_id="street.office"))

    assert bool(texts(draft)) is overlap


def test_kinds_without_a_unit_and_places_without_the_kind_are_shown(draft):
    Department.objects.filter(code="LJ0205-OFFICE").update(is_active=False)
    UnitKind.objects.create(code="district.archive", name="区档案局", level="district")
    drafts.keep(draft.pk, wording(main_kind_id="district.archive", area_id=Area.objects.get(code="LJ02").pk))
    closed = Department.objects.get(code="LJ01-COMMERCE")
    drafts.keep(
        draft.pk,
        wording(main_kind_id=None, main_department_id=closed.pk, area_id=Area.objects.get(code="LJ01").pk),
    )
    Department.objects.filter(pk=closed.pk).update(is_active=False)

    said = "".join(texts(draft))

    assert "没有一家“区档案局”，目录却有1条派给它。" in said
    assert "临江市 江南区 双渡镇没有“街道办事处（乡镇政府）”" in said
    assert "临江市 江北区没有“区营商服务局”" in said
    assert "路灯不亮”指定的单位已停用" in said
    assert not any(problem.is_error for problem in problems(draft))


# --- publishing -------------------------------------------------------------------------------------------------------


def test_a_scheduled_edition_takes_over_on_its_day_and_says_who_and_why(draft):
    drafts.keep(draft.pk, wording(main_kind_id="street.office"), entry_id=the_entry(draft).pk)
    chief = Staff.objects.get(username="admin")

    catalogue.publish(draft, now=NOW, by=chief, reason="路灯划归街道")

    before, after = (
        catalogue.decide_for(LAMPS, "LJ/LJ01/LJ0101/", datetime(2026, *day, tzinfo=SHANGHAI))
        for day in ((11, 30, 23, 59), (12, 1, 0, 0))
    )
    assert (before.version, after.version) == (1, 2)
    draft.refresh_from_db()
    assert (draft.published_by, draft.reason) == (chief, "路灯划归街道")


def test_what_is_published_for_later_can_be_withdrawn_until_its_first_day(draft):
    catalogue.publish(draft, now=NOW)

    catalogue.withdraw(draft, now=NOW)

    assert drafts.the_draft() == draft
    assert catalogue.snapshot_in_force(NEXT_MONTH).number == 1
    catalogue.publish(draft, now=NOW)
    with pytest.raises(AlreadyInForce):
        catalogue.withdraw(draft, now=datetime(2026, 12, 1, tzinfo=SHANGHAI))


def test_withdrawing_between_two_editions_leaves_no_gap(draft):
    catalogue.publish(draft, now=NOW)
    later = drafts.start(name="一月", effective_from=NEXT_MONTH + timedelta(days=31), by=None)
    catalogue.publish(later, now=NOW)

    catalogue.withdraw(draft, now=NOW)

    days = (date(2026, 11, 30), date(2026, 12, 15), date(2026, 12, 31), date(2027, 1, 1))
    assert [catalogue.snapshot_in_force(day).number for day in days] == [1, 1, 1, later.number]


# --- sheets -----------------------------------------------------------------------------------------------------------


def test_an_exported_sheet_loads_as_what_it_was_exported_from(draft, tmp_path):
    odd = {"season": "heating", "hours": "22:00-06:00", "tags": ["无物业", "老旧小区"]}
    unit = Department.objects.get(code="LJ01-PARKS")
    drafts.keep(
        draft.pk,
        wording(
            conditions={**odd, "tags": sorted(odd["tags"])},
            area_id=Area.objects.get(code="LJ01").pk,
            main_department_id=unit.pk,
            main_kind_id=None,
            answer_template="=1+1\n第二行，带“引号”和,逗号",
            assisting_kinds=["district.police", "street.office"],
            tier="C",
            assessment="none",
        ),
    )
    path = tmp_path / "draft.xlsx"
    path.write_bytes(workbook(draft))

    load_catalogue(read_table(path, COLUMNS), number=7, name="回读", effective_from=date(2027, 1, 1))

    again = CatalogueVersion.objects.get(number=7)
    assert between(draft, again) == []
    assert again.entries.count() == draft.entries.count()


def test_a_sheet_is_text_all_through(draft):
    drafts.keep(draft.pk, wording(answer_template='=HYPERLINK("x")'), entry_id=the_entry(draft).pk)

    sheet = openpyxl.load_workbook(BytesIO(workbook(draft))).worksheets[0]

    assert not any(cell.data_type == "f" for row in sheet.iter_rows() for cell in row)
    assert sheet.max_row == draft.entries.count() + 1


# --- deciding again ---------------------------------------------------------------------------------------------------


def test_deciding_again_says_the_same_as_deciding(city):
    snapshot = read_version(drafts.latest_published(), {})
    replay = Replay(snapshot)
    paths = list(Area.objects.values_list("path", flat=True)[::9])
    asked = 0
    for code in snapshot.categories:
        for number, path in enumerate(paths):
            at = NOW + timedelta(days=31 * number, hours=7 * number)
            tags = frozenset({"无物业"} if number % 2 else {"自采暖"})
            urgency = frozenset({"life_and_property"} if number % 3 == 0 else ())
            facts = Facts(code, path, at, tags, urgency)
            assert replay.decide(facts) == decide(facts, snapshot)
            asked += 1
    assert replay.questions <= asked


def test_a_thousand_like_cases_are_one_question(city):
    replay = Replay(rulebook.current().snapshot(NOW.date()))

    for minute in range(1000):
        replay.decide(Facts(LAMPS, "LJ/LJ01/LJ0101/", NOW + timedelta(minutes=minute)))

    assert replay.questions == 1
