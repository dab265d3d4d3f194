"""审计日志: who came in, who saw whom, what was changed, what left as a file. Taking the list away is in it too."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frontend.administering import frame
from frontend.csv_files import csv_file
from frontend.forms.manage_rules import AuditFilter
from frontend.guards import staff_with
from frontend.paging import next_page
from frontend.parameter_words import written
from petitions import rules
from petitions.models import Disclosure, Lookup
from petitions.queries.manage import trail
from petitions.queries.manage.trail import Filters, Line
from petitions.storable import storable
from routing.models import AuditEntry

MOST_EXPORTED = 5000
REVEALED_WORDS = {
    "caller": gettext_lazy("诉求人信息"),
    "pack": gettext_lazy("证据包"),
    "attachment": gettext_lazy("附件"),
    "call": gettext_lazy("未接来电的号码"),
    "dial": gettext_lazy("外呼的号码"),
}


@dataclass(frozen=True)
class Shown:
    """One line of the list in words."""

    at: datetime
    kind: str
    who: str
    what: str
    reason: str
    address: str
    no: str = ""
    before: str = ""
    after: str = ""


@staff_with(*rules.MANAGE)
def page(request: HttpRequest) -> HttpResponse:
    form, filters = _asked(request)
    found = trail.page(filters, after=request.GET.get("after", "")[:80])
    context = {"form": form, "lines": [_shown(line) for line in found.lines], "next": next_page(request, found.next)}
    context |= {"query": _query(request), "subject": filters.subject}
    return render(request, "manage_audit.html", context | frame(request, "manage-audit"))


@staff_with(*rules.MANAGE)
def download(request: HttpRequest) -> HttpResponse:
    """What is filtered, newest first, at most MOST_EXPORTED lines."""
    _form, filters = _asked(request)
    head = [_("时间"), _("种类"), _("经办人"), _("内容"), _("工单"), _("原值"), _("新值"), _("原因"), _("来源地址")]
    found = trail.page(filters, size=MOST_EXPORTED)
    return csv_file(_("审计%(day)s.csv") % {"day": f"{timezone.localdate():%Y%m%d}"}, [head, *_cells(found.lines)])


def _cells(lines: Sequence[Line]) -> Iterator[list[Any]]:
    for line in map(_shown, lines):
        at = timezone.localtime(line.at).isoformat(sep=" ", timespec="seconds")
        yield [at, line.kind, line.who, line.what, line.no, line.before, line.after, line.reason, line.address]


def _asked(request: HttpRequest) -> tuple[AuditFilter, Filters]:
    form = AuditFilter(request.GET)
    said = form.cleaned_data if form.is_valid() else {}
    return form, Filters(**said, subject=storable(request.GET.get("subject", "")[:120]))


def _shown(line: Line) -> Shown:
    return _WORDED[line.source](line)


def _change(line: Line) -> Shown:
    row: AuditEntry = line.row
    return Shown(
        at=row.at,
        kind=str(row.get_kind_display()),
        who=str(row.actor or "—"),
        what=row.words or row.subject,
        reason=row.reason,
        address=row.address or "",
        before="" if row.before is None else written(row.before),
        after="" if row.after is None else written(row.after),
    )


def _revealed(line: Line) -> Shown:
    row: Disclosure = line.row
    words = str(REVEALED_WORDS.get(row.what, row.what))
    no = row.petition.no if row.petition else ""  # a call that nobody took has no case
    return Shown(row.at, _("查看诉求人"), str(row.staff), words, row.reason, row.address or "", no)


def _looked_up(line: Line) -> Shown:
    row: Lookup = line.row
    what = _("%(what)s，找到 %(n)s 件") % {"what": row.get_what_display(), "n": row.found}
    # Of a number only its keyed hash was kept: nothing that a reader of this page needs.
    asked = written(row.said) if row.what == Lookup.What.EXPORT and row.said else ""
    kind = str(AuditEntry.Kind(line.kind).label)
    return Shown(row.at, kind, str(row.staff), what, "", row.address or "", after=asked)


_WORDED = {trail.ALL: _change, trail.REVEALED: _revealed, trail.LOOKED_UP: _looked_up}


def _query(request: HttpRequest) -> str:
    query = request.GET.copy()
    query.pop("after", None)
    return query.urlencode()
