"""Other systems' files: every row becomes a case or a named problem, whatever the file looks like."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from django.core.management import CommandError

from petitions.models import Event, Petition
from petitions.services.importing.columns import ColumnsMissing, columns_of
from tests.petitions.files import HEADINGS, ROW, a_csv, a_row, written

SHANGHAI = ZoneInfo("Asia/Shanghai")


# ── files of all kinds ──
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_csv_is_read_in_the_encoding_and_with_the_delimiter_it_has(bring, tmp_path, encoding, delimiter):
    bring(a_csv(tmp_path / "a.csv", ROW, encoding=encoding, delimiter=delimiter))

    case = Petition.objects.get()
    assert (case.title, case.text, case.external_id) == (ROW[2], ROW[4], "1001")
    assert case.received_at == datetime(2019, 2, 28, 11, 25, 5, tzinfo=SHANGHAI)


def test_a_workbook_is_read_with_its_own_dates_and_numbers(bring, tmp_path):
    book = openpyxl.Workbook()
    book.active.append(HEADINGS)
    book.active.append([1001, "U01", ROW[2], datetime(2019, 2, 28, 11, 25, 5), ROW[4]])
    book.save(tmp_path / "a.xlsx")

    bring(tmp_path / "a.xlsx")

    case = Petition.objects.get()
    assert (case.external_id, case.received_at) == ("1001", datetime(2019, 2, 28, 11, 25, 5, tzinfo=SHANGHAI))


def broken_workbook(path: Path) -> Path:
    path.write_bytes(b"PK\x03\x04" + b"\x00" * 200)
    return path


@pytest.mark.parametrize(
    ("make_file", "sentence"),
    [
        (lambda at: at / "nothing.csv", "没有这个文件"),
        (lambda at: at, "文件夹"),
        (lambda at: written(at / "a.csv", b""), "空的"),
        (lambda at: written(at / "a.csv", b"\xef\xbb\xbf\r\n\r\n"), "空的"),
        (lambda at: a_csv(at / "a.csv"), "只有表头"),
        (lambda at: written(at / "a.csv", bytes(range(256)) * 40), "不是文字表格"),
        (lambda at: written(at / "a.png", b"\x89PNG\r\n\x1a\n" + bytes(range(255)) * 9), "不是文字表格"),
        (lambda at: broken_workbook(at / "a.xlsx"), "损坏"),
        (lambda at: written(at / "a.xlsx", "留言主题,留言详情".encode()), "损坏"),
        (lambda at: written(at / "a.xls", b"\xd0\xcf\x11\xe0" + b"\x00" * 99), "旧版 Excel"),
        (lambda at: a_csv(at / "a.csv", ("1", "2"), headings=("甲", "乙")), "表里有：甲、乙"),
        (lambda at: a_csv(at / "a.csv", ROW, headings=(*HEADINGS[:4], "留言主题")), "两列都是 title"),
    ],
)
def test_a_file_that_cannot_be_imported_is_refused_with_a_sentence(bring, tmp_path, make_file, sentence):
    with pytest.raises(CommandError, match=sentence):
        bring(make_file(tmp_path))

    assert not Petition.objects.exists()


def test_columns_nobody_knows_are_named_and_kept_with_the_case_masked(bring, tmp_path):
    file = a_csv(tmp_path / "a.csv", (*ROW, "13800001111", "7"), headings=(*HEADINGS, "备注", "点赞"))

    said, _ = bring(file)

    extra = Event.objects.get(action="create").data["extra"]
    assert "备注、点赞" in said
    assert (extra["点赞"], "13800001111" in extra["备注"]) == ("7", False)


def test_a_mapping_file_says_which_column_is_which(bring, tmp_path):
    file = a_csv(tmp_path / "a.csv", ("9", "某人", "说了什么", "丢掉"), headings=("号", "谁", "话", "杂"))
    mapping = tmp_path / "map.json"
    mapping.write_text('{"id": "号", "user": "谁", "body": "话", "杂": null}', encoding="utf-8")

    bring(file, map=mapping)

    case = Petition.objects.get()
    assert (case.external_id, case.text, case.caller.account) == ("9", "说了什么", "某人")
    assert "extra" not in case.events.get(action="create").data


@pytest.mark.parametrize("content", ['{"body": "没有这列"}', '{"bodyy": "留言详情"}', "{", "[1]", '{"body": 3}'])
def test_a_mapping_file_that_does_not_fit_is_refused(bring, tmp_path, content):
    mapping = tmp_path / "map.json"
    mapping.write_text(content, encoding="utf-8")

    with pytest.raises(CommandError, match="列对应文件"):
        bring(a_csv(tmp_path / "a.csv", ROW), map=mapping)


def test_what_is_missing_is_said_together_with_what_is_there():
    with pytest.raises(ColumnsMissing, match=r"内容.*诉求人.*编号、时间"):
        columns_of(["编号", "时间"])


# ── rows of all kinds ──
@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"title": "", "body": "  \t "}, "写明要反映的事情"),
        ({"body": "长" * 1_000_000}, "超过 20000 字"),
        ({"body": "x" * 1_048_576, "title": ""}, "超过 20000 字"),
        ({"body": "\x00\x01\x02", "title": "\x00"}, "写明要反映的事情"),
        ({"time": "2199-01-01 00:00"}, "晚于现在"),
        ({"time": "1899/12/31"}, "早于 1990 年"),
        ({"time": "前天"}, "看不懂时间"),
        ({"time": "2019/2/30 11:25"}, "看不懂时间"),
        ({"time": ""}, "没有时间"),
        ({"user": ""}, "没有用户或电话"),
        ({"id": "9" * 81}, "最多 80 字"),
    ],
)
def test_a_row_that_cannot_be_a_case_becomes_a_line_with_its_number_and_its_cells(bring, tmp_path, cells, reason):
    bad = a_row(1002, **cells)

    said, problems = bring(a_csv(tmp_path / "a.csv", ROW, bad, a_row(1003)))

    assert Petition.objects.count() == 2
    assert [line[0] for line in problems] == ["3"]
    assert reason in problems[0][1]
    assert problems[0][2:] == list(bad)
    assert "有问题 1" in said


@pytest.mark.parametrize(
    "words",
    [
        "施工太吵😡😡,孩子👶睡不着🌙",
        "馬路上的路燈壞了，請儘快維修",
        "'; DROP TABLE petitions_petition; -- <script>alert(1)</script> {{ 7*7 }}",
        '=HYPERLINK("http://x","点我")',
        "𠮷野家门口有井盖破损\u202e",
        '第一行\n第二行，带逗号和“引号”"',
    ],
)
def test_unusual_words_are_kept_as_they_are(bring, tmp_path, words):
    bring(a_csv(tmp_path / "a.csv", a_row(body=words)))

    assert Petition.objects.get().text == words


def test_control_characters_are_left_out_and_nothing_else(bring, tmp_path):
    bring(written(tmp_path / "a.csv", "id,user,body\n1,U1,路\x00灯\x07坏了\n".encode()))

    assert Petition.objects.get().text == "路灯坏了"


def test_undecodable_bytes_cost_their_row_only_and_come_back_as_they_were(bring, tmp_path):
    good = "".join(f"{n},U{n},小区门口的路灯坏了没有人来修理\n" for n in range(1, 40))
    file = written(tmp_path / "a.csv", f"id,user,body\n{good}".encode() + b"40,U40,\xff\xfe\n")

    bring(file)

    assert Petition.objects.count() == 39
    assert b"40,U40,\xff\xfe" in (tmp_path / "problems.csv").read_bytes()


def test_a_comma_too_many_is_a_problem_of_its_row(bring, tmp_path):
    file = written(tmp_path / "a.csv", "id,user,body\n1,U1,路灯坏了,很久\n2,U2,井盖坏了\n".encode())

    _, problems = bring(file)

    assert [(line[0], Petition.objects.get().text) for line in problems] == [("2", "井盖坏了")]


def test_a_title_longer_than_its_place_is_kept_whole_in_the_text(bring, tmp_path):
    title = "很长的标题" * 60

    bring(a_csv(tmp_path / "a.csv", a_row(title=title)))

    case = Petition.objects.get()
    assert (case.title, case.text.startswith(title)) == (title[:200], True)


def test_the_mended_problems_file_can_be_imported_as_it_is(bring, tmp_path):
    bring(a_csv(tmp_path / "a.csv", ROW, a_row(1002, time="前天")))
    mended = tmp_path / "mended.csv"
    mended.write_text((tmp_path / "problems.csv").read_text("utf-8-sig").replace("前天", "2019-03-01"), "utf-8")

    _, problems = bring(mended)

    assert (Petition.objects.count(), problems) == (2, [])


# ── nothing twice ──
def test_duplicates_in_a_file_name_the_first_row_and_say_whether_they_differ(bring, tmp_path):
    _, problems = bring(a_csv(tmp_path / "a.csv", ROW, ROW, a_row(1001, body="换了说法")))

    assert Petition.objects.count() == 1
    assert [line[1] for line in problems] == ["与第 2 行编号重复(内容相同)", "与第 2 行编号重复(内容不同)"]


def test_importing_again_imports_nothing_twice(bring, tmp_path):
    file = a_csv(tmp_path / "a.csv", ROW, a_row(1002))
    bring(file)

    said, problems = bring(file)

    assert (Petition.objects.count(), problems) == (2, [])
    assert "新增 0，以前已导入 2" in said


def test_without_ids_rows_are_known_by_what_they_say(bring, tmp_path):
    file = a_csv(tmp_path / "a.csv", ROW[1:], (*ROW[1:4], "另一件事"), headings=HEADINGS[1:])
    bring(file)
    bring(file)

    assert Petition.objects.count() == 2


def test_a_row_that_says_something_else_now_is_a_problem_and_the_case_stays(bring, tmp_path):
    bring(a_csv(tmp_path / "a.csv", ROW))

    _, problems = bring(a_csv(tmp_path / "b.csv", a_row(1001, body="完全不同的内容")))

    assert Petition.objects.get().text == ROW[4]
    assert "已导入过，但内容不同" in problems[0][1]


def test_the_same_user_is_one_caller_however_often_they_wrote(bring, tmp_path):
    bring(a_csv(tmp_path / "a.csv", ROW, a_row(1002), a_row(1003, user="U02")))

    assert len({case.caller_id for case in Petition.objects.all()}) == 2


def test_one_account_with_two_numbers_loses_none(bring, tmp_path):
    rows = [("1", "U1", "13800001111", "甲"), ("2", "U1", "13900002222", "乙"), ("3", "U1", "13800001111", "丙")]

    bring(a_csv(tmp_path / "a.csv", *rows, headings=("id", "user", "phone", "body")))

    callers = {case.external_id: case.caller for case in Petition.objects.all()}
    assert [callers[key].phone for key in "123"] == ["13800001111", "13900002222", "13800001111"]
    assert callers["1"] == callers["3"] != callers["2"]
