"""用户: the list, one account, a new one, a table of them. What is changed, and why, stands below each account."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from frontend.administering import by, frame, with_reason
from frontend.forms.manage import CloseForm, PeopleFilter, PersonForm, ReasonForm, SheetForm
from frontend.guards import staff_with
from frontend.limits import WINDOW, forget_from
from frontend.paging import next_page
from frontend.refusals import refuse, valid
from frontend.sheet_files import on_disk
from petitions import rules
from petitions.errors import PetitionError
from petitions.queries.manage import left, people, trail
from petitions.services.manage import people as accounts
from petitions.services.manage import people_sheet
from petitions.services.manage.acting import By, latest
from petitions.storable import storable
from routing.models import AuditEntry, Staff
from routing.tables import BadTable

MOST_PROBLEMS = 50


@staff_with(*rules.SEE_PEOPLE)
def page(request: HttpRequest) -> HttpResponse:
    form = PeopleFilter(request.GET, sees_all=rules.may_manage(None, request.user))
    found = people.page(request.user, people.Filters(**form.said()), after=storable(request.GET.get("after", "")[:150]))
    context = {"form": form, "rows": found.rows, "next": next_page(request, found.next)}
    return render(request, "manage_people.html", context | frame(request, "manage-people"))


@staff_with(*rules.MANAGE)
@never_cache
def new(request: HttpRequest) -> HttpResponse:
    form, status = PersonForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if valid(request, form):
            try:
                person, password = accounts.add(form.account(), by=by(request))
                return _shown(request, person, password=password, status=201)
            except PetitionError as refusal:
                status = refuse(request, form, refusal)
    return render(request, "manage_person_new.html", {"form": form} | frame(request, "manage-people"), status=status)


@staff_with(*rules.SEE_PEOPLE)
@never_cache
def person(request: HttpRequest, pk: int) -> HttpResponse:
    found = people.visible_to(request.user).select_related("department").filter(pk=pk).first()
    if found is None:
        raise Http404
    act = ACTS.get(request.POST.get("do", "")) if request.method == "POST" else None
    return act(request, found) if act else _shown(request, found)


@staff_with(*rules.MANAGE)
def sheet(request: HttpRequest) -> HttpResponse:
    form, status, problems = SheetForm(request.POST or None, request.FILES or None), 200, ()
    if request.method == "POST":
        status = 422
        if valid(request, form):
            try:
                with on_disk(form.cleaned_data["file"]) as path:
                    added, problems = people_sheet.take(path, partial=form.cleaned_data["partial"], by=by(request))
                if added or not problems:
                    messages.success(request, _("已导入 %(n)s 个账号；给每个人重设密码后才能登录。") % {"n": added})
                if not problems:
                    return redirect("manage-people")
            except BadTable as problem:
                form.add_error("file", str(problem))
    context = {"form": form, "problems": problems[:MOST_PROBLEMS], "more": max(0, len(problems) - MOST_PROBLEMS)}
    return render(request, "manage_people_sheet.html", context | frame(request, "manage-people"), status=status)


# ── what can be done to one account ──
def _change(request: HttpRequest, found: Staff) -> HttpResponse:
    form = PersonForm(request.POST, person=found)
    if not valid(request, form):
        return _shown(request, found, form=form, status=422)
    said = form.cleaned_data
    try:
        accounts.change(found.pk, form.account(), by=by(request, reason=said["reason"], seen=said["seen"]))
    except PetitionError as refusal:
        return _shown(request, found, form=form, status=refuse(request, form, refusal))
    return _done(request, found, _("账号已保存。"))


def _act(service: Callable, word: Any) -> Callable[[HttpRequest, Staff], HttpResponse]:
    """An act that asks for nothing but its reason; a service that makes a password hands it out once."""

    def act(request: HttpRequest, found: Staff) -> HttpResponse:
        def done(given: Any) -> HttpResponse:
            if isinstance(given, tuple):
                return _shown(request, given[0], password=given[1])
            return _done(request, found, word())

        return with_reason(request, found, service, shown=_shown, done=done)

    return act


def _close(request: HttpRequest, found: Staff) -> HttpResponse:
    form = CloseForm(request.POST, heirs=left.heirs_of(found), auto_id="close_%s")
    if not valid(request, form):
        return _shown(request, found, close_form=form, status=422)
    said = form.cleaned_data
    heir = said["successor"].pk if said["successor"] else None
    try:
        accounts.close(found.pk, successor_id=heir, by=by(request, reason=said["reason"], seen=said["seen"]))
    except PetitionError as refusal:
        return _shown(request, found, close_form=form, status=refuse(request, form, refusal))
    return _done(request, found, _("账号已停用，正在用的登录立即失效。"))


def _unlock(staff_id: int, *, by: By) -> Staff:
    """Forget the tries from every address that failed lately."""
    found = accounts.unlock(staff_id, by=by)
    since = timezone.now() - timedelta(seconds=WINDOW)
    kinds = (AuditEntry.Kind.LOGIN_FAILED, AuditEntry.Kind.LOGIN_STOPPED)
    failed = AuditEntry.objects.filter(subject=accounts.subject_of(staff_id), kind__in=kinds, at__gte=since)
    forget_from(set(failed.values_list("address", flat=True)), "login", found.username)
    return found


ACTS: dict[str, Callable[[HttpRequest, Staff], HttpResponse]] = {
    "change": _change,
    "reset": _act(accounts.reset_password, lambda: ""),
    "unlock": _act(_unlock, lambda: _("已解除试错限制，可以马上再登录。")),
    "reopen": _act(accounts.reopen, lambda: _("账号已重新启用。")),
    "close": _close,
}


# ── what one account's page shows ──
def _shown(request: HttpRequest, found: Staff, *, password: str = "", status: int = 200, **forms: Any) -> HttpResponse:
    subject = accounts.subject_of(found.pk)
    seen = latest(subject)
    context = {
        "person": found,
        "may_change": rules.may_manage_account(found, request.user),
        "is_self": found.pk == request.user.pk,
        "password": password,
        "left": left.left_by(found),
        "history": trail.history(subject),
        "subject": subject,
        "form": forms.get("form") or PersonForm(person=found, initial=PersonForm.initial_of(found, seen)),
        "act_form": forms.get("act_form") or ReasonForm(initial={"seen": seen}, auto_id="act_%s"),
        "close_form": forms.get("close_form")
        or CloseForm(initial={"seen": seen}, heirs=left.heirs_of(found), auto_id="close_%s"),
    }
    return render(request, "manage_person.html", context | frame(request, "manage-people"), status=status)


def _done(request: HttpRequest, found: Staff, words: str) -> HttpResponse:
    messages.success(request, words)
    return redirect("manage-person", found.pk)
