"""工单详情／办理: what was said, what happened, and the next step as the big button."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from frontend import collision, moves
from frontend.forms.moves import Move
from frontend.guards import signed_in
from frontend.refusals import refuse, status_of, valid, wants_json
from frontend.targets import read_again, targets_for
from frontend.timeline import timeline_of
from frontend.views import dispatch
from frontend.views.requests import of_case
from petitions.errors import Conflict, PetitionError
from petitions.models import Petition
from petitions.queries import calls, casefile, conference, joint
from petitions.rules import SEE_PERSON, may_merge, may_reveal_caller
from petitions.services import privacy, reply_check


@signed_in
def case(request: HttpRequest, no: str) -> HttpResponse:
    return page(request, casefile.of(no, request.user))


@signed_in
def live_parts(request: HttpRequest, no: str) -> HttpResponse:
    """The head and the timeline again, after the case changed elsewhere; forms keep what was typed."""
    found = casefile.of(no, request.user)
    return render(request, "case.html#live", seen_of(found))


@signed_in
@require_POST
def move(request: HttpRequest, no: str, code: str) -> HttpResponse:
    """Carry out one move; a refusal is shown beside its button with everything that was typed."""
    found = casefile.of(no, request.user)
    form = moves.posted(found, request.user, code, request.POST)
    form.picked = collision.picks(request.POST)
    if valid(request, form):
        try:
            form.carry_out()
            messages.success(request, f"{found.no} {form.done}")
            return redirect(_onward(request, no))
        except Conflict as refusal:
            form.status = refuse(request, form, refusal)
            form.go_on_from(casefile.of(no, request.user), refusal)
        except PetitionError as refusal:
            form.status = refuse(request, form, refusal)
    again = dispatch.page if request.POST.get("from") == "desk" else page
    # Read anew: the refusal may come from what somebody else changed a moment ago.
    form.case = casefile.of(no, request.user)
    return again(request, form.case, bound=form, status=form.status)


@signed_in
@require_POST
def reveal(request: HttpRequest, no: str) -> HttpResponse:
    """The full phone number, after a reason and with an audit row."""
    found = casefile.of(no, request.user)
    context = {"case": found, "may_reveal": True}
    try:
        reason = request.POST.get("reason", "")
        address = request.META.get("REMOTE_ADDR")
        context["revealed"] = privacy.reveal(found, actor=request.user, reason=reason, address=address)
    except PetitionError as refusal:
        if wants_json(request):
            raise
        context["refusal"] = refusal.message
        return render(request, "parts/reveal.html", context, status=status_of(refusal))
    return render(request, "parts/reveal.html", context)


def page(request: HttpRequest, found: Petition, *, bound: Move | None = None, status: int = 200) -> HttpResponse:
    offered = moves.offered(found, request.user, bound)
    context = seen_of(found) | {
        "offered": offered,
        "bound": bound,
        "may_reveal": may_reveal_caller(found, request.user),
        "may_group": may_merge(found, request.user),
        "calls": calls.of_case(found) if request.user.has_role(*SEE_PERSON) else (),
        "hints": reply_check.hints(found, request.user),
    }
    if any(form.by_hand for form in offered.forms):  # somebody has to choose a unit: the same proposals as on the desk
        context["seen"] = read_again(found, now=context["now"])
        context["targets"] = targets_for(found, context["seen"])
    return render(request, "case.html", context, status=status)


def seen_of(found: Petition) -> dict:
    """What the left side of the page shows; no form is in it, so a refresh loses nothing that was typed."""
    return {
        "case": found,
        "timeline": timeline_of(found),
        "joint": joint.of(found),
        "sides": conference.sides(found),
        "asked": of_case(found),
        "instructions": [event for event in found.shown_events if event.action == "instruct"],
        "unnotified": [part for part in found.active_assignments if part.waits_for_notice],
        "now": timezone.now(),
    }


def _onward(request: HttpRequest, no: str) -> str:
    """Back to the desk that sent the form, or to the case."""
    wanted = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure()):
        return wanted
    return f"/cases/{no}/"
