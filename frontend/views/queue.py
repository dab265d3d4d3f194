"""时限队列: the open cases of a desk with the nearest deadline first, and its live rows."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from frontend import presence
from frontend.guards import signed_in
from petitions.queries import queues

WORDS = {"mine": _("我的"), "wait": _("待派"), "soon": _("临期"), "over": _("超期")}


def queue_for(request: HttpRequest) -> dict:
    """Context of the queue panel; the chosen tab travels in ?queue=, and in ?whole= that its end was wanted."""
    now, is_whole = timezone.now(), request.GET.get("whole") == "1"
    found = queues.of(request.user, which=request.GET.get("queue", ""), now=now, is_whole=is_whole)
    tabs = [{"code": tab.code, "word": WORDS[tab.code], "count": tab.count} for tab in found.tabs]
    present = presence.beside(request.user, [case.pk for case in found.rows])
    return {"queue": found, "present": present, "queue_tabs": tabs, "now": now}


@signed_in
def rows(request: HttpRequest) -> HttpResponse:
    return render(request, "parts/queue.html", queue_for(request))
