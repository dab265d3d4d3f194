"""派单台: review, dispatch, rulings and reply review on one desk; the list on the left, the decision on the right."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from frontend import moves
from frontend.forms.moves import Move
from frontend.guards import staff_with
from frontend.places import SORTING
from frontend.targets import targets_for
from frontend.timeline import timeline_of
from petitions.models import Petition
from petitions.queries import casefile
from petitions.queries import desk as desks
from petitions.services import reply_check, suggest

WORDS = {
    "review": _("待审核"),
    "dispatch": _("待派单"),
    "return": _("退单"),
    "extension": _("延期"),
    "conference": _("会商"),
    "reply": _("待核准"),
}


@staff_with(*SORTING)
def desk(request: HttpRequest) -> HttpResponse:
    return page(request)


@staff_with(*SORTING)
def rows(request: HttpRequest) -> HttpResponse:
    """The list alone, for the live refresh."""
    return render(request, "dispatch.html#rows", _list(request))


def page(
    request: HttpRequest, case: Petition | None = None, *, bound: Move | None = None, status: int = 200
) -> HttpResponse:
    context = _list(request)
    case = case or _chosen(request, context["desk"])
    if case:
        context |= _current(request, case, bound)
    return render(request, "dispatch.html", context, status=status)


def _list(request: HttpRequest) -> dict:
    found = desks.of(request.user, which=request.GET.get("part", ""))
    tabs = [{"code": code, "word": WORDS[code], "count": count} for code, count in found.tabs]
    return {"desk": found, "tabs": tabs, "chosen": request.GET.get("case", ""), "now": timezone.now()}


def _chosen(request: HttpRequest, found: desks.Desk) -> Petition | None:
    """The case in ?case=, else the most urgent one of the list."""
    wanted = request.GET.get("case") or (found.rows[0].no if found.rows else "")
    return casefile.of(wanted, request.user) if wanted else None


def _current(request: HttpRequest, case: Petition, bound: Move | None) -> dict:
    code = case.category.code if case.category else None
    seen = suggest.preview(
        case.text,
        title=case.title,
        category_code=code,
        area_id=case.area_id,
        address=case.address,
        caller_id=case.caller_id,
        tags=case.tags,
        said_at=case.received_at,
        now=timezone.now(),
    )
    offered = moves.offered(case, request.user, bound)
    for form in filter(None, (offered.named("dispatch"), offered.named("rule"))):
        form.initial["assisting"] = list(seen.decision.assisting_department_ids)
    return {
        "case": case,
        "seen": seen,
        "similar": [other for other in seen.similar if other.petition_id != case.pk],
        "targets": targets_for(case, seen),
        "offered": offered,
        "timeline": timeline_of(case),
        "bound": bound,
        "hints": reply_check.hints(case, request.user),
    }
