"""回访台: one citizen after the other, answered by digits."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from frontend.forms.callback import CallbackForm
from frontend.guards import staff_with
from frontend.places import CALLING
from frontend.refusals import refuse, valid
from frontend.timeline import timeline_of
from petitions.errors import PetitionError
from petitions.models import Petition
from petitions.queries import callbacks, casefile
from petitions.rules import may_reveal_caller
from petitions.services import callback


@staff_with(*CALLING)
def desk(request: HttpRequest) -> HttpResponse:
    form = CallbackForm(request.POST or None)
    waiting = callbacks.waiting(request.user, now=timezone.now())
    case = _chosen(request, waiting)
    if request.method == "POST" and case and valid(request, form):
        try:
            _record(form, case, request)
            return redirect(reverse("callback"))
        except PetitionError as refusal:
            refuse(request, form, refusal)
    context = {"form": form, "waiting": waiting, "case": case, "now": timezone.now()}
    if case:
        context |= {
            "timeline": timeline_of(case),
            "paused": callbacks.paused(request.user, now=timezone.now()),
            "may_reveal": may_reveal_caller(case, request.user),
        }
    return render(request, "callback.html", context, status=422 if form.errors else 200)


@staff_with(*CALLING)
def rows(request: HttpRequest) -> HttpResponse:
    waiting = callbacks.waiting(request.user, now=timezone.now())
    chosen = request.GET.get("case", "")
    return render(request, "callback.html#rows", {"waiting": waiting, "chosen": chosen, "now": timezone.now()})


def _chosen(request: HttpRequest, waiting: tuple[Petition, ...]) -> Petition | None:
    """The case in ?case=, else the one whose time runs out first."""
    wanted = request.POST.get("case") or request.GET.get("case") or (waiting[0].no if waiting else "")
    return casefile.of(wanted, request.user) if wanted else None


def _record(form: CallbackForm, case: Petition, request: HttpRequest) -> None:
    said = form.cleaned_data
    after = callback.record(
        case.pk, actor=request.user, result=said["result"], said=form.said(), rehandle=said["rehandle"]
    )
    messages.success(request, _("%(no)s 已记录：%(state)s。") % {"no": after.no, "state": after.get_state_display()})
