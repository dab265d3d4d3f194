"""What is typed and not sent: saved by the pages every few seconds, listed, gone on with, dropped."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from frontend import collision
from frontend.drafting import VERSION, place_of, typed
from frontend.forms.intake import IntakeForm
from frontend.forms.report import ReportForm
from frontend.guards import signed_in
from frontend.moves import ALL
from petitions.errors import DraftGone, DraftMoved
from petitions.models import Draft
from petitions.services import drafts
from petitions.storable import storable

MOST_PLACES = 40  # forms of one page
TEXTS = ("text", "public_answer", "verbatim", "reason", "measures", "opinion")  # what a draft is known by, in its list


@signed_in
def page(request: HttpRequest) -> HttpResponse:
    """未提交的内容: one's own, and the calls that colleagues left."""
    rows = [_shown(draft) for draft in drafts.mine(request.user.pk)]
    left = [_shown(draft) for draft in drafts.left_behind(request.user, now=timezone.now())]
    return render(request, "drafts.html", {"rows": rows, "left": left})


@signed_in
@require_safe
def kept(request: HttpRequest) -> HttpResponse:
    """The drafts of a page's forms, for that page: {place: {version, fields}}."""
    places = [storable(place) for place in request.GET.getlist("place")[:MOST_PLACES]]
    found = drafts.mine(request.user.pk, places)
    return JsonResponse({d.place: {"version": d.version, "fields": drafts.said_in(d)} for d in found})


@signed_in
@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Autosave. 409 brings the panel that shows both texts; the page puts it at the head of its form."""
    place = place_of(request)
    seen = request.POST.get(VERSION, "")
    number = int(seen) if seen.isdecimal() and len(seen) < 9 else 0
    try:
        draft = drafts.keep(request.user.pk, place, typed(request), seen=number)
    except DraftMoved as refusal:
        (there,) = drafts.mine(request.user.pk, [place]) or [None]
        fields = _fields_of(place)
        theirs = dict(drafts.said_in(there)) if there else {}
        panel = {"differences": collision.compared(fields, request.POST, theirs), "refusal": refusal}
        response = render(request, "parts/collision.html", panel, status=409)
        response["Draft-Version"] = there.version if there else 0
        return response
    except DraftGone as refusal:
        response = render(request, "parts/refusal.html", {"refusal": refusal}, status=409)
        response["Draft-Version"] = 0
        return response
    return JsonResponse({"version": draft.version})


@signed_in
@require_POST
def take(request: HttpRequest, pk: int) -> HttpResponse:
    drafts.take(pk, actor=request.user)
    return redirect("intake")


@signed_in
@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    own = next((draft for draft in drafts.mine(request.user.pk) if draft.pk == pk), None)
    if own:
        drafts.forget(request.user.pk, own.place)
    return redirect("drafts")


# ── inside ──
def _fields_of(place: str) -> dict[str, Any]:
    """The fields of the form at this place: intake, report:<no>, or <no>:<move>:<row>."""
    if place == drafts.INTAKE:
        return IntakeForm().fields
    if place.startswith("report:"):
        return ReportForm.base_fields
    move = ALL.get((place.split(":") + [""])[1])
    return move.base_fields if move else {}


def _shown(draft: Draft) -> dict[str, Any]:
    said = dict(drafts.said_in(draft))
    no = next((part for part in draft.place.split(":") if part[:2].isalpha() and part[2:].isdecimal()), "")
    return {
        "draft": draft,
        "is_intake": draft.place == drafts.INTAKE,
        "no": no,
        "text": next((said[name] for name in TEXTS if said.get(name)), _("（还没有写内容）")),
    }
