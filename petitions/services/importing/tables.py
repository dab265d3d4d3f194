"""A file that somebody sent, as a heading and rows of cells. Reads again on demand, so large CSV files stay on disk."""

import codecs
import csv
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from petitions.errors import PetitionError

CHUNK = 1 << 20
LONGEST_CELL = 1 << 26  # csv's own limit of 128 KB would end the whole file at one long cell
DELIMITERS = ",\t;|"
# Share of undecodable bytes in what is not ASCII. GBK read as UTF-8 has nine in ten, UTF-8 with a few broken
# characters next to none, and would often pass for GBK: so UTF-8 is asked first, and generously.
MOST_BAD = {"utf-8": 0.3, "gb18030": 0.02}
MOST_CONTROL = 0.1
WORKBOOK, OLD_WORKBOOK = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


class BadFile(PetitionError):
    """文件不能导入。"""


class NotThere(BadFile):
    """没有这个文件，请核对路径。"""


class NotAFile(BadFile):
    """这是一个文件夹，请给出其中的一个 CSV 或 XLSX 文件。"""


class NotReadable(BadFile):
    """文件打不开，请检查读取权限。"""


class Empty(BadFile):
    """文件是空的。"""


class HeadingOnly(BadFile):
    """文件只有表头，没有数据行。"""


class NotATable(BadFile):
    """这不是文字表格：请给出 CSV(UTF-8 或 GBK/GB18030)或 XLSX 文件。"""


class OldWorkbook(BadFile):
    """这是旧版 Excel 文件(.xls),请另存为 .xlsx 或 CSV 再导入。"""


class BrokenWorkbook(BadFile):
    """XLSX 文件已损坏或加了密码，请用 Excel 打开后重新保存。"""


Cells = Sequence[Any]


@dataclass(frozen=True)
class Table:
    """`rows()` yields (row number, cells); numbers count as a spreadsheet does, the heading being 1."""

    form: str
    headings: tuple[str, ...]
    rows: Callable[[], Iterator[tuple[int, Cells]]]

    def count(self) -> int:
        """How many filled rows there are. Raises HeadingOnly when none."""
        counted = sum(1 for _ in self.rows())
        if not counted:
            raise HeadingOnly
        return counted


def open_table(path: Path, known: Callable[[str], bool]) -> Table:
    """Find out what the file is. `known` says which headings are ours, which tells the delimiter. Raises BadFile."""
    first = _first_bytes(path)
    if first.startswith(OLD_WORKBOOK):
        raise OldWorkbook
    if first.startswith(WORKBOOK):
        return _of(f"XLSX {path.name}", lambda: _sheet(path))
    if path.suffix.lower() in (".xlsx", ".xlsm"):
        raise BrokenWorkbook
    encoding = _encoding(path, first)
    delimiter = _delimiter(path, encoding, known)
    form = f"CSV {path.name}({encoding}，分隔符 {'制表符' if delimiter == chr(9) else delimiter})"
    return _of(form, lambda: _lines(path, encoding, delimiter))


def _first_bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            first = file.read(CHUNK)
    except FileNotFoundError as problem:
        raise NotThere(f"没有这个文件：{path}") from problem
    except IsADirectoryError as problem:
        raise NotAFile from problem
    except OSError as problem:
        raise NotReadable from problem
    if not first.strip(b"\xef\xbb\xbf \t\r\n"):
        raise Empty
    return first


def _of(form: str, source: Callable[[], Iterator[Cells]]) -> Table:
    headings = next((cells for cells in source() if _filled(cells)), None)
    if headings is None:
        raise Empty

    def rows() -> Iterator[tuple[int, Cells]]:
        seen_heading = False
        for number, cells in enumerate(source(), start=1):
            if _filled(cells):
                if seen_heading:
                    yield number, cells
                seen_heading = True

    return Table(form, tuple(str(cell or "").strip() for cell in headings), rows)


def _filled(cells: Cells) -> bool:
    return any(cell is not None and str(cell).strip() for cell in cells)


# ── CSV ──
def _encoding(path: Path, first: bytes) -> str:
    for mark, encoding in MARKS.items():
        if first.startswith(mark):
            return encoding
    for encoding, most in MOST_BAD.items():
        if _bad_share(path, encoding) <= most:
            return encoding
    raise NotATable


_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_UNDECODED = re.compile(r"[\udc80-\udcff]")


def _bad_share(path: Path, encoding: str) -> float:
    """The share of undecodable bytes among all that is not ASCII; 1 for what is no text at all."""
    decoder = codecs.getincrementaldecoder(encoding)("surrogateescape")
    bad = foreign = control = total = 0
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            text = decoder.decode(chunk)
            total += len(text)
            control += len(_CONTROL.findall(text))
            bad += len(_UNDECODED.findall(text))
            foreign += len(text) - len(text.encode("ascii", "ignore"))
    if control > MOST_CONTROL * total:
        return 1.0
    return bad / foreign if foreign else 0.0


def _delimiter(path: Path, encoding: str, known: Callable[[str], bool]) -> str:
    """The one that makes most headings known; of equals the one that makes most columns."""
    with path.open(encoding=encoding, errors="surrogateescape", newline="") as file:
        line = next((line for line in file if line.strip()), "")

    def fit(delimiter: str) -> tuple[int, int]:
        cells = next(csv.reader([line], delimiter=delimiter), [])
        return sum(known(cell.strip()) for cell in cells), len(cells)

    return max(DELIMITERS, key=fit)


def _lines(path: Path, encoding: str, delimiter: str) -> Iterator[Cells]:
    csv.field_size_limit(LONGEST_CELL)
    with path.open(encoding=encoding, errors="surrogateescape", newline="") as file:
        try:
            yield from csv.reader(file, delimiter=delimiter)
        except csv.Error as problem:
            raise NotATable(f"第 {problem} 处读不下去：可能少了一个引号。") from problem


# ── XLSX ──
UNREADABLE = (BadZipFile, InvalidFileException, ParseError, KeyError, IndexError, ValueError, OSError, EOFError)


def _sheet(path: Path) -> Iterator[Cells]:
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        try:
            yield from book.worksheets[0].iter_rows(values_only=True)
        finally:
            book.close()
    except (
        BadZipFile,
        InvalidFileException,
        ParseError,
        KeyError,
        IndexError,
        ValueError,
        OSError,
        EOFError,
    ) as problem:
        raise BrokenWorkbook from problem
