"""Tables that people send us (CSV in UTF-8 or GBK, XLSX) as rows with the numbers they have in the sheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

# GB18030 contains GBK and GB2312.
# No name, list of keywords or template is longer; a longer cell is a quote that was never closed.
LONGEST_CELL = 20_000
ENCODINGS = ("utf-8-sig", "gb18030")


class BadTable(ValueError):
    """表格不能使用。"""


class UnreadableTable(BadTable):
    """文件打不开：不是完好的 CSV（UTF-8 或 GBK）或 XLSX 文件。"""


class EmptyTable(BadTable):
    """文件里没有数据行。"""


class WrongColumns(BadTable):
    """列名不符。"""


@dataclass(frozen=True)
class Problem:
    """Why one row cannot be used; `row` counts as the sheet does, the header being 1."""

    row: int
    text: str

    def __str__(self) -> str:
        return f"第{self.row}行：{self.text}"


@dataclass(frozen=True)
class Row:
    number: int
    values: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.values.get(column, "")

    def words(self, column: str) -> list[str]:
        """A cell that lists several things, separated by ";" or "；"."""
        return [word.strip() for word in self[column].replace("；", ";").split(";") if word.strip()]


@dataclass(frozen=True)
class Columns:
    """English names by all the headings they go by; `required` must be there."""

    names: Mapping[str, str]
    required: frozenset[str]

    @classmethod
    def of(cls, required: Mapping[str, str], optional: Mapping[str, str]) -> Columns:
        """Both map a column to its Chinese heading; either may be used in the file."""
        both = {**required, **optional}
        return cls({**{name: name for name in both}, **{zh: name for name, zh in both.items()}}, frozenset(required))


def read_table(path: str | Path, columns: Columns) -> list[Row]:
    """All filled rows, cells stripped, columns by their English names; raises a BadTable."""
    cells = list(_sheet(Path(path)))
    if not cells:
        raise EmptyTable(EmptyTable.__doc__)
    names = _header(cells[0][1], columns)
    rows = [Row(number, _named(names, values)) for number, values in cells[1:]]
    if not rows:
        raise EmptyTable(EmptyTable.__doc__)
    return rows


def _named(names: list[str], values: list[str]) -> dict[str, str]:
    return {name: value for name, value in zip(names, values, strict=False) if name}


def _header(headings: list[str], columns: Columns) -> list[str]:
    names = [columns.names.get(heading, "") for heading in headings]
    unknown = [heading for heading, name in zip(headings, names, strict=True) if heading and not name]
    missing = columns.required - set(names)
    if unknown or missing:
        said = [f"不认识的列：{'、'.join(unknown)}"] if unknown else []
        said += [f"缺少的列：{'、'.join(sorted(missing))}"] if missing else []
        raise WrongColumns(f"{WrongColumns.__doc__}{'；'.join(said)}。可用的列：{'、'.join(columns.names)}")
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        raise WrongColumns(f"{WrongColumns.__doc__}重复的列：{'、'.join(twice)}")
    return names


def _sheet(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Row numbers and stripped cells; empty rows are left out but counted."""
    source = _xlsx(path) if path.suffix.lower() in (".xlsx", ".xlsm") else _csv(path)
    for number, cells in enumerate(source, start=1):
        stripped = [_text(cell) for cell in cells]
        if any(len(cell) > LONGEST_CELL for cell in stripped):
            raise UnreadableTable(UnreadableTable.__doc__)
        if any(stripped):
            yield number, stripped


def _csv(path: Path) -> Iterator[list[str]]:
    text = _decoded(path)
    first = text.split("\n", 1)[0]
    delimiter = "\t" if "\t" in first and "," not in first else ","
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    except csv.Error as error:
        raise UnreadableTable(UnreadableTable.__doc__) from error


def _decoded(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise UnreadableTable(f"文件打不开：{path}") from error
    for encoding in ENCODINGS:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise UnreadableTable(UnreadableTable.__doc__)


def _xlsx(path: Path) -> Iterable[list[object]]:
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        return [list(cells) for cells in book.worksheets[0].iter_rows(values_only=True)]
    except (BadZipFile, InvalidFileException, ParseError, KeyError, IndexError, ValueError, OSError, EOFError) as error:
        raise UnreadableTable(UnreadableTable.__doc__) from error


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime) and cell.time() == datetime.min.time():
        cell = cell.date()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return str(cell).strip()
