"""接线台: the keys of one's own telephone, pressed on the page, and the list of those whom a call is handed to."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from django_htmx.http import reswap, retarget

from frontend import call_keys
from frontend.guards import staff_with
from frontend.places import DESK
from frontend.refusals import status_of, wants_json
from frontend.views.calls import on_strip
from petitions.errors import PetitionError
from petitions.queries import extensions
from petitions.services.calls import TRANSFER

LONGEST_WORDS = 40


@staff_with(*DESK)
@require_POST
def command(request: HttpRequest, pk: int) -> HttpResponse:
    """The telephone system is asked; the strip changes when it tells that it is so."""
    if request.POST.get("what") == TRANSFER:
        return _hand_on(request, pk)
    return on_strip(request, lambda: call_keys.press(request, pk))


@staff_with(*DESK)
@never_cache
def transfer(request: HttpRequest, pk: int) -> HttpResponse:
    """Whom this call can be handed to; `to` is what is typed so far of a number or a name."""
    return _to_whom(request, pk, words=request.GET.get("to", ""))


def _hand_on(request: HttpRequest, pk: int) -> HttpResponse:
    """A number that is none is said beside it, where it can be mended."""
    try:
        call_keys.press(request, pk)
    except PetitionError as refusal:
        if wants_json(request):
            raise
        said = {"refusal": refusal.message, "status": status_of(refusal)}
        answer = _to_whom(request, pk, words=request.POST.get("to", ""), **said)
        return reswap(retarget(answer, "#transfer"), "innerHTML")
    return on_strip(request, lambda: None)


def _to_whom(request: HttpRequest, pk: int, *, words: str, status: int = 200, **shown: Any) -> HttpResponse:
    words = words.replace("\0", "").strip()[:LONGEST_WORDS]
    context = {
        "pk": pk,
        "words": words,
        "groups": extensions.groups(),
        "colleagues": extensions.colleagues(request.user, words=words, now=timezone.now()),
        **shown,
    }
    template = "parts/transfer.html" if request.htmx else "transfer.html"
    return render(request, template, context, status=status)
