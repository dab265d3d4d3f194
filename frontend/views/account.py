"""Everybody's own account: the password, with the old one asked for."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from frontend.administering import by
from frontend.forms.account import OwnPasswordForm
from frontend.guards import signed_in
from frontend.limits import forget, too_many
from frontend.places import landing
from petitions.services.manage import people


@signed_in
@never_cache
def own_password(request: HttpRequest) -> HttpResponse:
    """The session that changes it goes on; all others of this account end."""
    form = OwnPasswordForm(request.user, request.POST or None)
    name = request.user.username
    if request.method == "POST" and too_many(request, "own-password", name):
        form.refuse(_("试错次数太多，请 15 分钟后再试。"))
        return render(request, "own_password.html", {"form": form}, status=429)
    if request.method == "POST" and form.is_valid():
        forget(request, "own-password", name)
        person = form.save()
        people.own_password_changed(person, by=by(request))
        update_session_auth_hash(request, person)
        messages.success(request, _("密码已修改，其他地方的登录已失效。"))
        return redirect(landing(person))
    return render(request, "own_password.html", {"form": form}, status=422 if form.errors else 200)
