"""督办台: lamps, the matrix of units and lateness, what keeps coming back, supervisions; 催办 of many at once."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from frontend.distance import distance
from frontend.forms.supervision import UrgeForm
from frontend.guards import staff_with
from frontend.places import SUPERVISING
from frontend.refusals import refuse, valid
from frontend.timeline import steps_beside
from petitions.errors import PetitionError
from petitions.models import Assignment, Petition
from petitions.queries import keyset, supervision
from petitions.row_keys import row_key
from petitions.services import supervision as supervising
from routing import rulebook
from routing.models import Department
from routing.rulebook import Rulebook

WORDS = {
    "triple": _("超 3 倍"),
    "double": _("超 2 倍"),
    "over": _("超期"),
    "h2": _("2 小时内"),
    "h24": _("24 小时内"),
    "h72": _("72 小时内"),
    "notice": _("待电话通知"),
    "again": _("反复"),
    "callers": _("一人多诉"),
    "unsolved": _("回访未解决"),
    "group": _("并案"),
    "hard": _("疑难"),
    "unread": _("督办未签收"),
    "running": _("督办中"),
}
LOOKS = {"triple": "over", "double": "over", "over": "over", "h2": "soon", "notice": "over", "unread": "soon"}
FIRST = "over"


@dataclass(frozen=True)
class Row:
    """A case in a list, with the part that can be urged and the clock that counts here."""

    case: Petition
    part: Assignment | None
    due: datetime | None
    start: datetime | None

    @property
    def unit(self) -> Department | None:
        return self.part.department if self.part else self.case.main_department


@staff_with(*SUPERVISING)
def desk(request: HttpRequest) -> HttpResponse:
    return page(request)


@staff_with(*SUPERVISING)
@require_POST
def urge(request: HttpRequest) -> HttpResponse:
    """催办: what is ticked gets a supervision with a receipt; each case answers for itself."""
    form = UrgeForm(request.POST)
    if valid(request, form):
        try:
            chosen = [key for key in map(row_key, request.POST.getlist("part")) if key is not None]
            urged = supervising.urge(chosen, actor=request.user, reason=form.cleaned_data["reason"])
        except PetitionError as refusal:
            return page(request, form, status=refuse(request, form, refusal))
        _say(request, urged)
        return redirect(f"{reverse('supervise')}?{_same_list(request)}")
    return page(request, form, status=422)


def page(request: HttpRequest, form: UrgeForm | None = None, *, status: int = 200) -> HttpResponse:
    now, rules = timezone.now(), rulebook.current()
    seen = supervision.overview(request.user, rules, now=now)
    context = _list(request, seen, rules, now) | {
        "form": form or UrgeForm(),
        "distance": distance(rules, now=now),
        "now": now,
    }
    return render(request, "supervise.html", context, status=status)


def _list(request: HttpRequest, seen: supervision.Overview, rules: Rulebook, now: datetime) -> dict[str, Any]:
    asked = request.POST if request.method == "POST" else request.GET
    which = asked.get("tab", "") if asked.get("tab", "") in WORDS else FIRST
    unit_id = row_key(asked.get("unit", ""))
    watched = supervision.supervisions(
        unread=which == "unread", after=asked.get("after", "") if _is_side(which) else ""
    )
    found = _rows(request.user, which, rules, now, unit_id, asked.get("after", ""))
    here = {"tab": which} | ({"unit": unit_id} if unit_id else {})
    following = watched.next if _is_side(which) else found.next
    return {
        "tabs": [
            {"code": code, "word": word, "count": seen.tabs[code], "look": LOOKS.get(code, "")}
            for code, word in WORDS.items()
        ],
        "heads": [{"code": code, "word": WORDS[code]} for code in supervision.BUCKETS],
        "lines": [_line(line) for line in seen.lines],
        "more_units": seen.units - len(seen.lines),
        "which": which,
        "word": WORDS[which],
        "unit": Department.objects.filter(pk=unit_id).first() if unit_id else None,
        "here": urlencode(here),
        "after": asked.get("after", ""),
        "rows": found.rows,
        "next": "?" + urlencode(here | {"after": following}) if following else "",
        "is_side": _is_side(which),
        "watched": [(row, steps) for row, steps in _with_steps(watched)],
        "watched_next": "" if _is_side(which) else watched.next,
    }


def _rows(staff: Any, which: str, rules: Rulebook, now: datetime, unit: int | None, after: str) -> keyset.Page:
    if _is_side(which):
        return keyset.Page((), "")
    if which in supervision.BUCKETS:
        found = supervision.parts_of(staff, which, rules, now=now, unit=unit, after=after)
        return keyset.Page([Row(part.petition, part, part.due_at, part.assigned_at) for part in found.rows], found.next)
    if which == "notice":
        found = supervision.unnotified(staff, after=after)
        rows = [Row(part.petition, part, part.notice_by, part.assigned_at) for part in found.rows]
        return keyset.Page(rows, found.next)
    found = supervision.cases_of(staff, which, rules, now=now, after=after)
    return keyset.Page([_row_of(case) for case in found.rows], found.next)


def _row_of(case: Petition) -> Row:
    main = next((part for part in case.assignments.all() if part.part == Assignment.Part.MAIN), None)
    return Row(case, main, case.due_at, case.received_at)


def _line(line: supervision.Line) -> dict[str, Any]:
    cells = [
        {"code": code, "count": count, "look": LOOKS.get(code, "")}
        for code, count in zip(supervision.BUCKETS, line.counts, strict=True)
    ]
    return {"unit_id": line.unit_id, "unit": line.unit, "cells": cells}


def _with_steps(found: keyset.Page):
    steps = supervision.steps_of(found)
    return ((row, steps_beside(steps[row.pk])) for row in found.rows)


def _is_side(which: str) -> bool:
    return which in supervision.SUPERVISION_TABS


def _same_list(request: HttpRequest) -> str:
    return urlencode({name: request.POST.get(name, "") for name in ("tab", "unit") if request.POST.get(name)})


def _say(request: HttpRequest, urged: supervising.Urged) -> None:
    if urged.done:
        messages.success(request, _("已催办 %(n)s 家，等待签收。") % {"n": urged.done})
    for number, why in urged.refused:
        messages.error(request, f"{number}：{why}")
