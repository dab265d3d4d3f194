"""批量派单: read where each case would go, then send those that are still ticked."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from frontend.guards import staff_with
from frontend.views.dispatch import BATCHING
from petitions.errors import PetitionError
from petitions.queries import desk as desks
from petitions.services import many_dispatches


@staff_with(*BATCHING)
def batch(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return _send(request)
    numbers = request.GET.getlist("pick") or desks.like(request.GET.get("like", ""), request.user)
    try:
        found = many_dispatches.proposals(numbers, actor=request.user, now=timezone.now())
    except PetitionError as refusal:
        messages.error(request, refusal.message)
        return redirect(_back())
    if not found:
        messages.info(request, _("请先勾选要一起派出的工单。"))
        return redirect(_back())
    context = {"proposals": found, "ready": sum(bool(each.unit) for each in found), "now": timezone.now()}
    return render(request, "dispatch_batch.html", context)


def _send(request: HttpRequest) -> HttpResponse:
    try:
        sent = many_dispatches.dispatch_as_proposed(request.POST.getlist("pick"), actor=request.user)
    except PetitionError as refusal:
        messages.error(request, refusal.message)
        return redirect(_back())
    for sentence in sent.refused:
        messages.error(request, sentence)
    if sent.cases:
        messages.success(request, _("已派出 %(n)s 件，每件都有派单记录。") % {"n": len(sent.cases)})
    return redirect(_back())


def _back() -> str:
    return f"{reverse('dispatch')}?part=dispatch"
