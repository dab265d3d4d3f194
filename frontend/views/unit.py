"""办理台: what this person's unit owes, most urgent first."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from frontend.guards import staff_with
from frontend.places import HANDLING
from petitions.queries import unit

WORDS = {"sign": _("待签收"), "doing": _("办理中"), "approve": _("待内部审核"), "answered": _("已答复")}


@staff_with(*HANDLING)
def desk(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    counts = unit.counts(request.user, now=now)
    which = request.GET.get("tab") or next((tab for tab in WORDS if counts[tab]), "doing")
    found = unit.queue(request.user, which, after=request.GET.get("after", ""))
    context = {
        "tabs": [{"code": code, "word": word, "count": counts[code]} for code, word in WORDS.items()],
        "which": which,
        "late": counts["late"],
        "page": found,
        "next": "?" + urlencode({"tab": which, "after": found.next}) if found.next else "",
        "now": now,
    }
    return render(request, "unit.html" + ("#rows" if request.htmx else ""), context)
