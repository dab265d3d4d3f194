"""热点: what many citizens report at once; one issue with its curve, its heat, its cases and what people change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontend import issue_words as words
from frontend.csv_files import csv_file
from frontend.forms.issues import FORMS, EditForm, IssueFilters
from frontend.guards import staff_with
from frontend.issue_charts import Columns, columns
from frontend.refusals import refuse, valid
from petitions import rules
from petitions.errors import PetitionError
from petitions.insight.issues.heat import Limits
from petitions.insight.models import HotIssue
from petitions.insight.queries import issues
from petitions.insight.queries.issues import LISTED, Filters, Step
from routing import rulebook

USUAL_DAYS = "7"


@dataclass(frozen=True)
class Line:
    """An issue as the list shows it; `number` is its place by heat."""

    number: int
    row: HotIssue
    state: tuple[str, Any]
    growth: tuple[str, str]
    reach: str


@staff_with(*rules.SEE_ISSUES)
def page(request: HttpRequest) -> HttpResponse:
    limits, now = Limits.of(rulebook.current()), timezone.now()
    usual = {"days": USUAL_DAYS, "least": limits.least_citizens}
    form = IssueFilters({**usual, **request.GET.dict()})
    filters = _filters(form, request.GET.get("list", ""), limits)
    found, before = issues.listing(filters, request.GET.get("after", ""))
    lines = [
        Line(before + at, row, words.STATES[row.state], words.growth(row), words.reach(row))
        for at, row in enumerate(found.rows, start=1)
    ]
    counts = issues.counts(filters)
    context = {
        "form": form,
        "lines": lines,
        "which": filters.which,
        "tabs": [(code, word, counts[code], _address(request, list=code)) for code, word in words.LISTS.items()],
        "next": _address(request, list=filters.which, after=found.next) if found.next else "",
        "limits": limits,
        "now": now,
    }
    return render(request, "issues.html", context)


@staff_with(*rules.SEE_ISSUES)
def issue(request: HttpRequest, pk: int) -> HttpResponse:
    return _detail(request, _found(pk), {}, 200)


@staff_with(*rules.EDIT_ISSUES)
@require_POST
def change(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Merge, split, rename, mark or undo; a refusal comes back with the form beside the issue."""
    if code not in FORMS:
        raise Http404
    found = _found(pk)
    form, status = FORMS[code](request.POST, issue=found), 422
    if valid(request, form):
        try:
            form.carry_out(request.user)
            messages.success(request, form.done)
            return redirect("issue", pk)
        except PetitionError as refusal:
            status = refuse(request, form, refusal)
    return _detail(request, found, {code: form}, status)


@staff_with(*rules.SEE_ISSUES)
def curve_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The figures of the curve as a file that spreadsheets open."""
    found = _found(pk)
    rows = ([step.first.isoformat(), step.messages, step.citizens] for step in issues.curve(found))
    return csv_file(_("热点%(no)s.csv") % {"no": found.pk}, [[_("日期"), _("工单"), _("市民")], *rows])


# ── inside ──
def _found(pk: int) -> HotIssue:
    found = issues.one(pk)
    if found is None:
        raise Http404
    return found


def _filters(form: IssueFilters, which: str, limits: Limits) -> Filters:
    chosen = form.chosen()
    days = chosen.get("days", USUAL_DAYS)
    return Filters(
        which=which if which in LISTED else "living",
        since=None if days == "all" else timezone.now() - timedelta(days=int(days)),
        area=chosen.get("area", ""),
        category=chosen.get("category", ""),
        least=chosen.get("least", limits.least_citizens),
    )


def _address(request: HttpRequest, **changed: str) -> str:
    query = request.GET.copy()
    query.pop("after", None)
    for name, value in changed.items():
        query[name] = value
    return "?" + query.urlencode()


def _detail(request: HttpRequest, found: HotIssue, bound: dict[str, EditForm], status: int) -> HttpResponse:
    limits = Limits.of(rulebook.current())
    steps, cases = issues.curve(found), issues.cases(found, request.GET.get("after", ""))
    may_edit = request.user.has_role(*rules.EDIT_ISSUES) and found.state != HotIssue.State.MERGED
    context = {
        "issue": found,
        "state": words.STATES[found.state],
        "growth": words.growth(found),
        "reach": words.reach(found),
        "steps": steps,
        "curve": _curve(found, steps),
        "terms": words.terms(found, limits) if found.terms else [],
        "limits": limits,
        "units": issues.units(found),
        "quoted": issues.representative(found),
        "cases": [(member, words.HOW[member.how], words.chance(member.chance)) for member in cases.rows],
        "next": f"{reverse('issue', args=[found.pk])}?after={cases.next}#cases" if cases.next else "",
        "edits": [(edit, words.KINDS[edit.kind], words.said(edit, found)) for edit in issues.edits(found)],
        "may_edit": may_edit,
        "is_wrong": any(form.errors for form in bound.values()),
        "now": timezone.now(),
    }
    if may_edit:
        context["forms"] = {code: bound.get(code) or form(issue=found) for code, form in FORMS.items()}
        context["to_merge"] = issues.to_merge(found)
    return render(request, "issue.html", context, status=status)


def _curve(found: HotIssue, steps: list[Step]) -> Columns | None:
    if not steps:
        return None
    most = max(steps, key=lambda step: step.messages)
    label = _("%(first)s 起：共 %(messages)s 件、%(citizens)s 人；最多的是 %(day)s，%(most)s 件") % {
        "first": f"{steps[0].first:%Y-%m-%d}",
        "messages": found.messages,
        "citizens": found.citizens,
        "day": f"{most.first:%m-%d}",
        "most": most.messages,
    }
    return columns(steps, label=label)
