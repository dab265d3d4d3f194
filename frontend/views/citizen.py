"""市民端: home, query by number and code, progress. Plain pages; nothing here needs JavaScript."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontend.forms.citizen import TrackForm
from frontend.guards import A_YEAR, citizen_page, public
from frontend.limits import forget, too_many
from frontend.progress import progress_of
from frontend.refusals import refuse, valid
from petitions.errors import PetitionError
from petitions.models import Attachment, Petition
from petitions.queries import feedback, progress
from petitions.services import tracking, wishes
from petitions.states import ENDED
from routing import rulebook

# Case numbers this browser has shown the query code for; the code itself never stands in an address or a history.
# A signed cookie, not a session: a citizen's visit writes nothing to the database but their case.
OPENED = "opened_cases"
MOST_OPENED = 10
A_WEEK = 7 * 24 * 3600


@citizen_page
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "citizen/home.html")


@citizen_page
def track(request: HttpRequest) -> HttpResponse:
    form = TrackForm(request.POST or None)
    if request.method == "POST" and too_many(request, "track"):
        messages.error(request, _("查询次数太多，请过 15 分钟再试，或打 12345。"))
        return render(request, "citizen/track.html", {"form": TrackForm()}, status=429)
    if request.method == "POST" and valid(request, form):
        try:
            case = tracking.by_code(form.cleaned_data["no"], form.cleaned_data["code"])
        except PetitionError as refusal:
            refuse(request, form, refusal)
        else:
            forget(request, "track")
            return remember(request, redirect("citizen-case", case.no), case.no)
    return render(request, "citizen/track.html", {"form": form}, status=422 if form.errors else 200)


@citizen_page
def case(request: HttpRequest, no: str) -> HttpResponse:
    if no not in opened_by(request):
        messages.info(request, _("请先输入工单号和查询码。"))
        return redirect("citizen-track")
    found = progress.of(no)
    token = progress.open_rating(found, now=timezone.now())
    files = Attachment.objects.shown().filter(petition=found, kind=Attachment.Kind.CITIZEN)
    context = {"case": progress_of(found, rating_token=token), "files": files, "again": _reopening(found)}
    return render(request, "citizen/case.html", context)


def _reopening(found: Petition) -> dict[str, Any]:
    """What became of the wish to reopen, and whether one may be made."""
    if found.state not in ENDED and not found.reopened:
        return {}
    wish = feedback.latest_wish(found)
    is_waiting = wish is not None and wish.decided_at is None
    may_ask = not is_waiting and wishes.may_be_asked(found, rulebook.current(), now=timezone.now())
    return {"wish": wish, "may_ask": may_ask}


@public
@require_POST
def care(request: HttpRequest) -> HttpResponse:
    """大字版 on or off."""
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure())
    response = redirect(wanted if is_ours else "citizen")
    response.set_cookie("care", "1" if request.POST.get("care") == "1" else "0", max_age=A_YEAR, samesite="Lax")
    return response


def remember(request: HttpRequest, response: HttpResponse, no: str) -> HttpResponse:
    """From now on this browser may open the case."""
    numbers = [known for known in opened_by(request) if known != no][1 - MOST_OPENED :] + [no]
    safely = {"httponly": True, "secure": request.is_secure(), "samesite": "Lax"}
    response.set_signed_cookie(OPENED, ".".join(numbers), salt=OPENED, max_age=A_WEEK, **safely)
    return response


def opened_by(request: HttpRequest) -> list[str]:
    """The cases this browser may open, the newest last."""
    kept = request.get_signed_cookie(OPENED, default="", salt=OPENED, max_age=A_WEEK)
    return kept.split(".") if kept else []
