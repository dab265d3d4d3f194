"""The search box of every page: the palette's groups, the page of results, and a person by phone number."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontend.finding import groups, may_ask_by_phone
from frontend.guards import signed_in
from petitions.errors import PetitionError
from petitions.models import Petition
from petitions.phones import looks_like_phone
from petitions.services import finding
from petitions.storable import storable
from routing import rulebook

LONGEST = 200


@signed_in
def search(request: HttpRequest) -> HttpResponse:
    """Results on a page of their own. What is typed comes by POST: a phone number must not stand in an address."""
    if request.method == "POST":
        return _asked(request, storable(request.POST.get("q", "")).strip()[:LONGEST])
    wanted = storable(request.GET.get("q", "")).strip()[:LONGEST]
    if looks_like_phone(wanted):
        messages.info(request, _("电话号码请在搜索框里输入，不要写在网址里。"))
        return redirect("search")
    return render(
        request, "search.html", {"wanted": wanted, "groups": groups(request.user, wanted, rulebook.current())}
    )


@signed_in
@require_POST
def found(request: HttpRequest) -> HttpResponse:
    """The palette's groups for what is typed so far."""
    wanted = request.POST.get("q", "")[:LONGEST]
    context = {
        "wanted": wanted,
        "groups": groups(request.user, wanted, rulebook.current()),
        "may_ask_by_phone": may_ask_by_phone(request.user, wanted),
        "is_phone": looks_like_phone(wanted),
    }
    return render(request, "search.html#options", context)


# ── inside ──
def _asked(request: HttpRequest, wanted: str) -> HttpResponse:
    exact = Petition.objects.visible_to(request.user).filter(no=wanted.upper()).first() if wanted else None
    if exact:
        return redirect("case", exact.no)
    if looks_like_phone(wanted):
        return _by_phone(request, wanted)
    return redirect(f"{reverse('search')}?{urlencode({'q': wanted})}")


def _by_phone(request: HttpRequest, wanted: str) -> HttpResponse:
    try:
        told = finding.by_phone(wanted, actor=request.user, address=request.META.get("REMOTE_ADDR"))
    except PetitionError as refusal:
        messages.error(request, refusal.message)
        return redirect("search")
    if not told.caller_id:
        messages.info(request, _("没有这个号码的工单。"))
        return redirect("search")
    # The caller stays in the session: no number, and nothing that stands for one, is in an address.
    request.session["searched_caller"] = told.caller_id
    return redirect(reverse("cases") + "?caller=1")
