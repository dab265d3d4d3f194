"""考核公式: its versions, a new one with its reason, and what it would do to the current period before it is kept."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from frontend.forms.scorecard import FormulaForm
from frontend.guards import staff_with
from frontend.refusals import refuse, valid
from frontend.score_rows import change_of
from frontend.score_words import CALIBRES, GROUPS, tabs
from petitions import rules
from petitions.errors import NoReason, NotYours, PetitionError
from petitions.insight import formulas, scorecard
from petitions.insight.models import Formula
from petitions.insight.queries.effect import effect
from petitions.insight.queries.spans import Cuts, Span, span
from routing import rulebook

CALIBRE = "B"  # the one that units are assessed by


@staff_with(*rules.SEE_SCORES)
def page(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    current = span("assessment", today, Cuts.of(rulebook.current()))
    in_force = formulas.in_force(current.last_day)
    form = FormulaForm(request.POST or None, today=today, initial=FormulaForm.initial_of(in_force.value(), today))
    status, shown = 200, []
    if request.method == "POST":
        if not request.user.has_role(*rules.PUBLISH_SCORES):
            raise NotYours
        status = 422
        if valid(request, form):
            try:
                if request.POST.get("do") == "keep":
                    return _keep(request, form)
                status, shown = 200, _effect(current, in_force, form)
            except PetitionError as refusal:
                status = refuse(request, form, refusal)
    context = {
        "versions": Formula.objects.select_related("made_by"),
        "in_force": in_force,
        "span": current,
        "form": form,
        "effect": shown,
        "calibre_word": CALIBRES[CALIBRE],
        "today": today,
    }
    return render(request, "scorecard_formulas.html", context | tabs(request, "scorecard-formulas"), status=status)


def _keep(request: HttpRequest, form: FormulaForm) -> HttpResponse:
    said = form.cleaned_data
    if not said["reason"].strip():
        raise NoReason
    made = formulas.change(
        actor=request.user, reason=said["reason"], effective_from=said["effective_from"], **form.values()
    )
    words = {"version": made.version, "day": _day(made.effective_from)}
    messages.success(request, _("公式第 %(version)s 版已保存，%(day)s 生效；已公布的成绩不变。") % words)
    return redirect("scorecard-formulas")


def _effect(current: Span, in_force: Formula, form: FormulaForm) -> list[dict[str, Any]]:
    """Every group of the current period with both formulas. Two statements."""
    known = scorecard.units()
    groups = scorecard.grouped(scorecard.from_tally(current.window)[CALIBRE], known)
    old, new = in_force.value(), form.formula(in_force.version)
    found = []
    for group, members in groups.items():
        rows = effect(members, known, old, new)
        if rows:
            lines = [(row, change_of(row.change)) for row in rows]
            changed = sum(row.is_other for row in rows)
            found.append({"word": GROUPS.get(group, group), "lines": lines, "changed": changed})
    return found


def _day(day: date) -> str:
    return day.isoformat()
