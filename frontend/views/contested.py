"""会商台: returns, conferences, emergencies nobody rang up; both sides' reasons and evidence, the clock, the ruling."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from frontend.guards import staff_with
from frontend.places import SORTING
from petitions.queries import conference, keyset

WORDS = {"conference": _("会商"), "return": _("退单"), "notice": _("待电话通知")}


@staff_with(*SORTING)
def desk(request: HttpRequest) -> HttpResponse:
    counts = conference.tabs(request.user)
    first = next((tab for tab in WORDS if counts[tab]), "conference")
    which = request.GET.get("tab", "") if request.GET.get("tab", "") in WORDS else first
    found = _page(request.user, which, request.GET.get("after", ""))
    context = {
        "tabs": [{"code": code, "word": word, "count": counts[code]} for code, word in WORDS.items()],
        "which": which,
        "rows": _rows(which, found.rows),
        "next": "?" + urlencode({"tab": which, "after": found.next}) if found.next else "",
        "here": urlencode({"tab": which, "after": request.GET.get("after", "")}),
        "now": timezone.now(),
    }
    return render(request, "contested.html" + ("#rows" if request.htmx else ""), context)


def _page(staff: Any, which: str, after: str) -> keyset.Page:
    lists = {"conference": conference.conferences, "return": conference.returns, "notice": conference.unnotified}
    return lists[which](staff, after=after)


def _rows(which: str, found: Sequence[Any]) -> list[dict[str, Any]]:
    units = conference.contesting(list(found)) if which == "conference" else {}
    return [_row(which, row) | {"units": units.get(row.pk, [])} for row in found]


def _row(which: str, row: Any) -> dict[str, Any]:
    """The case with its sides, and the clock that counts in this tab."""
    if which == "notice":
        return {"case": row.petition, "due": row.notice_by, "start": row.assigned_at, "unit": row.department}
    case = row if which == "conference" else row.petition
    called = conference.why_called(case)
    return {
        "case": case,
        "due": row.due_at,
        "start": called.at if which == "conference" and called else getattr(row, "filed_at", None),
        "unit": case.main_department,
        "sides": conference.sides(case),
        "called": called if which == "conference" else None,
    }
