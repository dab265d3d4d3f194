"""Units, trees, catalogues and calendars from files: good ones load once, bad rows are named and nothing is saved."""

from datetime import UTC, date, datetime

import pytest
from django.core.management import call_command

from routing import rulebook
from routing.catalogue import decide_for
from routing.clock import SHANGHAI
from routing.loading.defaults import DATA, load_defaults
from routing.models import (
    Area,
    CatalogueEntry,
    CatalogueVersion,
    Category,
    Department,
    Holiday,
    HolidayYear,
    Parameter,
    Staff,
    UnitKind,
)
from tests.routing.files import AREAS, a_file, the_refusal

pytestmark = pytest.mark.django_db


def test_a_loaded_city_gets_units_and_its_cases_get_routed(city, tmp_path):
    call_command("load_areas", str(a_file(tmp_path, AREAS)))
    call_command("load_departments", "--generate", "all", "--under", "东省")

    now = datetime(2026, 10, 21, 10, tzinfo=SHANGHAI)
    lamp, flat = (decide_for(code, "东省/甲市/乙区/", now) for code in ("12.03.01", "12.03.02"))

    assert Department.objects.get(pk=lamp.main_department_id).name == "乙区城管委"
    assert (Department.objects.get(pk=flat.main_department_id).name, flat.ladder_step) == ("乙区政府", "district")


def test_generating_units_again_makes_none(city, tmp_path, capsys):
    call_command("load_areas", str(a_file(tmp_path, AREAS)))
    call_command("load_departments", "--generate", "street.office,district.*", "--under", "东省")
    made = Department.objects.filter(area__path__startswith="东省/").count()

    call_command("load_departments", "--generate", "street.office,district.*", "--under", "东省")

    kinds = UnitKind.objects.filter(level="district").count()
    assert made == kinds + 1 == Department.objects.filter(area__path__startswith="东省/").count()
    assert Department.objects.filter(name="乙区丙镇人民政府").exists()


def test_units_with_problems_are_named_by_row(city, tmp_path, capsys):
    text = (
        "code,name,kind,area,parent,email\n"
        "X1,甲局,district.none,LJ01,,\nX2,乙局,district.urban,LJ99,,\nX3,丙局,district.urban,LJ01,NOBODY,\n"
        "X4,丁局,district.urban,LJ01,,not-an-address\nX5,江北区教育委员会,district.urban,LJ01,,\n,戊局,district.urban,,,\n"
    )
    before = Department.objects.count()

    the_refusal("load_departments", a_file(tmp_path, text))

    said = capsys.readouterr().err
    for words in ["district.none", "LJ99", "NOBODY", "not-an-address", "已被别的单位使用", "没有编码或名称"]:
        assert words in said
    assert Department.objects.count() == before


def test_load_departments_wants_a_file_or_kinds(tmp_path):
    assert "二者选一" in the_refusal("load_departments")


# --- categories -----------------------------------------------------------------------------------------------------


def test_another_citys_tree_without_codes_gets_stable_ones(tmp_path, capsys):
    path = a_file(tmp_path, "level1,level2,level3\n城建,道路,坑洼\n城建,道路,积水\n环保,噪声,施工\n")
    call_command("load_categories", str(path))
    codes = dict(Category.objects.leaves().values_list("name", "code"))

    call_command("load_categories", str(path))

    assert codes == {"坑洼": "01.01.01", "积水": "01.01.02", "施工": "02.01.01"}
    assert "新增 0，更改 0，不变 7" in capsys.readouterr().out


def test_category_rows_with_problems_are_named(tmp_path, capsys):
    text = (
        "code,level1,level2,level3,tier\n01.01.01,甲,乙,丙,N\n"
        "01.01.01,甲,乙,丁,N\n1,甲,乙,戊,N\n01.01.02,甲,,己,N\n,甲,乙,庚,Z\n"
    )

    the_refusal("load_categories", a_file(tmp_path, text))

    said = capsys.readouterr().err
    assert [line.split("：")[0] for line in said.splitlines()] == ["第3行", "第4行", "第5行", "第6行"]
    assert not Category.objects.exists()


# --- catalogue ------------------------------------------------------------------------------------------------------


