"""What the live link asks for: who is at a case, what was missed while it was down, what a notice says."""

import time
from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from frontend import presence
from frontend.guards import signed_in
from frontend.notices import NOTICES, acts_for
from petitions.errors import Unknown
from petitions.models import Petition
from petitions.queries import missed

NOTHING = 204


@signed_in
@require_POST
def here(request: HttpRequest, no: str) -> HttpResponse:
    """Who else is at this case. `doing` is said only by a page without a socket: for it this request is the beat."""
    case = Petition.objects.visible_to(request.user).filter(no=no).only("pk").first()
    if case is None:
        raise Unknown
    doing = request.POST.get("doing")
    if doing in (presence.VIEWING, presence.EDITING):
        presence.enter(case.pk, f"polled:{request.user.pk}", request.user, doing, now=time.time())
    return render(request, "parts/here.html", {"people": presence.beside(request.user, [case.pk]).get(case.pk, ())})


@signed_in
def away(request: HttpRequest) -> HttpResponse:
    """The catch-up line: what changed since the last word that this page heard (?since=, milliseconds)."""
    since = request.GET.get("since", "")
    if not since.isdecimal() or len(since) > 13:
        return HttpResponse(status=NOTHING)
    moment = datetime.fromtimestamp(int(since) / 1000, UTC)
    found = missed.since(request.user, moment, now=timezone.now())
    if not found.count:
        return HttpResponse(status=NOTHING)
    return render(request, "parts/missed.html", {"missed": found})


@signed_in
def notice(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """One toast, if the act concerns this person."""
    event = missed.latest(request.user, pk, act) if act in acts_for(request.user) else None
    if event is None:
        return HttpResponse(status=NOTHING)
    return render(request, "parts/toast.html", {"event": event, "case": event.petition, "word": NOTICES[act][0]})
