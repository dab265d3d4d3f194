"""每月一题: the themes, the candidates of a month with the terms of their scores, and the choice."""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontend import monthly_words as words
from frontend.forms.monthly import ChooseForm
from frontend.guards import staff_with
from frontend.refusals import refuse, valid
from petitions import rules
from petitions.errors import PetitionError
from petitions.insight.models import MonthlyCandidate, MonthlyIssue
from petitions.insight.monthly import candidates, deciding
from petitions.insight.queries import monthly
from routing import rulebook
from routing.models import Category


@staff_with(*rules.SEE_MONTHLY, *rules.UNIT)
def page(request: HttpRequest) -> HttpResponse:
    found = monthly.themes(request.user, request.GET.get("after", ""))
    sees_all = request.user.has_role(*rules.SEE_MONTHLY)
    months = monthly.months() if sees_all else []
    month = _month(request.GET.get("month", ""), months)
    context = {
        "themes": [_theme(row) for row in found.rows],
        "next": "?" + urlencode({"after": found.next}) if found.next else "",
        "sees_all": sees_all,
        "may_choose": rules.may_choose_monthly(None, request.user),
        "months": months,
        "month": month,
        "candidates": [_candidate(row) for row in monthly.candidates(month)],
        "last_month": _last_month(),
    }
    return render(request, "monthly.html", context)


@staff_with(*rules.CHOOSE_MONTHLY)
@require_POST
def rank(request: HttpRequest) -> HttpResponse:
    """Candidates of the month before this one, ranked anew."""
    try:
        count = candidates.rank(_last_month(), actor=request.user, now=timezone.now())
        messages.success(request, _("已统计，有 %(n)s 个候选。") % {"n": count})
    except PetitionError as refusal:
        messages.error(request, refusal.message)
    return redirect("monthly")


@staff_with(*rules.CHOOSE_MONTHLY)
def choose(request: HttpRequest) -> HttpResponse:
    form, status = ChooseForm(request.POST or None, initial=_suggested(request)), 200
    if request.method == "POST":
        status = 422
        if valid(request, form):
            try:
                issue = deciding.choose(form.choice(), actor=request.user, now=timezone.now())
                messages.success(request, _("已选定主题。"))
                return redirect("monthly-file", issue.pk)
            except PetitionError as refusal:
                status = refuse(request, form, refusal)
    return render(request, "monthly_choose.html", {"form": form}, status=status)


# ── inside ──
def _theme(row: MonthlyIssue) -> dict[str, Any]:
    effect = (words.look(row.measured), words.effect(row.measured)) if row.measured else None
    return {"row": row, "state": words.STATES[row.state], "effect": effect}


def _candidate(row: MonthlyCandidate) -> dict[str, Any]:
    terms = [(*words.TERMS[term["name"]], term) for term in row.terms]
    return {"row": row, "terms": terms}


def _month(asked: str, months: list[date]) -> date | None:
    """The one asked for, if it has candidates, else the newest."""
    try:
        day = parse_date(asked)
    except ValueError:
        day = None
    return day if day in months else (months[0] if months else None)


def _last_month() -> date:
    return (timezone.localdate().replace(day=1) - timedelta(days=1)).replace(day=1)


def _suggested(request: HttpRequest) -> dict[str, Any]:
    """What the candidate says already: its matter and its month."""
    known = rulebook.current().leaves.get(request.GET.get("category", ""))
    leaf = Category.objects.get(pk=known.id) if known else None
    month = _month(request.GET.get("month", ""), monthly.months()) or _last_month()
    return {"month": month} | ({"theme": leaf.name, "categories": [leaf.pk]} if leaf else {})
