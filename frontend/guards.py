"""Every view carries one of these guards; `every_view_is_guarded` proves it at start (`manage.py check`)."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.core.checks import Error, register
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, get_resolver

from frontend.refusals import wants_json
from petitions.errors import NotYours
from routing.models import Role

View = Callable[..., HttpResponse]
A_YEAR = 365 * 24 * 3600


def public(view: View) -> View:
    """Anybody may see this page."""
    view.guard = "public"
    return view


def citizen_page(view: View) -> View:
    """Anybody may see it; 大字版 is remembered in a cookie, and ?care=1 on posters turns it on."""

    @wraps(view)
    def opened(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        asked = request.GET.get("care")
        request.care = (asked or request.COOKIES.get("care")) == "1"
        response = view(request, *args, **kwargs)
        if asked in {"0", "1"}:
            response.set_cookie("care", asked, max_age=A_YEAR, samesite="Lax")
        return response

    opened.guard = "public"
    return opened


def signed_in(view: View) -> View:
    """Any member of staff; what they see is decided by visible_to() and rules."""
    checked = login_required(view)
    checked.guard = "signed_in"
    return checked


def staff_with(*roles: str) -> Callable[[View], View]:
    """Only these roles; the others read who could help them."""

    def wrap(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            if request.user.has_role(*roles):
                return view(request, *args, **kwargs)
            words = [str(Role(role).label) for role in roles]
            if wants_json(request):
                raise NotYours(f"这个页面由这些岗位使用：{'、'.join(words)}。")
            return render(request, "refused.html", {"roles": words}, status=403)

        checked = login_required(guarded)
        checked.guard = roles
        return checked

    return wrap


@register()
def every_view_is_guarded(app_configs, **kwargs) -> list[Error]:
    found = [pattern for pattern in _patterns(get_resolver().url_patterns) if _is_ours(pattern)]
    return [
        Error(f"{pattern.callback.__qualname__} has no guard", hint="Use a decorator of frontend/guards.py.")
        for pattern in found
        if not hasattr(pattern.callback, "guard")
    ]


def _patterns(patterns):
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield pattern
        else:
            yield from _patterns(pattern.url_patterns)


def _is_ours(pattern: URLPattern) -> bool:
    return pattern.callback.__module__.startswith("frontend.")
