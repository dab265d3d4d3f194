"""预警: what the rules saw, where and how unusual it is; one alert with its cases, its rule and what was done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontend import alert_words as words
from frontend.alert_charts import by_day
from frontend.forms.alerts import ALERT_STEPS, AlertFilters, CloseAlert, OpenEvent, Step, UndoForm
from frontend.guards import staff_with
from frontend.refusals import refuse, valid
from petitions import rules
from petitions.errors import PetitionError
from petitions.insight.alerts import judged, judging
from petitions.insight.models import Alert
from petitions.insight.queries import alerts
from petitions.insight.queries.alerts import Filters
from routing import rulebook


@dataclass(frozen=True)
class Line:
    """An alert as a list shows it."""

    row: Alert
    icon: str
    kind: Any
    matter: str
    figures: str
    strength: tuple[str, str]
    state: tuple[str, Any]

    @classmethod
    def of(cls, row: Alert) -> Line:
        icon, kind, _rule = words.KINDS[row.kind]
        return cls(row, icon, kind, words.matter(row), words.figures(row), words.strength(row), words.STATES[row.state])


@staff_with(*rules.SEE_ALERTS, *rules.UNIT)
def page(request: HttpRequest) -> HttpResponse:
    form = AlertFilters(request.GET)
    filters = Filters(**form.cleaned_data) if form.is_valid() else Filters()
    asked = request.GET.get("list", "")
    which = asked if asked in words.LISTS else "new"
    found = alerts.listing(request.user, which, filters, request.GET.get("after", ""))
    tallies = alerts.tallies(request.user, filters)
    kept = {"kind": filters.kind, "area": filters.area}
    context = {
        "form": form,
        "which": which,
        "tabs": [
            (code, word, tallies[code], "?" + urlencode({**kept, "list": code})) for code, word in words.LISTS.items()
        ],
        "lines": [Line.of(row) for row in found.rows],
        "events": alerts.events(request.user),
        "sees_all": request.user.has_role(*rules.SEE_ALERTS),
        "next": "?" + urlencode({**kept, "list": which, "after": found.next}) if found.next else "",
    }
    return render(request, "alerts.html", context)


@staff_with(*rules.SEE_ALERTS, *rules.UNIT)
def alert(request: HttpRequest, pk: int) -> HttpResponse:
    found = _found(request, pk)
    offered = [step for step in ALERT_STEPS if step.is_open_to(found, request.user)]
    if request.method != "POST":
        return _page(request, found, [step(row=found, person=request.user) for step in offered], 200)
    asked = next((step for step in offered if step.code == request.POST.get("act")), None)
    if asked is None:
        messages.error(request, _("这条预警刚被别人处理过，请看最新情况。"))
        return redirect("alert", pk)
    form, status = asked(request.POST, row=found, person=request.user), 422
    if valid(request, form):
        try:
            made = form.carry_out()
            messages.success(request, form.done)
            return redirect("command-event", made.pk) if asked is OpenEvent else redirect("alert", pk)
        except PetitionError as refusal:
            status = refuse(request, form, refusal)
    steps = [form if step is asked else step(row=found, person=request.user) for step in offered]
    return _page(request, found, steps, status)


@staff_with(*rules.JUDGE_ALERTS)
@require_POST
def undo(request: HttpRequest, pk: int, act: int) -> HttpResponse:
    """A change of threshold is taken back; the alert it came from may be an older one of the same place."""
    form = UndoForm(request.POST)
    if valid(request, form):
        judging.undo(act, actor=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, _("门槛调整已撤销。"))
    else:
        messages.error(request, _("请写明理由。"))
    return redirect(reverse("alert", args=[pk]) + "#threshold-title")


def _found(request: HttpRequest, pk: int) -> Alert:
    found = alerts.one(request.user, pk)
    if found is None:
        raise Http404
    return found


def _page(request: HttpRequest, found: Alert, steps: list[Step], status: int) -> HttpResponse:
    rules_now = rulebook.current()
    cases, count = alerts.proofs(found, request.user)
    days, usual = alerts.days(found, rules_now.area(found.area_id))
    judgements = judged.judgements(found.kind, found.area_id)
    steps = _next_first(found, steps)
    wrong = next((step for step in steps if step.errors), None)
    context = {
        "alert": found,
        "line": Line.of(found),
        "rule": words.KINDS[found.kind][2],
        "grades": words.grades(found),
        "cases": cases,
        "count": count,
        "chart": by_day(days, usual, words.matter(found)),
        "days": days,
        "steps": steps,
        "wrong": wrong,
        "opened": wrong or next(iter(steps), None),
        "tasks": [(words.TASKS[task.kind], task) for task in found.tasks.all()],
        "acts": [(words.ACTS[act.what], act) for act in found.acts.select_related("by")],
        "judgements": [(words.ACTS[act.what], act, getattr(act, "undone_by", None)) for act in judgements],
        "strictness": judged.strictness_of(found.kind, rules_now).get(found.area_id, 1.0),
        "step": judged.steps_of(rules_now),
        "may_judge": rules.may_judge_alerts(found, request.user),
    }
    return render(request, "alert.html", context, status=status)


def _next_first(found: Alert, steps: list[Step]) -> list[Step]:
    """As they are, but where all that was set going has been reported and ended, closing comes first."""
    ended = [*(task.reported_at for task in found.tasks.all()), *(event.closed_at for event in found.events.all())]
    is_dealt_with = ended and all(ended) and found.state != Alert.State.NEW
    return sorted(steps, key=lambda step: not isinstance(step, CloseAlert)) if is_dealt_with else steps
