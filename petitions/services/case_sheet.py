"""Cases as rows of a file that spreadsheets open: CSV or XLSX, row by row, a caller only as a mask."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from petitions import rules
from petitions.models import Petition
from petitions.services import clock
from petitions.spreadsheets import UTF_8, inert

HEAD = (
    *("工单号", "标题", "内容（脱敏）", "状态", "结果", "紧急程度", "渠道", "分类", "区域", "地点", "主办单位"),
    *("受理时间", "到期时间", "办结时间", "催办次数", "标签", "诉求人", "电话"),
)
WIDTHS = {"标题": 36, "内容（脱敏）": 60, "分类": 30, "区域": 30, "地点": 30, "主办单位": 24}
USUAL_WIDTH = 16
# What a workbook cannot hold; openpyxl would refuse the whole file.
UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
HIDDEN = "保密"


class Sheet:
    """A file in the making for one reader. `rows` counts cases, not the heading."""

    def __init__(self, form: str, *, reader: Any):
        self.rows = 0
        self._sees_everybody = reader.has_role(*rules.SEE_PERSON)
        self._file = {"csv": _Csv, "xlsx": _Xlsx}[form]()

    def add(self, cases: Iterable[Petition]) -> None:
        for case in cases:
            self._file.write([_safe(value) for value in self._values(case)])
            self.rows += 1

    def content(self) -> bytes:
        return self._file.content()

    def _values(self, case: Petition) -> Iterator[Any]:
        yield from (case.no, case.title, case.redacted_text, case.get_state_display(), case.get_outcome_display())
        yield from (case.get_urgency_display(), case.get_channel_display())
        yield case.category.full_name if case.category else ""
        yield case.area.full_name if case.area else ""
        yield from (case.address, str(case.main_department or ""))
        yield from (_time(case.received_at), _time(case.due_at), _time(case.closed_at))
        yield from (case.urged, "、".join(case.tags))
        yield from self._caller(case)

    def _caller(self, case: Petition) -> tuple[str, str]:
        if case.caller is None:
            return "", ""
        if case.confidential and not self._sees_everybody:
            return HIDDEN, HIDDEN
        return case.caller.masked_name, case.caller.masked_phone


class _Csv:
    def __init__(self) -> None:
        self._out = io.StringIO(newline="")
        self._writer = csv.writer(self._out)
        self._writer.writerow(HEAD)

    def write(self, values: list) -> None:
        self._writer.writerow(values)

    def content(self) -> bytes:
        return (UTF_8 + self._out.getvalue()).encode()


class _Xlsx:
    def __init__(self) -> None:
        self._book = Workbook(write_only=True)
        self._sheet = self._book.create_sheet("工单")
        for position, word in enumerate(HEAD):
            self._sheet.column_dimensions[chr(ord("A") + position)].width = WIDTHS.get(word, USUAL_WIDTH)
        self._sheet.freeze_panes = "B2"
        self._sheet.append([self._heading(word) for word in HEAD])

    def write(self, values: list) -> None:
        self._sheet.append(values)

    def content(self) -> bytes:
        out = io.BytesIO()
        self._book.save(out)
        return out.getvalue()

    def _heading(self, word: str) -> WriteOnlyCell:
        cell = WriteOnlyCell(self._sheet, word)
        cell.font = Font(bold=True)
        return cell


def _safe(value: Any) -> Any:
    """Text that no spreadsheet carries out; numbers stay numbers."""
    return inert(UNWRITABLE.sub("", value)) if isinstance(value, str) else value


def _time(moment: datetime | None) -> str:
    return f"{clock.local(moment):%Y-%m-%d %H:%M}" if moment else ""
