"""改动建议: what rulings went against the catalogue, accepted into the draft or rejected with a reason."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from frontend.forms.catalogue import AcceptForm, RejectForm
from frontend.guards import staff_with
from frontend.refusals import refuse, valid
from frontend.views.catalogue import frame
from petitions import rules
from petitions.errors import PetitionError
from petitions.queries import catalogue_proposals as proposals
from petitions.queries.catalogue_proposals import Group
from petitions.services import catalogue_proposals
from petitions.services.catalogue_proposals import Acceptance


@staff_with(*rules.SEE_CATALOGUE)
def page(request: HttpRequest) -> HttpResponse:
    """Groups on the left, the chosen one with its cases and both forms on the right."""
    lines = proposals.groups()
    group = Group.parse(request.POST.get("group", "") or request.GET.get("group", ""))
    group = group or (lines[0].group if lines else None)
    rows = proposals.rows_of(group) if group else []
    context = frame(request, "catalogue-proposals") | {"lines": lines, "rows": rows, "chosen": group}
    status = 200
    if rows and context["may_edit"]:
        accept, reject = _forms(request, group, rows)
        if request.method == "POST":
            status = _decide(request, group, accept, reject)
            if status == 302:
                return redirect("catalogue-proposals")
        context |= {"accept": accept, "reject": reject}
    elif request.method == "POST":
        messages.error(request, _("这些改动建议已经有人处理过了，或者不归您处理。"))
        return redirect("catalogue-proposals")
    context["decided"] = proposals.decided()
    return render(request, "catalogue_proposals.html", context, status=status)


def _forms(request: HttpRequest, group: Group, rows: list) -> tuple[AcceptForm, RejectForm]:
    """Both, the posted one with what was sent."""
    done, given = request.POST.get("do", ""), {"group": group.key}
    more = {"areas": proposals.scopes(group), "to": rows[0].to}
    accept = AcceptForm(request.POST if done == "accept" else None, initial=given, auto_id="accept-%s", **more)
    reject = RejectForm(request.POST if done == "reject" else None, initial=given, auto_id="reject-%s")
    return accept, reject


def _decide(request: HttpRequest, group: Group, accept: AcceptForm, reject: RejectForm) -> int:
    """Carry out the posted form: 302 when done, else the status of the page with its refusal."""
    form = accept if accept.is_bound else reject
    if not (form.is_bound and valid(request, form)):
        return 422
    try:
        if form is accept:
            _accepted(request, group, accept)
        else:
            count = catalogue_proposals.reject(group, actor=request.user, note=form.cleaned_data["note"])
            messages.success(request, _("已记下理由，%(count)s 件建议不采纳。") % {"count": count})
    except PetitionError as refusal:
        return refuse(request, form, refusal)
    return 302


def _accepted(request: HttpRequest, group: Group, form: AcceptForm) -> None:
    said, area = form.cleaned_data, form.areas.get(form.cleaned_data["scope"])
    how = Acceptance(
        area_id=area.pk if area else None,
        area_path=area.path if area else "",
        this_unit=said["target"] == "unit",
        note=said["note"],
    )
    entry = catalogue_proposals.accept(group, how, actor=request.user)
    where = {"entry": entry, "number": entry.version.number}
    messages.success(request, _("已写入第%(number)s版草案：%(entry)s。发布后才生效。") % where)
