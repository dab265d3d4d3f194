"""A password that somebody else chose opens one page only: the one where the person chooses their own."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from frontend.refusals import problem, wants_json
from petitions.errors import NotYours

OPEN = frozenset({"own-password", "logout", "set_language", "theme", "healthz"})
SENTENCE = _("请先改成自己的密码，再做别的。")


class OwnPasswordFirst:
    """Middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        found = request.resolver_match
        if found is None or found.url_name in OPEN or not _must_change(request):
            return None
        if wants_json(request):
            return problem(request, NotYours(str(SENTENCE)))
        if request.htmx:
            return HttpResponse(headers={"HX-Redirect": redirect("own-password").url})
        return redirect("own-password")


def _must_change(request: HttpRequest) -> bool:
    # Anonymous visitors have no session to read.
    return request.user.is_authenticated and request.user.must_change_password
