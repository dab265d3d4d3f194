"""地区与网格: one level of the tree after the other, one place with what points at it, and the whole as a table."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from frontend.administering import by, frame, with_reason
from frontend.csv_files import csv_file
from frontend.forms.manage import AreaForm, NewAreaForm, ReasonForm, SheetForm
from frontend.guards import staff_with
from frontend.refusals import refuse, valid
from frontend.sheet_files import on_disk
from petitions import rules
from petitions.errors import PetitionError
from petitions.queries.manage import areas, trail
from petitions.services.manage import areas as changing
from petitions.services.manage.acting import latest
from petitions.storable import storable
from routing.loading.areas import LEVELS
from routing.loading.sync import NothingSaved
from routing.models import Area
from routing.tables import BadTable

HEAD = ("编码", "名称", "层级", "上级", "别名")
MOST_PROBLEMS = 50


@staff_with(*rules.SEE_RULES)
def page(request: HttpRequest) -> HttpResponse:
    """The roots, or what was searched for."""
    words = storable(request.GET.get("q", "")).strip()[:60]
    rows = areas.found(words) if words else areas.children(None)
    context = {"words": words, "rows": rows, "without_unit": areas.without_unit()}
    return render(request, "manage_areas.html", context | frame(request, "manage-areas"))


@staff_with(*rules.SEE_RULES)
def area(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Area.objects.select_related("parent"), pk=pk)
    act = ACTS.get(request.POST.get("do", "")) if request.method == "POST" else None
    return act(request, found) if act else _shown(request, found)


@staff_with(*rules.MANAGE)
def sheet(request: HttpRequest) -> HttpResponse:
    form, status, problems = SheetForm(request.POST or None, request.FILES or None, has_partial=False), 200, ()
    if request.method == "POST":
        status = 422
        if valid(request, form):
            try:
                with on_disk(form.cleaned_data["file"]) as path:
                    outcome = changing.take_sheet(path, by=by(request))
                messages.success(request, _("地区表已导入：%(what)s。") % {"what": outcome})
                return redirect("manage-areas")
            except NothingSaved as refusal:
                problems = refusal.problems
            except BadTable as problem:
                form.add_error("file", str(problem))
    context = {"form": form, "problems": problems[:MOST_PROBLEMS], "more": max(0, len(problems) - MOST_PROBLEMS)}
    return render(request, "manage_areas_sheet.html", context | frame(request, "manage-areas"), status=status)


@staff_with(*rules.SEE_RULES)
def download(request: HttpRequest) -> HttpResponse:
    """The whole tree as a table that can be read in again."""
    rows = Area.objects.order_by("path").values_list("code", "name", "level", "parent__code", "aliases")
    lines = ([code, name, level, parent or "", "；".join(names)] for code, name, level, parent, names in rows)
    return csv_file(_("地区%(day)s.csv") % {"day": f"{timezone.localdate():%Y%m%d}"}, [HEAD, *lines])


# ── what can be done to one place ──
def _change(request: HttpRequest, found: Area) -> HttpResponse:
    form = _form(found, request.POST)
    if not valid(request, form):
        return _shown(request, found, form=form, status=422)
    said = form.cleaned_data
    parent = said["parent"].pk if said.get("parent") else found.parent_id
    who = by(request, reason=said["reason"], seen=said["seen"])
    try:
        changing.change(found.pk, name=said["name"], aliases=form.names(), parent_id=parent, by=who)
    except PetitionError as refusal:
        return _shown(request, found, form=form, status=refuse(request, form, refusal))
    messages.success(request, _("地区已保存。"))
    return redirect("manage-area", found.pk)


def _add(request: HttpRequest, found: Area) -> HttpResponse:
    form = NewAreaForm(request.POST, levels=_levels_below(found))
    if not valid(request, form):
        return _shown(request, found, new_form=form, status=422)
    said = form.cleaned_data
    try:
        made = changing.add(
            found.pk, code=said["code"], name=said["name"], level=said["level"], aliases=form.names(), by=by(request)
        )
    except PetitionError as refusal:
        return _shown(request, found, new_form=form, status=refuse(request, form, refusal))
    messages.success(request, _("已新增 %(name)s。") % {"name": made.full_name})
    return redirect("manage-area", found.pk)


def _switch(request: HttpRequest, found: Area) -> HttpResponse:
    """停用 or 启用, whichever it is not."""

    def done(switched: Area) -> HttpResponse:
        messages.success(request, _("已重新启用。") if switched.is_active else _("已停用，新的工单不再落到这里。"))
        return redirect("manage-area", found.pk)

    service = changing.close if found.is_active else changing.reopen
    return with_reason(request, found, service, shown=_shown, done=done)


ACTS = {"change": _change, "add": _add, "switch": _switch}


def _shown(request: HttpRequest, found: Area, *, status: int = 200, **forms: Any) -> HttpResponse:
    subject = changing.subject_of(found.pk)
    seen = latest(subject)
    levels = _levels_below(found)
    context = {
        "area": found,
        "parents": areas.parents(found),
        "rows": areas.children(found),
        "uses": areas.uses(found),
        "history": trail.history(subject),
        "subject": subject,
        "form": forms.get("form") or _form(found, initial=_initial(found, seen)),
        "new_form": forms.get("new_form") or (NewAreaForm(levels=levels) if levels else None),
        "act_form": forms.get("act_form") or ReasonForm(initial={"seen": seen}, auto_id="act_%s"),
    }
    return render(request, "manage_area.html", context | frame(request, "manage-areas"), status=status)


def _form(found: Area, *args: Any, **kwargs: Any) -> AreaForm:
    return AreaForm(*args, parents=areas.new_parents(found), **kwargs)


def _initial(found: Area, seen: int) -> dict[str, Any]:
    return {"name": found.name, "aliases": "\n".join(found.aliases), "parent": found.parent_id, "seen": seen}


def _levels_below(found: Area) -> list[tuple[str, str]]:
    below = LEVELS[LEVELS.index(found.level) + 1 :]
    return [(level, Area.Level(level).label) for level in below]
