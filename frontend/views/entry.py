"""Getting in and out: login with a limit on guesses, logout, theme."""

from django.contrib import messages
from django.contrib.auth import login as start_session
from django.contrib.auth import logout as end_session
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from frontend.drafting import WHO, remember
from frontend.forms.entry import LoginForm
from frontend.guards import public, signed_in
from frontend.limits import forget, is_first_beyond, too_many
from frontend.places import landing
from frontend.tracing import stopped

A_YEAR = 365 * 24 * 3600


@public
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Staff land on their desk, everybody else on the citizens' page."""
    return redirect(landing(request.user) if request.user.is_authenticated else "citizen")


@public
@never_cache
def login(request: HttpRequest) -> HttpResponse:
    form = LoginForm(request, request.POST or None)
    name = request.POST.get("username", "")
    if request.method == "POST" and too_many(request, "login", name):
        if is_first_beyond(request, "login", name):
            stopped(request, name)
        form.refuse(_("试错次数太多，请 15 分钟后再试，或请管理员重设密码。"))
        return render(request, "login.html", {"form": form}, status=429)
    if request.method == "POST" and form.is_valid():
        forget(request, "login", name)
        start_session(request, form.get_user())
        response = redirect(_next(request) or landing(request.user))
        remember(request, response)
        return response
    return render(request, "login.html", {"form": form}, status=422 if form.errors else 200)


@public
@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    end_session(request)
    messages.success(request, _("已退出登录，本机草稿已清除。"))
    response = redirect("login")
    response.delete_cookie(WHO)
    return response


@signed_in
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Light, dark, or whatever the system says; kept in a cookie of this browser."""
    wanted = request.POST.get("theme")
    response = redirect(_next(request) or "home")
    if wanted in ("light", "dark"):
        response.set_cookie("theme", wanted, max_age=A_YEAR, samesite="Lax")
    else:
        response.delete_cookie("theme", samesite="Lax")
    return response


def _next(request: HttpRequest) -> str:
    """Where to go on, if it is a page of ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return wanted if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure()) else ""
