"""For supervision only: citizens who ask for reopening, and citizens who say that somebody pressed them."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontend.forms.feedback import AnswerForm
from frontend.guards import staff_with
from frontend.refusals import refuse, valid
from petitions.errors import PetitionError
from petitions.queries import feedback
from petitions.services import reopening
from routing.models import Role


@staff_with(Role.SUPERVISOR)
def wishes(request: HttpRequest) -> HttpResponse:
    return _page(request)


@staff_with(Role.SUPERVISOR)
@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Agree or refuse; either way the citizen reads why."""
    form = AnswerForm(request.POST, wish_id=pk)
    if not valid(request, form):
        return _page(request, bound=(pk, form), status=422)
    said = form.cleaned_data
    try:
        if said["verdict"] == "accept":
            unit = said["unit"].pk if said["unit"] else None
            case = reopening.accept(pk, actor=request.user, decision=said["decision"], unit_id=unit)
            messages.success(request, _("%(no)s 已重开，已告知市民。") % {"no": case.no})
        else:
            case = reopening.refuse(pk, actor=request.user, decision=said["decision"])
            messages.success(request, _("%(no)s 不予重开，原因已告知市民。") % {"no": case.no})
    except PetitionError as refusal:
        return _page(request, bound=(pk, form), status=refuse(request, form, refusal))
    return redirect("wishes")


@staff_with(Role.SUPERVISOR)
def pressed(request: HttpRequest) -> HttpResponse:
    found = feedback.pressed(after=request.GET.get("after", ""))
    following = "?" + urlencode({"after": found.next}) if found.next else ""
    return render(request, "pressed.html", {"rows": found.rows, "next": following})


def _page(request: HttpRequest, *, bound: tuple[int, AnswerForm] | None = None, status: int = 200) -> HttpResponse:
    is_open = request.GET.get("tab") != "answered"
    found = feedback.wishes(is_open=is_open, after=request.GET.get("after", ""))
    here = {"tab": "" if is_open else "answered", "after": found.next}
    context = {
        "rows": [{"wish": wish, "form": _form_of(wish.pk, bound)} for wish in found.rows],
        "is_open": is_open,
        "next": "?" + urlencode(here) if found.next else "",
        "bound": bound[1] if bound else None,
        "now": timezone.now(),
    }
    return render(request, "wishes.html", context, status=status)


def _form_of(pk: int, bound: tuple[int, Any] | None) -> AnswerForm:
    return bound[1] if bound and bound[0] == pk else AnswerForm(wish_id=pk)
