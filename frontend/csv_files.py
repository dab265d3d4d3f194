"""Figures as a file that spreadsheets open."""

import csv
from collections.abc import Iterable
from io import StringIO
from typing import Any

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from petitions.spreadsheets import UTF_8, inert


def csv_file(name: str, rows: Iterable[Iterable[Any]]) -> HttpResponse:
    """A download called `name`; numbers stay numbers, everything else is text that no spreadsheet carries out."""
    written = StringIO()
    csv.writer(written).writerows([cell if isinstance(cell, int) else inert(str(cell)) for cell in row] for row in rows)
    response = HttpResponse(UTF_8 + written.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, name)
    return response
