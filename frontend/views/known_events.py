"""已知事件: outages and the like that many will call about, with the words to say; kept beside the knowledge base."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontend.forms.known_events import EventForm
from frontend.guards import staff_with
from frontend.refusals import refuse, valid
from petitions import rules
from petitions.errors import PetitionError
from petitions.models import KnownEvent
from petitions.queries import known_events as told
from petitions.services import known_events


@staff_with(*rules.MANAGE_EVENTS)
def page(request: HttpRequest) -> HttpResponse:
    """All events, and the form of a new one."""
    now = timezone.localtime().replace(second=0, microsecond=0)
    form, status = EventForm(initial={"begins_at": now}), 200
    if request.method == "POST":
        form, status = EventForm(request.POST), 422
        if valid(request, form):
            try:
                known_events.announce(form.notice(), actor=request.user)
                messages.success(request, _("已登记，符合区域和分类的来电与网上登记都会看到。"))
                return redirect("known-events")
            except PetitionError as refusal:
                status = refuse(request, form, refusal)
    found = told.page(request.GET.get("after", ""))
    context = {"form": form, "page": found, "lamps": [(row, lamp_of(row, now)) for row in found.rows]}
    return render(request, "known_events.html", context | _tabs(request), status=status)


@staff_with(*rules.MANAGE_EVENTS)
def event(request: HttpRequest, pk: int) -> HttpResponse:
    row = KnownEvent.objects.select_related("area", "category", "made_by", "withdrawn_by").filter(pk=pk).first()
    if row is None:
        raise Http404
    form, status = EventForm(request.POST) if request.method == "POST" else EventForm.of(row), 200
    if request.method == "POST":
        status = 422
        if valid(request, form):
            try:
                known_events.change(pk, form.notice(), actor=request.user)
                messages.success(request, _("已保存。"))
                return redirect("known-event", pk)
            except PetitionError as refusal:
                status = refuse(request, form, refusal)
    cases = told.cases_of(row)
    context = {"event": row, "form": form, "lamp": lamp_of(row, timezone.now()), "cases": cases}
    return render(request, "known_event.html", context | _tabs(request), status=status)


@staff_with(*rules.MANAGE_EVENTS)
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        known_events.withdraw(pk, actor=request.user)
        messages.success(request, _("已提前结束，不再提示。"))
    except PetitionError as refusal:
        messages.error(request, refusal.message)
    return redirect("known-events")


def lamp_of(event: KnownEvent, now) -> tuple[str, str]:
    if event.withdrawn_at or event.until <= now:
        return "idle", _("已结束")
    return ("soon", _("提示中")) if event.begins_at <= now else ("wait", _("未开始"))


def _tabs(request: HttpRequest) -> dict:
    return {"tab": "events", "may_edit": rules.may_edit_knowledge(None, request.user), "may_manage_events": True}
