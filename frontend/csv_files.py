"""Figures as a file that spreadsheets open."""

import csv
from collections.abc import Iterable
from io import StringIO
from typing import Any

from django.http import HttpResponse
from django.utils.http import content_disposition_header

RISKY = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would take such a cell for a formula
UTF_8 = "\ufeff"  # the mark that makes Excel read it


def csv_file(name: str, rows: Iterable[Iterable[Any]]) -> HttpResponse:
    """A download called `name`; numbers stay numbers, everything else is text that no spreadsheet carries out."""
    written = StringIO()
    csv.writer(written).writerows([cell if isinstance(cell, int) else _safe(str(cell)) for cell in row] for row in rows)
    response = HttpResponse(UTF_8 + written.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, name)
    return response


def _safe(text: str) -> str:
    return f"'{text}" if text.startswith(RISKY) else text
