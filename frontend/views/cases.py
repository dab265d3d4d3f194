"""工单列表 and the search box of every page."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontend import presence
from frontend.forms.listing import FilterForm
from frontend.guards import signed_in
from petitions.errors import BadPhone
from petitions.models import Caller, Petition
from petitions.phones import normal_phone
from petitions.queries import listing


@signed_in
def cases(request: HttpRequest) -> HttpResponse:
    form = FilterForm(request.GET)
    chosen = {name: value for name, value in form.cleaned_data.items() if value} if form.is_valid() else {}
    # A caller is never named in an address; the search box leaves their key in the session.
    caller = request.session.get("searched_caller") if request.GET.get("caller") == "1" else None
    filters = listing.Filters(**chosen, caller=caller)
    after = request.GET.get("after", "")
    found = listing.page(request.user, filters, after=int(after) if after.isdecimal() else None, now=timezone.now())
    context = {"form": form, "page": found, "next": _next_page(request, found.after), "now": timezone.now()}
    context["present"] = presence.beside(request.user, [row.pk for row in found.rows])
    return render(request, "cases.html" + ("#rows" if request.htmx else ""), context)


@signed_in
@require_POST
def search(request: HttpRequest) -> HttpResponse:
    """By POST, because phone numbers must not stand in addresses and histories."""
    wanted = request.POST.get("q", "").strip()
    exact = Petition.objects.visible_to(request.user).filter(no=wanted.upper()).first()
    if exact:
        return redirect("case", exact.no)
    caller = _caller(wanted)
    if caller:
        request.session["searched_caller"] = caller.pk
        return redirect(reverse("cases") + "?caller=1")
    if _looks_like_phone(wanted):
        messages.info(request, _("没有这个号码的工单。"))
        return redirect("cases")
    return redirect(f"{reverse('cases')}?{urlencode({'q': wanted})}")


def _looks_like_phone(text: str) -> bool:
    digits = text.replace("-", "").replace(" ", "").removeprefix("+86")
    return digits.isdecimal() and 7 <= len(digits) <= 12


def _caller(text: str) -> Caller | None:
    if not _looks_like_phone(text):
        return None
    try:
        return Caller.objects.with_phone(normal_phone(text)).first()
    except BadPhone:
        return None


def _next_page(request: HttpRequest, after: int | None) -> str:
    if after is None:
        return ""
    query = request.GET.copy()
    query["after"] = str(after)
    return "?" + query.urlencode()
