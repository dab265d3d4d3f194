"""Files of a case: added, opened and hidden by staff; added and opened by the citizen who may see the case."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontend.guards import citizen_page, signed_in
from frontend.refusals import wants_json
from frontend.uploads import keep, say_kept, served, uploads_of
from frontend.views.citizen import opened_by
from petitions.errors import FileRefused, PetitionError, Unknown
from petitions.models import Attachment, Petition
from petitions.queries import casefile
from petitions.rules import UNIT, works_for
from petitions.services import attachments
from petitions.services.door import system


@signed_in
def file(request: HttpRequest, pk: int, size: str = "full") -> HttpResponse:
    attachment = attachments.of(pk, request.user)
    if size == "full":
        attachments.seen(attachment, actor=request.user, address=request.META.get("REMOTE_ADDR"))
    return served(request, attachment, small=size == "small")


@signed_in
@require_POST
def add(request: HttpRequest, no: str) -> HttpResponse:
    """Files for a case; the queue of a phone sends them one by one and wants JSON."""
    case = casefile.of(no, request.user)
    if wants_json(request):
        return _added(request, case)
    try:
        taken = keep(request, case.pk, actor=request.user, **_as(case, request.user))
    except PetitionError as refusal:
        messages.error(request, refusal.message)
    else:
        say_kept(request, taken)
    return redirect(_back(request, f"/cases/{no}/"))


@signed_in
@require_POST
def hide(request: HttpRequest, pk: int) -> HttpResponse:
    attachment = attachments.of(pk, request.user)
    try:
        attachments.hide(pk, actor=request.user, reason=request.POST.get("reason", ""))
        messages.success(request, _("附件已隐藏，办理记录里留有说明。"))
    except PetitionError as refusal:
        messages.error(request, refusal.message)
    return redirect(_back(request, f"/cases/{attachment.petition.no}/"))


@citizen_page
def citizen_file(request: HttpRequest, pk: int, size: str = "full") -> HttpResponse:
    """What the citizen handed in, to the browser that may open the case."""
    shown = Attachment.objects.shown().filter(kind=Attachment.Kind.CITIZEN, petition__no__in=opened_by(request))
    attachment = shown.filter(pk=pk).first()
    if attachment is None:
        raise Unknown(_("没有找到这个附件，可能已被隐藏。"))
    return served(request, attachment, small=size == "small")


@citizen_page
@require_POST
def citizen_add(request: HttpRequest, no: str) -> HttpResponse:
    if no not in opened_by(request):
        messages.info(request, _("请先输入工单号和查询码。"))
        return redirect("citizen-track")
    case = Petition.objects.get(no=no)
    say_kept(request, keep(request, case.pk, actor=system(), kind=Attachment.Kind.CITIZEN))
    return redirect(_back(request, f"/c/case/{no}/"))


def _added(request: HttpRequest, case: Petition) -> HttpResponse:
    taken = attachments.attach(case.pk, uploads_of(request), actor=request.user, **_as(case, request.user))
    if not taken.kept:
        raise FileRefused("；".join(taken.refused))
    rows = [{"id": row.pk, "name": row.name} for row in taken.kept]
    return JsonResponse({"kept": rows, "refused": list(taken.refused)}, status=201)


def _as(case: Petition, person) -> dict:
    """A unit adds to its own part, the hotline to what the citizen said."""
    part = next((part for part in case.active_assignments if works_for(part, person)), None)
    if part and person.has_role(*UNIT):
        return {"kind": Attachment.Kind.HANDLING, "assignment_id": part.pk}
    return {"kind": Attachment.Kind.CITIZEN}


def _back(request: HttpRequest, usual: str) -> str:
    wanted = request.POST.get("next", "")
    return wanted if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure()) else usual
