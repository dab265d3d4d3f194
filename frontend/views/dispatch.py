"""派单台: review, dispatch, rulings and reply review on one desk; the list on the left, the decision on the right."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from frontend import moves, presence
from frontend.forms.moves import Move
from frontend.guards import staff_with
from frontend.places import SORTING
from frontend.targets import targets_for
from frontend.timeline import timeline_of
from petitions.errors import PetitionError
from petitions.models import Petition
from petitions.queries import casefile
from petitions.queries import desk as desks
from petitions.services import reply_check, suggest, undo
from routing import rulebook
from routing.models import Role

BATCHING = (Role.DISPATCHER, Role.CENTER)
DISPUTED = ("return", "conference")
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
        before, after = context["desk"].beside(case.no)
        context |= {"before": before, "after": after, "onward": _onward(context["desk"].which, after)}
    window = undo.window(rulebook.current())
    context["undoable"] = desks.undoable(request.user, now=context["now"], window=window)
    return render(request, "dispatch.html", context, status=status)


@staff_with(*SORTING)
@require_POST
def take_back_dispatch(request: HttpRequest) -> HttpResponse:
    """撤销: what was sent a moment ago; each case answers for itself."""
    undone = []
    for no in request.POST.getlist("case"):
        try:
            case = casefile.of(no, request.user)
            undo.undo_dispatch(case.pk, actor=request.user)
            undone.append(no)
        except PetitionError as refusal:
            messages.error(request, f"{no}：{refusal.message}")
    if undone:
        messages.info(request, _("已撤销 %(n)s 件派单，承办单位没有收到通知。") % {"n": len(undone)})
    return redirect(f"{reverse('dispatch')}?{urlencode({'part': 'dispatch', 'case': undone[0] if undone else ''})}")


def _onward(which: str, after: Petition | None) -> str:
    """Where a sent form leads: the next case of the list."""
    return f"{reverse('dispatch')}?{urlencode({'part': which, 'onward': after.no if after else ''})}"


def _list(request: HttpRequest) -> dict:
    shown = request.GET.get("shown", "")
    which = request.GET.get("part") or request.POST.get("part", "")
    found = desks.of(request.user, which=which, shown=int(shown) if shown.isdecimal() and len(shown) < 6 else 0)
    tabs = [{"code": code, "word": WORDS[code], "count": count} for code, count in found.tabs]
    return {
        "desk": found,
        "present": presence.beside(request.user, [row.pk for row in found.rows]),
        "tabs": tabs,
        "chosen": request.GET.get("case", ""),
        "picked": request.GET.getlist("pick"),
        "disputes": sum(count for code, count in found.tabs if code in DISPUTED),
        "may_batch": found.which == "dispatch" and request.user.has_role(*BATCHING),
        "now": timezone.now(),
    }


def _chosen(request: HttpRequest, found: desks.Desk) -> Petition | None:
    """The case in ?case=, else the most urgent one of the list.

    ?onward= is the case that came after the one just sent: when somebody else has taken it, the first of the list.
    """
    numbers = [row.no for row in found.rows]
    onward = request.GET.get("onward")
    first = onward if onward in numbers else numbers[0] if numbers else ""
    wanted = request.GET.get("case") or first
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
