"""An edition of the catalogue as a workbook that can be edited and loaded again (routing/loading/catalogue.py)."""

from __future__ import annotations

import io
import re

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from routing.differences import with_words
from routing.loading.catalogue import COLUMNS
from routing.models import CatalogueEntry, CatalogueVersion

# In the order of the sheet; the headings are those that the loader knows.
ORDER = (
    "category",
    "category_name",
    "area",
    "area_name",
    "season",
    "hours",
    "tags",
    "main_kind",
    "main_department",
    "unit_name",
    "assisting_kinds",
    "tier",
    "assessment",
    "answer_template",
)
WIDTHS = {"category_name": 36, "area_name": 24, "unit_name": 24, "assisting_kinds": 30, "answer_template": 60}
USUAL_WIDTH = 14
# What a workbook cannot hold; openpyxl would refuse the whole file.
UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def workbook(version: CatalogueVersion) -> bytes:
    """XLSX, one row per entry in the order of the tree. One statement."""
    headings = {english: heading for heading, english in COLUMNS.names.items() if heading != english}
    book = Workbook(write_only=True)
    sheet = book.create_sheet(f"第{version.number}版")
    for letter, name in zip("ABCDEFGHIJKLMN", ORDER, strict=True):
        sheet.column_dimensions[letter].width = WIDTHS.get(name, USUAL_WIDTH)
    sheet.freeze_panes = "A2"
    sheet.append([_heading(sheet, headings[name]) for name in ORDER])
    entries = CatalogueEntry.objects.filter(version=version).order_by("category__code", "area__code", "id")
    for entry in with_words(entries):
        row = _row(entry)
        sheet.append([_text(sheet, row[name]) for name in ORDER])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _row(entry: CatalogueEntry) -> dict[str, str]:
    conditions = entry.conditions
    return {
        "category": entry.category.code,
        "category_name": entry.category.full_name,
        "area": entry.area.code if entry.area else "",
        "area_name": entry.area.full_name if entry.area else "",
        "season": conditions.get("season", ""),
        "hours": conditions.get("hours", ""),
        "tags": ";".join(conditions.get("tags", [])),
        "main_kind": entry.main_kind_id or "",
        "main_department": entry.main_department.code if entry.main_department else "",
        "unit_name": str(entry.main_department or entry.main_kind or ""),
        "assisting_kinds": ";".join(entry.assisting_kinds),
        "tier": entry.tier,
        "assessment": entry.assessment,
        "answer_template": entry.answer_template,
    }


def _heading(sheet, text: str) -> WriteOnlyCell:
    cell = _text(sheet, text)
    cell.font = Font(bold=True)
    return cell


def _text(sheet, text: str) -> WriteOnlyCell:
    """Always a text: what begins with "=" must not be reckoned as a formula by whoever opens the file."""
    cell = WriteOnlyCell(sheet, value=UNWRITABLE.sub("", text))
    cell.data_type = "s"
    return cell
