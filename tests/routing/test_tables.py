"""Reading tables as people send them: encodings, workbooks, broken files."""

from datetime import datetime

import openpyxl
import pytest

from routing.tables import BadTable, Columns, EmptyTable, UnreadableTable, WrongColumns, read_table
from tests.routing.files import a_file

COLUMNS = Columns.of({"name": "名称"}, {"words": "词"})


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
def test_a_csv_is_read_in_the_encodings_that_people_use(tmp_path, encoding):
    rows = read_table(a_file(tmp_path, "名称,词\n临湖街道,湖;岸；堤\n", encoding=encoding), COLUMNS)

    assert [(row.number, row["name"], row.words("words")) for row in rows] == [(2, "临湖街道", ["湖", "岸", "堤"])]


def test_an_xlsx_is_read_and_empty_rows_are_counted(tmp_path):
    book = openpyxl.Workbook()
    for cells in [["名称", "词"], ["甲", 2026], [None, None], ["乙", datetime(2026, 10, 1)]]:
        book.active.append(cells)
    book.save(tmp_path / "book.xlsx")

    rows = read_table(tmp_path / "book.xlsx", COLUMNS)

    assert [(row.number, row["name"], row["words"]) for row in rows] == [(2, "甲", "2026"), (4, "乙", "2026-10-01")]


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        ("a.xlsx", b"PK\x03\x04 not really a workbook", UnreadableTable),
        ("a.xlsx", b"name\nx\n", UnreadableTable),
        ("a.xlsx", b"", UnreadableTable),
        ("a.csv", b"\xff\xff\xff\x00", UnreadableTable),
        ("a.csv", b"name\n\0\n", UnreadableTable),
        ("a.csv", b"name\n" + b"x" * 200_000, UnreadableTable),
        ("a.csv", b"", EmptyTable),
        ("a.csv", b"name\n\n", EmptyTable),
        ("a.csv", "name,天气\nx,y\n".encode(), WrongColumns),
        ("a.csv", "词\ny\n".encode(), WrongColumns),
        ("a.csv", "name,名称\nx,y\n".encode(), WrongColumns),
    ],
)
def test_a_file_that_is_no_table_is_refused(tmp_path, name, content, error):
    (tmp_path / name).write_bytes(content)

    with pytest.raises(error) as refused:
        read_table(tmp_path / name, COLUMNS)

    assert isinstance(refused.value, BadTable)
