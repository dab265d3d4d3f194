"""指挥: one event on one page: its units, their orders with receipts, the timeline. Made for a phone too."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontend import alert_words as words
from frontend.forms.alerts import EVENT_STEPS, TaskReport
from frontend.guards import staff_with
from frontend.refusals import refuse, valid
from petitions import rules
from petitions.errors import PetitionError
from petitions.insight.alerts import command
from petitions.insight.models import CommandEntry, CommandEvent
from petitions.insight.queries import alerts

Kind = CommandEntry.Kind


@staff_with(*rules.SEE_ALERTS, *rules.UNIT)
def event(request: HttpRequest, pk: int) -> HttpResponse:
    found = _found(request, pk)
    offered = [step for step in EVENT_STEPS if step.is_open_to(found, request.user)]
    asked = next((step for step in offered if step.code == request.POST.get("act")), None)
    form, status = None, 200
    if request.method == "POST":
        if asked is None:
            messages.error(request, _("这个事件已经结束，或者这一步不归您。"))
            return redirect("command-event", pk)
        form, status = asked(request.POST, row=found, person=request.user), 422
        if valid(request, form):
            try:
                form.carry_out()
                messages.success(request, form.done)
                return redirect("command-event", pk)
            except PetitionError as refusal:
                status = refuse(request, form, refusal)
    steps = [form if form and form.code == step.code else step(row=found, person=request.user) for step in offered]
    return _page(request, found, steps, None, 0, status)


@staff_with(*rules.UNIT)
@require_POST
def receipt(request: HttpRequest, pk: int, order: int) -> HttpResponse:
    command.receipt(order, actor=request.user)
    messages.success(request, _("已签收。"))
    return redirect("command-event", pk)


@staff_with(*rules.UNIT)
@require_POST
def report(request: HttpRequest, pk: int, order: int) -> HttpResponse:
    form, status = TaskReport(request.POST, auto_id=f"order-{order}-%s"), 422
    if valid(request, form):
        try:
            command.report(order, actor=request.user, words=form.cleaned_data["words"])
            messages.success(request, _("已反馈。"))
            return redirect("command-event", pk)
        except PetitionError as refusal:
            status = refuse(request, form, refusal)
    found = _found(request, pk)
    steps = [step(row=found, person=request.user) for step in EVENT_STEPS if step.is_open_to(found, request.user)]
    return _page(request, found, steps, form, order, status)


def _found(request: HttpRequest, pk: int) -> CommandEvent:
    found = alerts.event(request.user, pk)
    if found is None:
        raise Http404
    return found


def _page(
    request: HttpRequest, found: CommandEvent, steps: list, wrong: TaskReport | None, order: int, status: int
) -> HttpResponse:
    entries = list(found.entries.all())
    wrong_step = next((step for step in steps if step.errors), None)
    context = {
        "event": found,
        "steps": steps,
        "opened": wrong_step or next(iter(steps), None),
        "wrong": wrong or wrong_step,
        "units": [_unit(each, entries, request.user, wrong, order, found) for each in found.units.all()],
        "timeline": [(words.ENTRIES[entry.kind], entry) for entry in entries],
    }
    return render(request, "command_event.html", context, status=status)


def _unit(
    each: Any, entries: list[CommandEntry], person: Any, wrong: TaskReport | None, order: int, found: CommandEvent
) -> dict[str, Any]:
    """A unit with its orders, newest first: each with its receipt, its reports and, for its people, a form."""
    is_mine = person.has_role(*rules.UNIT) and rules.works_for_unit(each.unit_id, person) and not found.closed_at
    orders = []
    for given in (entry for entry in entries if entry.kind == Kind.ORDER and entry.unit_id == each.unit_id):
        answers = [entry for entry in reversed(entries) if entry.answers_id == given.pk]
        form = wrong if wrong and given.pk == order else TaskReport(auto_id=f"order-{given.pk}-%s")
        orders.append(
            {
                "given": given,
                "receipt": next((entry for entry in answers if entry.kind == Kind.RECEIPT), None),
                "reports": [entry for entry in answers if entry.kind == Kind.REPORT],
                "form": form if is_mine else None,
            }
        )
    return {"row": each, "orders": orders}
