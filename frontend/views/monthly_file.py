"""The file of one theme: its steps, its lists, what was measured, and the paper."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontend import monthly_words as words
from frontend.effect_chart import chart
from frontend.forms.monthly import STEPS, ConcludeStep, DoneForm, MeasureStep, Step
from frontend.guards import staff_with
from frontend.job_lines import waited_for
from frontend.refusals import refuse, valid
from frontend.views.reports import TYPES
from petitions import rules
from petitions.errors import PetitionError
from petitions.insight.models import MonthlyItem
from petitions.insight.monthly import lists
from petitions.insight.monthly.paper import paper_of
from petitions.insight.queries import monthly
from petitions.insight.queries.monthly import File
from petitions.insight.reports import docx, pdf
from petitions.insight.reports.blocks import Paper
from petitions.insight.reports.fonts import NoOpenFont
from petitions.services import jobs

DRAWN: dict[str, Callable[[Paper], bytes]] = {"docx": docx.drawn, "pdf": pdf.drawn}
NEXT = {"chosen": "plan", "planned": "start", "running": "progress"}  # state of the file → the step that it waits for
readers = staff_with(*rules.SEE_MONTHLY, *rules.UNIT)


@readers
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """The file; by POST one of its steps (`act`)."""
    found = _found(request, pk)
    if request.htmx and request.method == "GET" and not _is_measuring(found):
        response = HttpResponse()
        response["HX-Refresh"] = "true"  # done: the page has what was found
        return response
    refused, status = None, 200
    if request.method == "POST":
        step = STEPS.get(request.POST.get("act", ""))
        if step is None:
            raise Http404
        refused, status = step(request.POST, issue=found.issue, person=request.user), 422
        if valid(request, refused):
            try:
                refused.carry_out(timezone.now())
                messages.success(request, refused.done)
                return redirect("monthly-file", pk)
            except PetitionError as refusal:
                status = refuse(request, refused, refusal)
    return _page(request, found, refused=refused, status=status)


@readers
@require_POST
def done(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """One line of the lists is done."""
    found = _found(request, pk)
    if item not in {each.pk for each in found.items}:
        raise Http404
    form, status = DoneForm(request.POST, item=item), 422
    if valid(request, form):
        try:
            lists.done(item, **form.cleaned_data, actor=request.user, now=timezone.now())
            messages.success(request, _("已填报完成。"))
            return redirect("monthly-file", pk)
        except PetitionError as refusal:
            status = refuse(request, form, refusal)
    return _page(request, found, done_forms={item: form}, status=status)


@readers
def paper(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    found = _found(request, pk)
    if form not in DRAWN:
        raise Http404
    try:
        data = DRAWN[form](paper_of(found, now=timezone.now()))
    except NoOpenFont as refusal:
        messages.error(request, refusal.message)
        return redirect("monthly-file", pk)
    response = HttpResponse(data, content_type=TYPES[form])
    response["Content-Disposition"] = content_disposition_header(True, f"{found.issue.theme}.{form}")
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


# ── inside ──
def _found(request: HttpRequest, pk: int) -> File:
    found = monthly.file(pk, request.user)
    if found is None:
        raise Http404
    return found


def _page(
    request: HttpRequest,
    found: File,
    *,
    refused: Step | None = None,
    done_forms: dict[int, DoneForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    issue, measured = found.issue, found.measured
    steps = _steps(request, found, refused)
    context = {
        "issue": issue,
        "file": found,
        "state": words.STATES[issue.state],
        "terms": [(*words.TERMS[term["name"]], term) for term in issue.terms],
        "lists": [(word, _lines(request, found, kind, done_forms or {})) for kind, word in words.KINDS.items()],
        "decisions": [(words.DECISIONS[decision.what], decision) for decision in issue.decisions.all()],
        "measured": measured,
        "effect": (words.look(measured), words.effect(measured)) if measured else None,
        "chart": chart(measured) if measured else None,
        "weeks": _weeks(measured) if measured else [],
        "history": [(row, words.look(was), words.effect(was)) for row, was in found.history],
        "line": waited_for(found.job, request.user, now=timezone.now()),
        "steps": steps,
        "opened": refused or next(iter(steps), None),
        "errors_of": [refused, *(done_forms or {}).values()],
    }
    return render(request, "monthly_file.html", context, status=status)


def _is_measuring(found: File) -> bool:
    return found.job is not None and found.job.state in jobs.UNFINISHED


def _steps(request: HttpRequest, found: File, refused: Step | None) -> list[Step]:
    """The steps that are open to this person, the next sensible one first; the refused one as it was filled in."""
    open_steps = [step for step in STEPS.values() if step.is_open_to(found.issue, request.user)]
    if not found.may_conclude:
        open_steps = [step for step in open_steps if step is not ConcludeStep]
    if _is_measuring(found):
        open_steps = [step for step in open_steps if step is not MeasureStep]
    open_steps.sort(key=lambda step: step.code != NEXT.get(found.issue.state))
    shown = [step(issue=found.issue, person=request.user, initial=_initial(step, found)) for step in open_steps]
    return [refused if refused and refused.code == step.code else step for step in shown]


def _initial(step: type[Step], found: File) -> dict[str, Any]:
    plan = {"text": found.issue.plan, "starts_on": found.issue.starts_on} if step.code == "plan" else {}
    return plan | ({"month": timezone.localdate()} if step.code == "progress" else {})


def _lines(
    request: HttpRequest, found: File, kind: str, refused: dict[int, DoneForm]
) -> list[tuple[MonthlyItem, DoneForm | None]]:
    """The lines of a list, each with the form to report it where this person may."""
    return [(item, refused.get(item.pk) or _done_form(request, found, item)) for item in found.of(kind)]


def _done_form(request: HttpRequest, found: File, item: MonthlyItem) -> DoneForm | None:
    is_open = item.done_on is None and found.issue.state in MeasureStep.states
    return DoneForm(item=item.pk) if is_open and rules.may_report_monthly_item(item, request.user) else None


def _weeks(measured: Any) -> list[dict[str, Any]]:
    expected = measured.expected or [None] * len(measured.treated)
    return [
        {"first": first, "count": count, "expected": likely, "is_after": number >= measured.since}
        for number, (first, count, likely) in enumerate(zip(measured.weeks, measured.treated, expected, strict=True))
    ]
