"""What the database refuses by itself, and how caches learn of changes."""

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from routing import deadlines, refusals, rulebook
from routing.catalogue import decide_for, publish, snapshot_in_force
from routing.clock import SHANGHAI, Limit
from routing.models import (
    Area,
    CatalogueEntry,
    CatalogueVersion,
    Category,
    DeadlineRule,
    Department,
    Holiday,
    HolidayYear,
    Parameter,
    Season,
    Staff,
    UnitKind,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 10, tzinfo=SHANGHAI)


def refused(make, name: str) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        make()


def test_the_tree_of_areas_stays_a_tree(city):
    area = Area.objects.get(code="LJ01")

    refused(lambda: Area.objects.filter(pk=area.pk).update(parent=area), "area_not_its_own_parent")
    refused(lambda: Area.objects.filter(pk=area.pk).update(path="LJ/XX/"), "area_path_ends_in_code")
    refused(lambda: Area.objects.filter(pk=area.pk).update(parent=None), "area_below_city_has_parent")
    refused(lambda: Area.objects.create(code="X", name="江北区", level="district", parent=area.parent), "once_per")
    refused(lambda: Area.objects.create(code="X", name="x", level="galaxy", parent=area), "area_level_known")
    refused(lambda: Area.objects.create(code="X/Y", name="x", level="grid", parent=area), "area_code_without_slash")


def test_leaves_have_a_tier_and_a_parent(city):
    leaf = Category.objects.leaves().first()

    refused(lambda: Category.objects.filter(pk=leaf.pk).update(tier=""), "category_leaf_has_tier")
    refused(lambda: Category.objects.filter(pk=leaf.pk).update(parent=None), "category_first_level_is_root")
    refused(lambda: Category.objects.filter(pk=leaf.pk).update(level=4), "category_")


def test_one_edition_is_in_force_on_any_day(city):
    draft = CatalogueVersion.objects.create(number=2, name="x", effective_from=date(2026, 1, 1))

    refused(
        lambda: CatalogueVersion.objects.filter(pk=draft.pk).update(published_at=NOW), "catalogue_one_version_in_force"
    )


def test_an_entry_is_once_per_leaf_place_and_condition(city):
    version = CatalogueVersion.objects.create(number=2, name="x", effective_from=date(2027, 1, 1))
    leaf = Category.objects.get(code="12.03.01")
    kind, area = UnitKind.objects.get(code="district.urban"), Area.objects.get(code="LJ01")

    def again(**more):
        return CatalogueEntry.objects.create(version=version, category=leaf, main_kind=kind, tier="N", **more)

    again()
    refused(again, "catalogue_entry_once_everywhere")
    again(area=area)
    refused(lambda: again(area=area), "catalogue_entry_once_per_area")
    again(area=area, conditions={"season": "flood"})
    refused(lambda: version.entries.update(main_kind=None), "entry_names_someone")
    refused(lambda: version.entries.update(tier="Z"), "entry_tier_known")


def test_calendars_and_limits_make_sense(db):
    year = HolidayYear.objects.create(year=2030, source="x")
    rule = {"stage": "sign", "amount": 1, "unit": "day", "effective_from": date(2026, 1, 1)}

    refused(lambda: Holiday.objects.create(date=date(2031, 1, 1), is_workday=False, name="x", year=year), "in_its_year")
    refused(
        lambda: Season.objects.create(code="x", starts_on=date(2026, 2, 1), ends_on=date(2026, 1, 1)), "season_ends"
    )
    refused(lambda: DeadlineRule.objects.create(**rule | {"amount": 0}), "deadline_rule_positive")
    refused(
        lambda: DeadlineRule.objects.create(**rule | {"unit": "hour", "mode": "working_day"}),
        "deadline_rule_working_days_are_whole",
    )


def test_roles_are_known_ones(db):
    refused(lambda: Staff.objects.create(username="x", roles=["wizard"]), "staff_roles_known")
    refused(lambda: Department.objects.create(code="", name="x", kind_id="none"), "department_")


def test_the_system_is_one_person_who_cannot_log_in(db):
    system = Staff.objects.system()

    assert system == Staff.objects.system()
    assert system.is_system
    assert not system.check_password("")
    assert not system.has_usable_password()


