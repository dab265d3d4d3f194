"""Forms that are kept while they are filled in: <form data-draft> with a hidden `draft` that names its place.

A form that was taken answers with a redirect (or 201): its draft goes. A form that was sent after the session had
ended is kept for the person of the last login, so that it is there again after the next one.
"""

from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from frontend.collision import PREFIXES, resolved
from petitions.errors import PetitionError
from petitions.services import drafts
from petitions.storable import storable

PLACE, VERSION = "draft", "draft_version"
# What belongs to the page and not to what was typed; the same list stands in src/islands/draft.ts.
NOT_KEPT = {"csrfmiddlewaretoken", "version", "seen", "next", "from", "row", "call", PLACE, VERSION}
WHO, SALT = "last_login", "frontend.drafting"
PLACE_LENGTH = 80
DONE = "draft_done"  # read and removed by src/islands/draft.ts
DONE_SECONDS = 60


def place_of(request: HttpRequest) -> str:
    """The form that was posted, '' for one that keeps no draft."""
    return storable(request.POST.get(PLACE, ""))[:PLACE_LENGTH] if request.method == "POST" else ""


def typed(request: HttpRequest) -> list[tuple[str, str]]:
    lists = request.POST.lists()
    kept = [(name, values) for name, values in lists if name not in NOT_KEPT and not name.startswith(PREFIXES)]
    return [(name, value) for name, values in kept for value in values]


def remember(request: HttpRequest, response: HttpResponse) -> None:
    """Whose browser this is, past the end of the session: names nobody, opens nothing."""
    age = settings.SESSION_COOKIE_AGE * 2
    options = {"httponly": True, "samesite": "Lax", "secure": request.is_secure()}
    response.set_signed_cookie(WHO, str(request.user.pk), salt=SALT, max_age=age, **options)


class KeepTyping:
    """Middleware: the draft of a posted form goes when the form was taken, and is made when nobody was logged in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_out = response.status_code == 302 and response.headers["Location"].startswith(settings.LOGIN_URL)
        if is_out and request.headers.get("HX-Request"):
            return HttpResponse(status=401)  # a fragment must not become the login page
        place = place_of(request)
        if place and is_out and not request.user.is_authenticated:
            self.keep(request, response, place)
        elif place and request.user.is_authenticated and response.status_code in (201, 302):
            drafts.forget(request.user.pk, place)
            response.set_cookie(DONE, f"{request.user.pk}:{place}", max_age=DONE_SECONDS, samesite="Lax")
        return response

    def process_view(self, request: HttpRequest, view: Callable, args: tuple, kwargs: dict) -> None:
        """Views read what was picked where two texts stood beside each other."""
        if place_of(request):
            request.POST = resolved(request.POST)

    def keep(self, request: HttpRequest, response: HttpResponse, place: str) -> None:
        owner = request.get_signed_cookie(WHO, "", salt=SALT)
        if not owner:
            return
        try:
            drafts.keep(int(owner), place, typed(request), seen=None)
        except PetitionError as refusal:  # too long to keep; the browser has its own copy
            messages.error(request, refusal.message)
            return
        messages.warning(request, _("登录已过期。您填的内容已经保存，登录后继续填写。"))
        response["Location"] = f"{settings.LOGIN_URL}?{urlencode({'next': _page_of(request)})}"


def _page_of(request: HttpRequest) -> str:
    """The page that held the form; the address that it was sent to often takes nothing but forms."""
    page = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(page, {request.get_host()}, request.is_secure()):
        return "/"
    parts = urlsplit(page)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