def test_a_new_edition_takes_over_on_its_first_day(city, tmp_path):
    rows = (
        (DATA / "catalogue.csv")
        .read_text("utf-8")
        .replace("12.03.01,,,,,district.urban", "12.03.01,,,,,district.water")
    )
    path = a_file(tmp_path, rows)

    call_command("load_catalogue", str(path), "--number", "2", "--from", "2099-11-01", "--publish")

    first, second = CatalogueVersion.objects.order_by("number")
    before = decide_for("12.03.01", "LJ/LJ01/", datetime(2099, 10, 31, 23, 59, tzinfo=SHANGHAI))
    after = decide_for("12.03.01", "LJ/LJ01/", datetime(2099, 11, 1, 0, 0, tzinfo=SHANGHAI))
    assert first.effective_to == date(2099, 10, 31)
    assert (before.version, after.version) == (1, 2)
    assert Department.objects.get(pk=after.main_department_id).short_name == "江北区水务局"


def test_an_edition_with_a_leaf_that_nobody_owns_is_not_published(city, tmp_path):
    path = a_file(tmp_path, "category,main_kind\n12.03.01,district.urban\n")

    said = the_refusal("load_catalogue", path, "--number", "2", "--from", "2026-11-01", "--publish")

    assert "没有单位负责" in said
    assert CatalogueVersion.objects.published().count() == 1


def test_a_published_edition_cannot_be_loaded_differently(city, tmp_path):
    path = a_file(tmp_path, "category,main_kind\n12.03.01,district.water\n")

    assert "已经发布" in the_refusal("load_catalogue", path, "--number", "1")
    assert CatalogueEntry.objects.filter(version__number=1).count() > 210


def test_catalogue_rows_with_problems_are_named(city, tmp_path, capsys):
    text = (
        "category,main_kind,area,hours,tier,assessment\n"
        "00.00.00,district.urban,,,,\n12.03.01,district.none,,,,\n12.03.01,,,,,\n12.03.01,district.urban,LJ99,,,\n"
        "12.03.01,district.urban,,25:00-26:00,,\n12.03.01,district.urban,,,Z,\n12.03.01,district.urban,,,,maybe\n"
        "12.03.02,street.office,,,,\n12.03.02,street.office,,,,\n"
    )

    the_refusal("load_catalogue", a_file(tmp_path, text), "--number", "2")

    said = capsys.readouterr().err
    assert [line.split("：")[0] for line in said.splitlines()] == [f"第{row}行" for row in (2, 3, 4, 5, 6, 7, 8, 10)]
    assert not CatalogueVersion.objects.filter(number=2).exists()


# --- calendar and defaults ------------------------------------------------------------------------------------------


def test_an_announced_year_replaces_the_provisional_one(city, tmp_path):
    text = "date,kind,name\n2027,announced,某号通知\n2027-01-01,off,元旦\n2027-01-02,work,元旦\n"

    call_command("load_calendar", str(a_file(tmp_path, text)))

    assert HolidayYear.objects.get(year=2027).announced
    assert Holiday.objects.filter(year=2027).count() == 2
    assert 2027 in rulebook.current().calendar.announced_years


def test_calendar_rows_with_problems_are_named(tmp_path, capsys):
    text = "date,kind,name\n2027,announced,\n2027-02-30,off,x\n2028-01-01,off,x\n2027-01-01,nap,x\n99,已公布,来源\n"

    the_refusal("load_calendar", a_file(tmp_path, text))

    assert [line.split("：")[0] for line in capsys.readouterr().err.splitlines()] == [
        f"第{row}行" for row in range(2, 7)
    ]
    assert not Holiday.objects.exists()


def test_the_defaults_load_twice_with_one_result_and_keep_a_citys_own_values(city):
    Parameter.objects.filter(key="rehandle.max").update(value=5)
    Staff.objects.filter(username="operator1").update(password="own")

    again = load_defaults(now=datetime(2026, 2, 1, tzinfo=UTC))

    assert all((outcome.created, outcome.changed) == (0, 0) for _name, outcome in again)
    assert rulebook.current().parameter("rehandle.max") == 5
    assert Staff.objects.get(username="operator1").password == "own"


def test_every_leaf_is_owned_and_every_kind_has_a_unit_in_every_district(city):
    from routing.checks import problems

    version = CatalogueVersion.objects.get()
    districts = Area.objects.at_level("district")
    kinds = UnitKind.objects.filter(level="district")

    assert Category.objects.leaves().count() == 210
    assert problems(version) == ()
    assert all(Department.objects.filter(kind=kind, area=area).count() == 1 for kind in kinds for area in districts)


def test_every_role_has_somebody(city):
    from routing.models import Role

    assert all(Staff.objects.with_role(role).exists() for role in Role.values)