# --- the rulebook ---------------------------------------------------------------------------------------------------


def test_a_decision_costs_one_statement_and_none_with_a_rulebook(city, django_assert_num_queries):
    decide_for("12.03.01", "LJ/LJ01/", NOW)
    rules = rulebook.current()

    with django_assert_num_queries(1):
        decide_for("12.03.01", "LJ/LJ01/", NOW)
    with django_assert_num_queries(0):
        decide_for("12.03.01", "LJ/LJ01/", NOW, rules=rules)
    rules.due("handle", "N", NOW)
    with django_assert_num_queries(0):
        rules.due("sign", "E", NOW)


@pytest.mark.parametrize(
    "change",
    [
        lambda: Department.objects.filter(code="LJ01-URBAN").update(is_active=False),
        lambda: Department.objects.filter(code="LJ01-URBAN").update(kind="district.water"),
        lambda: CatalogueVersion.objects.update(effective_to=date(2026, 11, 1)),
    ],
)
def test_a_change_behind_the_back_of_every_model_is_noticed(city, change):
    before = decide_for("12.03.01", "LJ/LJ01/", NOW)

    change()

    assert decide_for("12.03.01", "LJ/LJ01/", NOW).main_department_id != before.main_department_id


def test_a_change_that_is_rolled_back_leaves_no_trace(city):
    before = decide_for("12.03.01", "LJ/LJ01/", NOW)

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        Department.objects.filter(code="LJ01-URBAN").update(is_active=False)
        assert decide_for("12.03.01", "LJ/LJ01/", NOW) != before
        1 / 0  # noqa: B018

    assert decide_for("12.03.01", "LJ/LJ01/", NOW) == before


def test_the_rule_of_the_tier_goes_before_the_rule_for_all_and_the_later_before_the_earlier(city):
    assert deadlines.limit_for("sign", "N", NOW.date()) == Limit(2, "hour")
    assert deadlines.limit_for("sign", "E", NOW.date()) == Limit(30, "minute")

    DeadlineRule.objects.create(stage="sign", tier="N", amount=1, unit="hour", effective_from=date(2026, 12, 1))

    assert deadlines.limit_for("sign", "N", date(2026, 11, 30)) == Limit(2, "hour")
    assert deadlines.limit_for("sign", "N", date(2026, 12, 1)) == Limit(1, "hour")


def test_every_stage_and_tier_has_a_limit(city):
    from routing.models import Stage, Tier

    rules = rulebook.current()

    assert all(rules.limit_for(stage, tier, NOW.date()).amount for stage in Stage.values for tier in Tier.values)


def test_a_stage_without_a_rule_is_refused(db):
    with pytest.raises(rulebook.NoLimit):
        deadlines.limit_for("sign", "N", NOW.date())


def test_office_hours_are_a_parameter(city):
    Parameter.objects.filter(key="office.hours").update(value=[["08:30", "17:30"]])

    due = deadlines.due_for("conference", "N", datetime(2026, 11, 20, 18, tzinfo=SHANGHAI))

    assert due.at == datetime(2026, 11, 25, 8, 30, tzinfo=SHANGHAI)


# --- publishing -----------------------------------------------------------------------------------------------------


def test_an_edition_is_published_once_and_never_backwards(city):
    first = CatalogueVersion.objects.get()
    copy = CatalogueVersion.objects.create(number=2, name="旧", effective_from=first.effective_from)
    for entry in first.entries.all():
        entry.pk, entry.version = None, copy
        entry.save()

    with pytest.raises(refusals.AlreadyPublished):
        publish(first, now=NOW)
    with pytest.raises(refusals.StartsTooEarly):
        publish(copy, now=NOW)
    CatalogueVersion.objects.filter(pk=copy.pk).update(effective_from=NOW.date() - timedelta(days=1))
    with pytest.raises(refusals.StartsInThePast):
        publish(copy, now=NOW)
    assert snapshot_in_force(NOW.date()).number == 1


def test_before_the_first_edition_a_person_decides(city):
    decision = decide_for("12.03.01", "LJ/LJ01/", datetime(2009, 5, 1, tzinfo=SHANGHAI))

    assert (decision.ladder_step, decision.missing) == ("person", ("catalogue",))
