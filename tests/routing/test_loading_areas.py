"""Another city's areas: good files load once, bad rows say why and leave nothing behind."""

import pytest
from django.core.management import call_command

from routing import rulebook
from routing.loading.areas import COLUMNS, load_areas
from routing.loading.sync import NothingSaved
from routing.models import (
    Area,
)
from routing.tables import read_table
from tests.routing.files import AREAS, a_file, the_refusal

pytestmark = pytest.mark.django_db


def test_a_missing_file_is_refused(tmp_path):
    assert "文件打不开" in the_refusal("load_areas", tmp_path / "nothing.csv")


def test_unknown_columns_are_named(tmp_path):
    said = the_refusal("load_areas", a_file(tmp_path, "name,parent,level,weather\nx,,city,rain\n"))

    assert "不认识的列：weather" in said
    assert not Area.objects.exists()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gbk"])
def test_another_citys_areas_load_without_codes(tmp_path, encoding):
    call_command("load_areas", str(a_file(tmp_path, AREAS, encoding=encoding)))

    assert Area.objects.get(name="丙镇").path == "东省/甲市/乙区/丙镇/"
    assert list(Area.objects.under(Area.objects.get(name="乙区")).values_list("name", flat=True)) == ["乙区", "丙镇"]


def test_loading_the_same_areas_again_changes_nothing(tmp_path, capsys):
    path = str(a_file(tmp_path, AREAS))
    call_command("load_areas", path)
    before, stamp = list(Area.objects.values()), rulebook.current().stamp

    call_command("load_areas", path)

    assert "新增 0，更改 0，不变 4" in capsys.readouterr().out
    assert list(Area.objects.values()) == before
    assert rulebook.current().stamp == stamp


def test_children_may_come_before_their_parents(tmp_path):
    lines = AREAS.splitlines()
    call_command("load_areas", str(a_file(tmp_path, "\n".join([lines[0], *reversed(lines[1:])]))))

    assert Area.objects.get(name="丙镇").full_name == "东省 甲市 乙区 丙镇"


BAD_AREAS = (
    AREAS
    + "丙镇,乙区,street\n丁村,无此镇,community\n,乙区,street\n戊,乙区,galaxy\n己区,丙镇,district\n庚,,street\n"
    + "a/b,乙区,street\n辛,辛,street\n"
)


def test_bad_rows_are_named_and_nothing_is_saved(tmp_path, capsys):
    refused = the_refusal("load_areas", a_file(tmp_path, BAD_AREAS))

    said = capsys.readouterr().err
    assert "什么都没有保存" in refused
    assert [line.split("：")[0] for line in said.splitlines()] == [f"第{row}行" for row in range(6, 14)]
    for words in ["“丙镇”重复", "上级“无此镇”不存在", "没有名称", "层级“galaxy”不认识", "不能放在“丙镇”", "必须写上级"]:
        assert words in said
    assert not Area.objects.exists()


def test_partial_loads_the_good_rows(tmp_path, capsys):
    call_command("load_areas", str(a_file(tmp_path, BAD_AREAS)), "--partial")

    assert Area.objects.count() == 4
    assert "未载入 8 行" in capsys.readouterr().out


def test_an_area_that_moves_takes_along_those_below_it(tmp_path):
    text = (
        "code,name,parent,level\nC,城,,city\nW,西区,C,district\nE,东区,C,district\nS,街,W,street\nM,社区,S,community\n"
    )
    call_command("load_areas", str(a_file(tmp_path, text)))

    call_command("load_areas", str(a_file(tmp_path, "code,name,parent,level\nS,街,E,street\n")))

    assert Area.objects.get(code="M").path == "C/E/S/M/"


def test_a_district_called_like_one_of_another_city_is_no_obstacle(city, tmp_path):
    text = "name,parent,level\n别市,,city\n江北区,别市,district\n望河街道,江北区,street\n"

    call_command("load_areas", str(a_file(tmp_path, text)))

    assert set(Area.objects.filter(name="望河街道").values_list("full_name", flat=True)) == {
        "临江市 江北区 望河街道",
        "别市 江北区 望河街道",
    }


def test_a_parent_that_two_areas_are_called_needs_a_code(tmp_path):
    text = AREAS + "乙,甲市,district\n丙镇,乙,street\n丁村,丙镇,community\n"

    with pytest.raises(NothingSaved) as refused:
        load_areas(read_table(a_file(tmp_path, text), COLUMNS))

    assert [str(problem) for problem in refused.value.problems] == ["第8行：上级“丙镇”有2个，请改用编码"]
