"""常用视图 of the case list: kept under a name, renamed, shared, put in order, deleted with undo."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from frontend.case_columns import USUAL
from frontend.case_filters import chips, query_of
from frontend.forms.listing import FilterForm, ViewForm
from frontend.guards import signed_in
from frontend.refusals import refuse, valid
from frontend.views.cases import LONGEST
from petitions.errors import PetitionError
from petitions.models import SavedView
from petitions.queries import saved_views
from petitions.row_keys import row_key
from petitions.services import saved_views as keeping


@signed_in
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    return _page(request)


@signed_in
@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """A new view from the filters that the list shows; the caller of a search is left out."""
    form = ViewForm(request.POST, person=request.user)
    query = query_of(FilterForm(QueryDict(request.POST.get("list", "")[:LONGEST])).filters())
    if valid(request, form):
        try:
            said = form.cleaned_data
            view = keeping.keep(said["name"].strip(), query, owner=request.user, shared=said["shared"])
        except PetitionError as refusal:
            return _page(request, form, query=query, status=refuse(request, form, refusal))
        messages.success(request, _("已存为视图“%(name)s”。") % {"name": view.name})
        return redirect(f"{reverse('cases')}?{query or 'view=all'}")
    return _page(request, form, query=query, status=422)


@signed_in
@require_POST
def change(request: HttpRequest, pk: int) -> HttpResponse:
    form, status = ViewForm(request.POST, person=request.user), 422
    if valid(request, form):
        try:
            said = form.cleaned_data
            keeping.change(pk, name=said["name"].strip(), shared=said["shared"], owner=request.user)
            return redirect("case-views")
        except PetitionError as refusal:
            status = refuse(request, form, refusal)
    return _page(request, changed=(pk, form), status=status)


@signed_in
@require_POST
def up(request: HttpRequest, pk: int) -> HttpResponse:
    keeping.move_up(pk, owner=request.user)
    return redirect("case-views")


@signed_in
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    keeping.remove(pk, owner=request.user)
    return redirect(f"{reverse('case-views')}?removed={pk}")


@signed_in
@require_POST
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    view = keeping.restore(pk, owner=request.user)
    messages.success(request, _("视图“%(name)s”已恢复。") % {"name": view.name})
    return redirect("case-views")


@signed_in
@require_POST
def open_with(request: HttpRequest) -> HttpResponse:
    """The view that the list opens with, one's own or a shared one; none: the whole list."""
    wanted = request.POST.get("view", "")
    view = next((each for each in saved_views.offered_to(request.user).all if str(each.pk) == wanted), None)
    keeping.open_with(view, owner=request.user, columns=USUAL)
    messages.success(request, _("打开工单列表时先看“%(name)s”。") % {"name": view.name if view else _("全部")})
    return redirect("case-views")


# ── inside ──
def _page(
    request: HttpRequest,
    form: ViewForm | None = None,
    *,
    query: str = "",
    changed: tuple[int, ViewForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    """`form`: a new view that was refused, with its filters; `changed`: a refused change, beside its view."""
    views, habit = saved_views.offered_to(request.user), saved_views.habit_of(request.user)
    removed = request.GET.get("removed", "")
    undone = SavedView.objects.filter(owner=request.user, pk=row_key(removed) or 0)
    context = {
        "own": [_row(view, request.user, changed) for view in views.own],
        "shared": [(view, _narrowed(view)) for view in views.shared],
        "first": habit.first_view_id if habit else None,
        "new_form": form,
        "query": query,
        "refused": changed[1] if changed else form,
        "removed": undone.exclude(removed_at=None).first(),
    }
    return render(request, "case_views.html", context, status=status)


def _row(view: SavedView, person: Any, changed: tuple[int, ViewForm] | None) -> dict[str, Any]:
    shared = keeping.TO_UNIT if view.shared_unit_id else keeping.TO_ROLE if view.shared_role else ""
    form = ViewForm(initial={"name": view.name, "shared": shared}, person=person, auto_id=f"view-{view.pk}-%s")
    if changed and changed[0] == view.pk:
        form = changed[1]
    return {"view": view, "form": form, "narrowed": _narrowed(view)}


def _narrowed(view: SavedView) -> list[Any]:
    form = FilterForm(QueryDict(view.query))
    return chips(form, form.filters())
