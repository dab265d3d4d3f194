"""单位: who answers, where and how to reach them; a new one, another name or place, closed when nothing hangs on it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from frontend.administering import by, frame, with_reason
from frontend.forms.manage import ReasonForm, UnitFilter, UnitForm
from frontend.guards import staff_with
from frontend.paging import next_page
from frontend.refusals import refuse, valid
from petitions import rules
from petitions.errors import PetitionError
from petitions.queries.manage import trail, units
from petitions.services.manage import units as changing
from petitions.services.manage.acting import latest
from petitions.storable import storable
from routing.models import Department


@staff_with(*rules.SEE_RULES)
def page(request: HttpRequest) -> HttpResponse:
    form = UnitFilter(request.GET)
    found = units.page(form.said(), after=storable(request.GET.get("after", "")[:80]))
    context = {"form": form, "rows": found.rows, "next": next_page(request, found.next)}
    return render(request, "manage_units.html", context | frame(request, "manage-units"))


@staff_with(*rules.MANAGE)
def new(request: HttpRequest) -> HttpResponse:
    form, status = UnitForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if valid(request, form):
            try:
                made = changing.add(form.unit_said(), code=form.cleaned_data["code"], by=by(request))
                messages.success(request, _("已新增 %(name)s。") % {"name": made.name})
                return redirect("manage-unit", made.pk)
            except PetitionError as refusal:
                status = refuse(request, form, refusal)
    return render(request, "manage_unit_new.html", {"form": form} | frame(request, "manage-units"), status=status)


@staff_with(*rules.SEE_RULES)
def unit(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Department.objects.select_related("kind", "area", "parent"), pk=pk)
    act = ACTS.get(request.POST.get("do", "")) if request.method == "POST" else None
    return act(request, found) if act else _shown(request, found)


# ── what can be done to one unit ──
def _change(request: HttpRequest, found: Department) -> HttpResponse:
    form = UnitForm(request.POST, unit=found)
    if not valid(request, form):
        return _shown(request, found, form=form, status=422)
    said = form.cleaned_data
    try:
        changing.change(found.pk, form.unit_said(), by=by(request, reason=said["reason"], seen=said["seen"]))
    except PetitionError as refusal:
        return _shown(request, found, form=form, status=refuse(request, form, refusal))
    messages.success(request, _("单位已保存。"))
    return redirect("manage-unit", found.pk)


def _switch(request: HttpRequest, found: Department) -> HttpResponse:
    """停用 or 启用, whichever it is not."""

    def done(switched: Department) -> HttpResponse:
        messages.success(request, _("已重新启用。") if switched.is_active else _("已停用，新的工单不再派到这里。"))
        return redirect("manage-unit", found.pk)

    service = changing.close if found.is_active else changing.reopen
    return with_reason(request, found, service, shown=_shown, done=done)


ACTS = {"change": _change, "switch": _switch}


def _shown(request: HttpRequest, found: Department, *, status: int = 200, **forms: Any) -> HttpResponse:
    subject = changing.subject_of(found.pk)
    seen, holds = latest(subject), units.holds(found)
    context = {
        "unit": found,
        "holds": holds,
        "still_used": "" if holds.is_free else changing.still_used(holds),
        "sees_people": request.user.has_role(*rules.SEE_PEOPLE),
        "history": trail.history(subject),
        "subject": subject,
        "form": forms.get("form") or UnitForm(unit=found, initial=UnitForm.initial_of(found, seen)),
        "act_form": forms.get("act_form") or ReasonForm(initial={"seen": seen}, auto_id="act_%s"),
    }
    return render(request, "manage_unit.html", context | frame(request, "manage-units"), status=status)
